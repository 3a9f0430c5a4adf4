package dev.quota.servlet;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import dev.quota.UsageReport;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a call used from the JSON that a model's provider answers with: a whole response, the
 * {@code usage} of one alone, or the events of a stream.
 *
 * <pre>{@code
 * Optional<UsageReport> used = UsageJson.read(responseBody);
 *
 * UsageJson usage = new UsageJson();
 * for (String data : events) {
 *   usage.add(data);
 * }
 * Optional<UsageReport> used = usage.report();
 * }</pre>
 *
 * <p>Two families are understood. OpenAI's, in which cached tokens are a part of the input:
 *
 * <ul>
 *   <li>{@code prompt_tokens} and {@code completion_tokens}, with {@code prompt_tokens_details} and
 *       {@code completion_tokens_details}, of chat completions and of many compatible services
 *   <li>{@code input_tokens} and {@code output_tokens}, with {@code input_tokens_details} and
 *       {@code output_tokens_details}, of responses
 * </ul>
 *
 * <p>And Anthropic's {@code input_tokens}, {@code output_tokens}, {@code cache_read_input_tokens}
 * and {@code cache_creation_input_tokens}, of which none is a part of another. A {@link
 * UsageReport} counts both alike.
 *
 * <p>{@code usage} and {@code model} are looked for at the top, and in the {@code message} or
 * {@code response} at the top, where events carry them. The numbers of a stream are totals, so the
 * largest one of each name counts. Null says nothing; what is not known is passed over, whatever it
 * is.
 *
 * <p>Not thread-safe: for one call each.
 */
public final class UsageJson {

  /** What ends a stream of chat completions, and is not JSON. */
  private static final String DONE = "[DONE]";

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(1_000).build())
          .build();

  private final UsageNumbers numbers = new UsageNumbers();
  private @Nullable String model;

  /** Starts without anything read. */
  public UsageJson() {}

  /**
   * Reads a whole response, or its usage alone.
   *
   * @param json one JSON document
   * @return what the call used; empty if the document does not say
   * @throws IllegalArgumentException if it is not JSON, or its numbers cannot be right
   */
  public static Optional<UsageReport> read(String json) {
    UsageJson usage = new UsageJson();
    usage.add(json);
    return usage.report();
  }

  /**
   * Reads a whole response, or its usage alone.
   *
   * @param json one JSON document in UTF-8; read to the end of the document and left open
   * @return what the call used; empty if the document does not say
   * @throws IllegalArgumentException if it is not JSON, or its numbers cannot be right
   * @throws UncheckedIOException if the stream cannot be read
   */
  public static Optional<UsageReport> read(InputStream json) {
    UsageJson usage = new UsageJson();
    try (JsonParser parser =
        FACTORY.createParser(json).disable(JsonParser.Feature.AUTO_CLOSE_SOURCE)) {
      usage.document(parser);
    } catch (JsonProcessingException e) {
      throw malformed(e);
    } catch (IOException e) {
      throw new UncheckedIOException("the response cannot be read", e);
    }
    return usage.report();
  }

  /**
   * Reads a document, or the data of one event of a stream.
   *
   * @param json one JSON document; {@code [DONE]} and an empty text say nothing
   * @throws IllegalArgumentException if it is not JSON, or a number in it cannot be one of tokens
   */
  public void add(String json) {
    if (json.strip().equals(DONE)) {
      return;
    }
    try (JsonParser parser = FACTORY.createParser(json)) {
      document(parser);
    } catch (JsonProcessingException e) {
      throw malformed(e);
    } catch (IOException e) {
      throw new UncheckedIOException("memory does not fail", e);
    }
  }

  /**
   * Returns what was read so far.
   *
   * @return what the call used; empty if nothing said so
   * @throws IllegalArgumentException if the numbers contradict each other, or it cannot be told
   *     whether cached tokens are a part of the input
   */
  public Optional<UsageReport> report() {
    Optional<UsageReport.Builder> report = numbers.report();
    if (report.isPresent() && model != null) {
      report.get().model(model);
    }
    return report.map(UsageReport.Builder::build);
  }

  /** What was malformed is not shown: it may be what somebody asked or was answered. */
  private static IllegalArgumentException malformed(JsonProcessingException e) {
    JsonLocation at = e.getLocation();
    return new IllegalArgumentException(
        (e instanceof StreamConstraintsException
                ? "the response must be JSON without excess, was too deep or too long"
                : "the response must be JSON, was malformed")
            + (at == null ? "" : " in line " + at.getLineNr() + ", column " + at.getColumnNr()));
  }

  private void document(JsonParser json) throws IOException {
    if (json.nextToken() == JsonToken.START_OBJECT) {
      object(json, true);
    } else {
      json.skipChildren();
    }
    if (json.nextToken() != null) {
      throw new IllegalArgumentException(
          "the response must be one JSON document, was followed by something else");
    }
  }

  private void object(JsonParser json, boolean isTop) throws IOException {
    for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
      JsonToken value = json.nextToken();
      if (name.equals("usage")) {
        numbers.readAll(json);
      } else if (value == JsonToken.START_OBJECT
          && isTop
          && (name.equals("message") || name.equals("response"))) {
        object(json, false);
      } else if (value == JsonToken.VALUE_STRING && name.equals("model")) {
        model = json.getText().isBlank() ? model : json.getText();
      } else if (isTop) {
        numbers.member(name, json); // of a usage that stands alone
      } else {
        json.skipChildren();
      }
    }
  }
}
