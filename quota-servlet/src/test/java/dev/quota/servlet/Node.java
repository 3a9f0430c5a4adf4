package dev.quota.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

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
    assumeTrue(isThere(), "Not tried: there is no Node 20 or later on the path.");
    Path directory = Files.createTempDirectory("quota-component");
    Path script = directory.resolve("quota.mjs");
    Path in = directory.resolve("in");
    Path out = directory.resolve("out");
    try {
      Files.writeString(script, ServedScript.of(source()));
      Files.writeString(in, input);
      Process node =
          new ProcessBuilder("node", "--input-type=module", "-e", module, script.toUri().toString())
              .redirectInput(in.toFile())
              .redirectOutput(out.toFile())
              .redirectErrorStream(true)
              .start();
      boolean ended = node.waitFor(MOST_SECONDS, TimeUnit.SECONDS);
      node.destroyForcibly();
      String printed = Files.readString(out, StandardCharsets.UTF_8);
      assertThat(ended).as("Node ended within %d s; it printed %s", MOST_SECONDS, printed).isTrue();
      assertThat(node.exitValue()).as(printed).isZero();
      return printed;
    } finally {
      for (Path file : new Path[] {script, in, out, directory}) {
        Files.deleteIfExists(file);
      }
    }
  }

  private static String source() throws IOException {
    try (InputStream in = Objects.requireNonNull(Node.class.getResourceAsStream("quota.js"))) {
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
