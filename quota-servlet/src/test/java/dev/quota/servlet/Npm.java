package dev.quota.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.regex.Pattern;

/** Installs the npm packages that a lock file pins, and runs scripts of theirs. */
final class Npm {

  private static final int MOST_SECONDS = 240;

  /** Mistakes of ours; everything else that npm says is about how it reaches its registry. */
  private static final Pattern OUR_MISTAKE =
      Pattern.compile("EUSAGE|EINTEGRITY|EJSONPARSE|ETARGET");

  private Npm() {}

  /** Installs what a directory's lock file says, or skips the test where that is not possible. */
  static void install(Path directory, Path installed) throws IOException, InterruptedException {
    Node.requireThere();
    Path lock = directory.resolve("package-lock.json");
    if (Files.exists(installed)
        && Files.exists(directory.resolve("node_modules"))
        && Files.mismatch(lock, installed) < 0) {
      return;
    }
    String[] ci = {"npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=0"};
    Node.Ended ended;
    try {
      ended = Node.run(directory, "", MOST_SECONDS, ci);
    } catch (IOException e) {
      abort("Not tried: there is no npm on the path.");
      return;
    }
    if (ended.status() != 0) {
      assertThat(ended.printed()).doesNotContainPattern(OUR_MISTAKE);
      abort("Not tried: npm cannot install the packages. " + ended.printed());
    }
    Files.copy(lock, installed, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Runs a command that must succeed, and returns what it printed. */
  static String run(Path directory, String... command) throws IOException, InterruptedException {
    Node.Ended ended = Node.run(directory, "", MOST_SECONDS, command);
    assertThat(ended.status()).as(ended.printed()).isZero();
    return ended.printed();
  }
}
