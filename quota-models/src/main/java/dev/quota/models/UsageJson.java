package dev.quota.models;

import dev.quota.models.internal.CallUsage;
import dev.quota.usage.UsageReport;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a call used from the answer of a model's provider: a whole response, its {@code usage}
 * alone, a stream of events, or single events.
 *
 * <pre>{@code
 * UsageReport used = UsageJson.readOr(responseBody, estimate);
 *
 * UsageJson usage = new UsageJson();
 * for (String data : events) {
 *   usage.add(data);
 * }
 * UsageReport used = usage.reportOr(estimate);
 * }</pre>
 *
 * <p>It knows many families of providers, and distinguishes them by the names in the answer. Each
 * family has rules about which number is a part of which. Where the documentation of a provider is
 * unclear, the sums decide. {@code docs/ai.md} has the table. The numbers of every {@link
 * UsageReport} have the same meaning.
 *
 * <p>There are two ways to read. {@link #readOr} and {@link #reportOr} are for endpoints: they
 * never throw because of an answer, because the call has to be charged and the answer delivered.
 * Valid numbers of the answer are used. The estimate replaces the rest: everything if the answer
 * does not say what was used, invalid numbers, a missing model, and the application's own numbers.
 * A part that is more than its whole is left out. {@link #read} and {@link #report} refuse an
 * answer with any mistake.
 *
 * <p>{@code usage} and similar members are read only where providers put them, and never in text of
 * the model. An answer may have 64 MiB and 1,000 levels. Numbers are whole and from 0 to 2^53 - 1;
 * {@code 12.0} and {@code "12"} are 12, null means nothing, and unknown members are ignored. In
 * addition to tokens, formulas that declare them with {@code usage-names} can use {@code
 * audio_seconds}, {@code audio_input_tokens}, {@code audio_output_tokens}, {@code
 * image_input_tokens}, {@code image_output_tokens}, {@code web_search_requests}, {@code
 * search_queries} and {@code search_units} of providers that report them, and {@code
 * reported_micro_usd}: the cost that the provider reports, in millionths of a US dollar.
 *
 * <p>Not thread-safe. Use one instance for each call.
 */
public final class UsageJson {

  private final CallUsage usage = new CallUsage();

  /** Creates a reader for one call. */
  public UsageJson() {}

  /**
   * Reads a whole response, its usage alone, or a whole stream.
   *
   * @param text JSON, lines of JSON, or server-sent events
   * @return what the call used; empty if the text does not say so
   * @throws IllegalArgumentException if it is neither, or its numbers cannot be right
   */
  public static Optional<UsageReport> read(String text) {
    UsageJson usage = new UsageJson();
    usage.add(text);
    return usage.report();
  }

  /**
   * Reads a whole response, its usage alone, or a whole stream.
   *
   * @param text JSON, lines of JSON, or server-sent events in UTF-8; read to its end and left open
   * @return what the call used; empty if the text does not say so
   * @throws IllegalArgumentException if it is neither, or its numbers cannot be right
   * @throws UncheckedIOException if the stream cannot be read
   */
  public static Optional<UsageReport> read(InputStream text) {
    UsageJson usage = new UsageJson();
    try {
      usage.usage.read(text);
    } catch (IOException e) {
      throw new UncheckedIOException("the response cannot be read", e);
    }
    return usage.report();
  }

  /**
   * Reads a whole response, its usage alone, or a whole stream. It never throws because of the
   * text. Mistakes are logged, each kind once and without any of the text.
   *
   * @param text the answer of the provider; null means nothing
   * @param estimate replaces what the text does not say, or says wrongly
   * @return what the call used
   */
  public static UsageReport readOr(@Nullable String text, UsageReport estimate) {
    UsageJson usage = new UsageJson();
    usage.add(text);
    return usage.reportOr(estimate);
  }

  /**
   * Reads a whole response, its usage alone, or a whole stream. It never throws because of the
   * text, even if it breaks off. Mistakes are logged, each kind once and without any of the text.
   *
   * @param text the answer of the provider in UTF-8; read to its end and left open; null means
   *     nothing
   * @param estimate replaces what the text does not say, or says wrongly
   * @return what the call used
   */
  public static UsageReport readOr(@Nullable InputStream text, UsageReport estimate) {
    UsageJson usage = new UsageJson();
    if (text != null) {
      try {
        usage.usage.read(text);
      } catch (IOException e) {
        usage.usage.brokeOff(true);
      } catch (RuntimeException e) {
        usage.usage.brokeOff(false);
      }
    }
    return usage.reportOr(estimate);
  }

  /**
   * Reads a document, the data of one event of a stream, or several events. It does not throw.
   * {@link #report} throws for mistakes.
   *
   * @param text JSON, lines of JSON, or server-sent events; null, {@code [DONE]} and an empty text
   *     mean nothing
   */
  public void add(@Nullable String text) {
    try {
      usage.read(text);
    } catch (RuntimeException e) {
      usage.brokeOff(false);
    }
  }

  /**
   * Reads a header of a response. Bedrock's InvokeModel says there how many tokens were used, and
   * LiteLLM what they cost. All other headers are ignored. Numbers of the body count before those
   * of headers.
   *
   * @param name in any case
   * @param value its value
   */
  public void header(String name, String value) {
    usage.header(name, value);
  }

  /**
   * Returns what was read so far.
   *
   * @return what the call used; empty if nothing said it
   * @throws IllegalArgumentException if the format is unknown, if something was no JSON, if a
   *     number is invalid, or if numbers contradict each other
   */
  public Optional<UsageReport> report() {
    return usage.report();
  }

  /**
   * Returns what was read so far. In contrast to {@link #report}, it distinguishes an answer that
   * does not say what was used from one that says it in an unknown format.
   *
   * @return the result
   * @throws IllegalArgumentException if something was no JSON, if a number is invalid, or if
   *     numbers contradict each other
   */
  public UsageResult result() {
    List<String> unknown = usage.unknownNames();
    if (!unknown.isEmpty()) {
      return new UsageResult.UnknownShape(unknown);
    }
    return report()
        .<UsageResult>map(UsageResult.Reported::new)
        .orElseGet(UsageResult.NotReported::new);
  }

  /**
   * Returns what was read so far, as far as it is valid, and the rest from an estimate. It never
   * throws because of what was read.
   *
   * <p>If a stream ended before it said its output, the output is that of the estimate.
   *
   * @param estimate replaces what was not said, or said wrongly
   * @return what the call used
   */
  public UsageReport reportOr(UsageReport estimate) {
    return usage.reportOr(Objects.requireNonNull(estimate, "estimate must not be null"));
  }
}
