package dev.quota.httptests;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.DecimalFormatSymbols;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * Compares what is answered over real HTTP with a file under {@code golden/}: status, headers, and
 * the body to the byte. {@code -Dgolden.record=directory} writes the file there instead. Read what
 * changed before it is committed.
 *
 * <p>Headers of the server itself are left out. {@link SteadyText} marks what is different in each
 * run.
 */
final class Golden {

  private static final String RECORD = "golden.record";

  /** What servers add, each in its own way. */
  private static final Set<String> OF_SERVERS =
      Set.of("date", "server", "connection", "keep-alive", "transfer-encoding");

  private static final Pattern ALLOW = Pattern.compile("(?m)(?<=^< allow: ).*$");

  private static final Pattern NEXT_REQUEST = Pattern.compile("(?m)^(?=> [A-Z]+ /)");

  private final HttpStack stack;
  private final String file;
  private final StringBuilder record = new StringBuilder();
  private final SteadyText steady = new SteadyText();
  private boolean body = true;
  private boolean statusOnly;
  private boolean spread;

  private Golden(HttpStack stack, String file) {
    this.stack = stack;
    this.file = file;
  }

  static Golden of(HttpStack stack, String name) {
    return new Golden(stack, stack.record(name) + ".http");
  }

  /** Writes a heading for what comes next. */
  Golden note(String text) {
    record.append("# ").append(text).append("\n\n");
    return this;
  }

  /** Leaves the next body out, because the server writes it, or another test judges it. */
  Golden withoutBody() {
    body = false;
    return this;
  }

  /** Takes nothing but the status of the next answer, which is the server's. */
  Golden statusOnly() {
    statusOnly = true;
    return withoutBody();
  }

  /** Takes any wait of 2 to 5 seconds in the next answer. */
  Golden spreading() {
    spread = true;
    return this;
  }

  HttpResponse<byte[]> get(RunningApp app, String path, String... headers) {
    return send(app, "GET", path, "", headers);
  }

  HttpResponse<byte[]> send(
      RunningApp app, String method, String path, String content, String... headers) {
    HttpResponse<byte[]> response = app.send(method, path, content, headers);
    StringBuilder text = new StringBuilder();
    text.append("> ").append(method).append(' ').append(path).append('\n');
    for (int i = 0; i < headers.length; i += 2) {
      text.append("> ").append(headers[i]).append(": ").append(headers[i + 1]).append('\n');
    }
    if (!content.isEmpty()) {
      text.append(">\n> ").append(content).append('\n');
    }
    text.append("< ").append(response.statusCode()).append('\n');
    fields(response).forEach((name, value) -> text.append("< ").append(value).append('\n'));
    if (body && response.body().length > 0) {
      text.append('\n').append(strictly(response.body())).append('\n');
    }
    record
        .append(steady.of(text.toString().replace(":" + app.port() + "/", ":«port»/"), spread))
        .append('\n');
    body = true;
    statusOnly = false;
    spread = false;
    return response;
  }

  private Map<String, String> fields(HttpResponse<byte[]> response) {
    Map<String, String> fields = new TreeMap<>();
    response
        .headers()
        .map()
        .forEach(
            (name, values) -> {
              String key = name.toLowerCase(Locale.ROOT);
              if (isOurs(key, response)) {
                String lines = key + ": " + String.join("\n< " + key + ": ", values);
                fields.put(key, asOneServer(key, lines));
              }
            });
    return fields;
  }

  private boolean isOurs(String key, HttpResponse<byte[]> response) {
    if (OF_SERVERS.contains(key) || statusOnly) {
      return false;
    }
    if (key.equals("content-length")) {
      // Of what endpoints write, and of nothing, servers tell the length or do not.
      String type = response.headers().firstValue("content-type").orElse("");
      return body && type.matches(".*(json|html).*");
    }
    if (key.equals("content-type") && isText(response)) {
      return false;
    }
    return body || !key.startsWith("content-");
  }

