package dev.quota.redis;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import redis.embedded.core.ExecutableProvider;

/**
 * The redis-server that the tests run: the one inside embedded-redis' jar, or the one that the
 * system property {@code quota.redis.bin} names.
 *
 * @param path the executable
 * @param major its version, the first number
 * @param minor its version, the second number
 */
record RedisBinary(Path path, int major, int minor) {

  private static final Pattern VERSION = Pattern.compile("v=(\\d+)\\.(\\d+)");

  private static final RedisBinary USED = located();

  /** Returns the binary; found once for each JVM. */
  static RedisBinary used() {
    return USED;
  }

  /** Says whether the version is at least this one. */
  boolean isAtLeast(int otherMajor, int otherMinor) {
    return major > otherMajor || (major == otherMajor && minor >= otherMinor);
  }

  /** Says whether it was built with TLS: one without does not know the directive. */
  boolean speaksTls() {
    return !output(path, "--port", "0", "--tls-port", "1").contains("Bad directive");
  }

  private static RedisBinary located() {
    String named = System.getProperty("quota.redis.bin", "");
    Path path = named.isBlank() ? unpacked() : Path.of(named);
    Matcher version = VERSION.matcher(output(path, "--version"));
    if (!version.find()) {
      throw new IllegalStateException(path + " does not tell a version");
    }
    return new RedisBinary(
        path, Integer.parseInt(version.group(1)), Integer.parseInt(version.group(2)));
  }

  private static Path unpacked() {
    try {
      Path directory = Files.createTempDirectory("quota-redis-bin");
      Path binary = ExecutableProvider.newJarResourceProvider(directory.toFile()).get().toPath();
      TestFiles.deleteAtExit(directory);
      return binary;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String output(Path path, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(path.toString());
    command.addAll(List.of(arguments));
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot run " + path, e);
    }
  }
}
