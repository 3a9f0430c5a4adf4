package dev.quota.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.DecimalFormatSymbols;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;

/**
 * Compares what is answered over real HTTP with a file under {@code golden/}: status, headers, and
 * the body to the byte. With {@code -Dgolden.record} the file is written instead. Read what changed
 * before it is committed.
 *
 * <p>Headers of the container itself are left out. What is different in each run stands in « »:
 * ids, nonces, signatures, digests, and waits that are spread on purpose.
 */
final class Golden {

  private static final String RECORD = "golden.record";

  /** Where every run leaves what it was answered, to be compared by hand. */
  private static final Path ASKED =
      Path.of("target", "golden", System.getProperty(Container.PROPERTY, "jetty"));

  /** What the containers add, each in its own way. */
  private static final Set<String> OF_CONTAINERS =
      Set.of("date", "server", "connection", "keep-alive", "transfer-encoding");

  private static final Pattern INSTANCE = Pattern.compile("(?<=urn:uuid:)[0-9a-f-]{36}");
  private static final Pattern NONCE =
      Pattern.compile("(?<='nonce-|nonce=\")[A-Za-z0-9+/]{22}==(?=['\"])");
  private static final Pattern CONVERSATION =
      Pattern.compile("(?<=\")[A-Za-z0-9_-]{22}(?=\"(;first=\"[^\"]*\")?;sig=)");
  private static final Pattern SIGNATURE = Pattern.compile("(?<=sig=:)[A-Za-z0-9+/]{43}=(?=:)");
  private static final Pattern DIGEST =
      Pattern.compile("(?<=/quota-|etag: \"|If-None-Match: \"|W/\")[0-9a-f]{16}(?=[.\"-])");
  private static final Pattern SPREAD =
      Pattern.compile("(?<=retry-after: |\"retryAfterSeconds\":)[2-5](?=[\n,])");

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final String file;
  private final StringBuilder record = new StringBuilder();
  private final Map<String, String> names = new LinkedHashMap<>();
  private boolean body = true;
  private boolean statusOnly;
  private boolean spread;

  private Golden(String file) {
    this.file = file;
  }

  static Golden of(String name) {
    return new Golden(name + ".http");
  }

  /** Returns the record of a case that a container answers in its own way, as docs/http.md says. */
  static Golden ofTomcat10Apart(String name) {
    boolean apart = System.getProperty("quota.container.expected", "").contains("Tomcat/10.");
    return of(apart ? name + ".tomcat-10" : name);
  }

  /** Writes a heading for what comes next. */
  Golden note(String text) {
    record.append("# ").append(text).append("\n\n");
    return this;
  }

  /** Leaves the next body out, because the container writes it, or another test judges it. */
  Golden withoutBody() {
    body = false;
    return this;
  }

  /** Takes nothing but the status of the next answer, which is the container's. */
  Golden statusOnly() {
    statusOnly = true;
    return withoutBody();
  }

  /** Takes any wait of 2 to 5 seconds in the next answer. */
  Golden spreading() {
    spread = true;
    return this;
  }

  HttpResponse<byte[]> get(TestApp app, String path, String... headers) {
    return send(app, "GET", path, "", headers);
  }

  HttpResponse<byte[]> send(
      TestApp app, String method, String path, String content, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + app.port() + path))
            .method(
                method,
                content.isEmpty()
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(content));
    if (headers.length > 0) {
      request.headers(headers);
    }
    try {
      HttpResponse<byte[]> response =
          client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
      add(app, method, path, content, headers, response);
      return response;
    } catch (IOException e) {
      throw new IllegalStateException(method + " " + path, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private void add(
      TestApp app,
      String method,
      String path,
      String content,
      String[] headers,
      HttpResponse<byte[]> response)
      throws CharacterCodingException {
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
    String answer = spread ? SPREAD.matcher(text).replaceAll("«2 to 5»") : text.toString();
    record.append(steady(answer.replace(":" + app.port() + "/", ":«port»/"))).append('\n');
    body = true;
    statusOnly = false;
    spread = false;
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
                String lines = name + ": " + String.join("\n< " + name + ": ", values);
                fields.put(key, asOneContainer(key, lines));
              }
            });
    return fields;
  }

  private boolean isOurs(String key, HttpResponse<byte[]> response) {
    if (OF_CONTAINERS.contains(key) || statusOnly) {
      return false;
    }
    if (key.equals("content-length")) {
      // Of what endpoints write, and of nothing, containers tell the length or do not.
      String type = response.headers().firstValue("content-type").orElse("");
      return body && type.matches(".*(json|html).*");
    }
    return body || !key.startsWith("content-");
  }

  /**
   * Containers write a charset in their own way, offer TRACE or not, and redirect to an address or
   * a path.
   */
  private static String asOneContainer(String key, String lines) {
    return switch (key) {
      case "content-type" -> lines.replaceAll("; *charset=(?i:utf-8)", ";charset=UTF-8");
      case "location" -> lines.replaceAll("http://[^/]+", "");
      case "allow" -> lines.replace(", TRACE", "");
      default -> lines;
    };
  }

  private static String strictly(byte[] body) throws CharacterCodingException {
    return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
  }

  private String steady(String text) {
    String steady = INSTANCE.matcher(text).replaceAll("«uuid»");
    steady = NONCE.matcher(steady).replaceAll("«nonce»");
    steady = DIGEST.matcher(steady).replaceAll("«digest»");
    steady = numbered(steady, CONVERSATION, "conversation");
    return numbered(steady, SIGNATURE, "signature");
  }

  /** The same id is the same name wherever it comes back. */
  private String numbered(String text, Pattern pattern, String kind) {
    return pattern
        .matcher(text)
        .replaceAll(
            found ->
                Matcher.quoteReplacement(
                    names.computeIfAbsent(
                        found.group(), it -> "«" + kind + " " + (names.size() + 1) + "»")));
  }

  /** Compares everything that was asked. */
  void verify() throws IOException {
    Files.createDirectories(ASKED);
    Files.writeString(ASKED.resolve(file), record);
    if (System.getProperty(RECORD) != null) {
      Files.writeString(Path.of("src/test/resources/golden", file), record);
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
      compare(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  /** Shows the first line that differs: the whole would hide it. */
  private void compare(String expected) {
    String[] lines = expected.split("\n", -1);
    String[] found = record.toString().split("\n", -1);
    String request = "";
    for (int i = 0; i < Math.min(lines.length, found.length); i++) {
      request = found[i].matches("> [A-Z]+ .*") ? found[i] : request;
      assertThat(found[i])
          .as("line %d of golden/%s, in %s; all of it is in %s", i + 1, file, request, ASKED)
          .isEqualTo(lines[i]);
    }
    assertThat(found).as("the number of lines of golden/%s", file).hasSameSizeAs(lines);
  }
}