  /**
   * Returns whether an endpoint wrote it, whose type some stacks tell, as some do of a 304.
   * Refusals have a Vary.
   */
  private static boolean isText(HttpResponse<byte[]> response) {
    if (response.statusCode() == 304) {
      return true;
    }
    String type = response.headers().firstValue("content-type").orElse("");
    return !response.headers().map().containsKey("vary")
        && (type.startsWith("text/plain") || type.startsWith("application/octet-stream"));
  }

  /**
   * Servers write a charset in their own way, offer TRACE or not, and redirect to an address or a
   * path.
   */
  private static String asOneServer(String key, String lines) {
    return switch (key) {
      case "content-type" -> lines.replaceAll("; *charset=(?i:utf-8)", ";charset=UTF-8");
      case "location" -> lines.replaceAll("http://[^/]+", "");
      case "allow" -> lines.replace(", TRACE", "");
      default -> lines;
    };
  }

  private static String strictly(byte[] body) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
    } catch (CharacterCodingException e) {
      throw new UncheckedIOException("the body is not UTF-8", e);
    }
  }

  /** Compares everything that was asked. */
  void verify() throws IOException {
    // Every run leaves what it was answered, to be compared by hand.
    Path asked = Path.of("target", "golden", stack.getClass().getSimpleName());
    Files.createDirectories(asked);
    Files.writeString(asked.resolve(file), record);
    String directory = System.getProperty(RECORD);
    if (directory != null) {
      Files.writeString(Path.of(directory, file), record);
      return;
    }
    // Arabic without a region has Latin digits on newer platforms. Only they differ there.
    Assumptions.assumeTrue(
        !file.endsWith("-ar.http")
            || DecimalFormatSymbols.getInstance(Locale.forLanguageTag("ar")).getZeroDigit()
                == '\u0660',
        "this platform writes Arabic in other digits than the recording");
    try (InputStream in = Golden.class.getResourceAsStream("/golden/" + file)) {
      assertThat(in)
          .as("there is no golden/%s; record it with -D%s, and read it", file, RECORD)
          .isNotNull();
      compare(new String(in.readAllBytes(), StandardCharsets.UTF_8), asked);
    }
  }

  /** Shows the first line of each answer that differs: the whole would hide it. */
  private void compare(String expected, Path asked) {
    String[] answers = NEXT_REQUEST.split(expected);
    String[] found = NEXT_REQUEST.split(record);
    List<String> wrong = new ArrayList<>();
    for (int i = 0; i < Math.min(answers.length, found.length); i++) {
      String answered = inOneOrder(found[i]);
      String recorded = inOneOrder(differing(answers[i], found[i]));
      if (!answered.equals(recorded)) {
        wrong.add(firstDifference(recorded.split("\n", -1), answered.split("\n", -1)));
      }
    }
    assertThat(String.join("\n", wrong))
        .as("what differs from golden/%s; all that was answered is in %s", file, asked)
        .isEmpty();
    assertThat(found).as("the number of answers of golden/%s", file).hasSameSizeAs(answers);
  }

  /** Servers list methods in their own order. */
  private static String inOneOrder(String answer) {
    return ALLOW
        .matcher(answer)
        .replaceAll(found -> Stream.of(found.group().split(", ?")).sorted().collect(joining(", ")));
  }

  private String differing(String recorded, String answered) {
    String answer = recorded;
    for (HttpDifference difference : stack.differences()) {
      answer = difference.applyTo(answer, answered);
    }
    return answer;
  }

  private static String firstDifference(String[] recorded, String[] found) {
    int line = 0;
    while (line < Math.min(recorded.length, found.length) && recorded[line].equals(found[line])) {
      line++;
    }
    String request = Stream.of(found).takeWhile(it -> it.startsWith("> ")).collect(joining(" "));
    return String.format(
        "%s%n  recorded: %s%n  answered: %s", request, lineOf(recorded, line), lineOf(found, line));
  }

  private static String lineOf(String[] lines, int line) {
    return line < lines.length ? lines[line] : "(nothing)";
  }
}
