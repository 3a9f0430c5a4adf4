package dev.quota.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.quota.http.internal.file.ComponentFiles;
import dev.quota.http.internal.file.ServedScript;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** Runs the served script in Node, where there is one. */
final class Node {

  private static final int MOST_SECONDS = 60;

  private Node() {}

  /**
   * Runs a module that gets the address of the served script as its first argument.
   *
   * @return what it printed
   */
  static String run(String module, String input) throws IOException, InterruptedException {
    requireThere();
    Path directory = Files.createTempDirectory("quota-component");
    Path script = directory.resolve("quota.mjs");
    try {
      Files.writeString(script, ServedScript.of(source()));
      String[] command = {"node", "--input-type=module", "-e", module, script.toUri().toString()};
      Ended ended = run(directory, input, MOST_SECONDS, command);
      assertThat(ended.status()).as(ended.printed()).isZero();
      return ended.printed();
    } finally {
      Files.deleteIfExists(script);
      Files.deleteIfExists(directory);
    }
  }

  /** Skips a test where there is no Node. */
  static void requireThere() throws InterruptedException {
    assumeTrue(isThere(), "Not tried: there is no Node 20 or later on the path.");
  }

  /** What a program printed, and how it ended. */
  record Ended(int status, String printed) {}

  /** Runs a program in a directory. */
  static Ended run(Path directory, String input, int mostSeconds, String... command)
      throws IOException, InterruptedException {
    Path in = Files.createTempFile("quota-node", ".in");
    Path out = Files.createTempFile("quota-node", ".out");
    try {
      Files.writeString(in, input);
      Process process =
          new ProcessBuilder(command)
              .directory(directory.toFile())
              .redirectInput(in.toFile())
              .redirectOutput(out.toFile())
              .redirectErrorStream(true)
              .start();
      boolean ended = process.waitFor(mostSeconds, TimeUnit.SECONDS);
      process.destroyForcibly();
      String printed = Files.readString(out, StandardCharsets.UTF_8);
      assertThat(ended).as("ended within %d s; it printed %s", mostSeconds, printed).isTrue();
      return new Ended(process.exitValue(), printed);
    } finally {
      Files.deleteIfExists(in);
      Files.deleteIfExists(out);
    }
  }

  private static String source() throws IOException {
    try (InputStream in =
        Objects.requireNonNull(ComponentFiles.class.getResourceAsStream("quota.js"))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static boolean isThere() throws InterruptedException {
    try {
      Process node =
          new ProcessBuilder(
                  "node", "-e", "process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)")
              .redirectErrorStream(true)
              .start();
      return node.waitFor(MOST_SECONDS, TimeUnit.SECONDS) && node.exitValue() == 0;
    } catch (IOException e) {
      // The one way to learn that a program is not there.
      return false;
    }
  }
}
