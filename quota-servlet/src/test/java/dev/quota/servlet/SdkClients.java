package dev.quota.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The npm packages with which applications call models, in the versions that are pinned here. */
final class SdkClients {

  /** What one of them is asked to do; without retries, it does what it does by default. */
  record Case(
      String client, String url, Map<String, String> headers, boolean stream, Integer retries) {}

  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final Path DIRECTORY = Path.of("target", "sdk-clients");
  private static final Path INSTALLED = DIRECTORY.resolve("installed-package-lock.json");
  private static final int MOST_SECONDS = 240;

  private SdkClients() {}

  /** Installs the packages, or skips the test where that is not possible. */
  static void install() throws IOException, InterruptedException {
    Node.requireThere();
    Files.createDirectories(DIRECTORY);
    for (String file : List.of("package.json", "package-lock.json", "ask.mjs")) {
      try (InputStream in = SdkClients.class.getResourceAsStream("/sdk-clients/" + file)) {
        Files.copy(
            Objects.requireNonNull(in, file),
            DIRECTORY.resolve(file),
            StandardCopyOption.REPLACE_EXISTING);
      }
    }
    Npm.install(DIRECTORY, INSTALLED);
  }

  /** Returns what each client reported, in the order of the cases. */
  static List<String> ask(List<Case> cases) throws IOException, InterruptedException {
    String input = MAPPER.writeValueAsString(cases);
    Node.Ended ended = Node.run(DIRECTORY, input, MOST_SECONDS, "node", "ask.mjs");
    assertThat(ended.status()).as(ended.printed()).isZero();
    // What clients log for developers stands before it.
    String last = ended.printed().substring(ended.printed().lastIndexOf('\n') + 1);
    List<String> reports = new ArrayList<>();
    for (JsonNode report : MAPPER.readTree(last)) {
      reports.add(
          report.has("message")
              ? report.get("message").asText()
              : "no error, but " + report.get("text").asText());
    }
    return reports;
  }
}
