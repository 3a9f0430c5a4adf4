package dev.quota.redis;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a {@link RedisProcess} is started with. Immutable; each method returns a changed copy.
 *
 * @param directives lines for redis.conf
 * @param port a fixed one, or empty for any that is free
 * @param login what the test itself logs in with
 * @param tls certificates, if it listens with TLS too
 * @param tlsPort where it does
 * @param arguments more words for the command line
 */
record RedisConfig(
    List<String> directives,
    OptionalInt port,
    Optional<Login> login,
    Optional<TestTls> tls,
    int tlsPort,
    List<String> arguments) {

  /** A user of Redis. */
  record Login(String user, String password) {}

  /** Returns a configuration with these lines, such as {@code "maxmemory-policy allkeys-lru"}. */
  static RedisConfig with(String... directives) {
    return new RedisConfig(
        List.of(directives), OptionalInt.empty(), Optional.empty(), Optional.empty(), 0, List.of());
  }

  RedisConfig and(String... more) {
    List<String> all = new ArrayList<>(directives);
    all.addAll(List.of(more));
    return new RedisConfig(List.copyOf(all), port, login, tls, tlsPort, arguments);
  }

  RedisConfig port(int fixed) {
    return new RedisConfig(directives, OptionalInt.of(fixed), login, tls, tlsPort, arguments);
  }

  /** Sets the default user's password, and logs the test in with it. */
  RedisConfig password(String password) {
    return and("requirepass " + password).loginOfTest("default", password);
  }

  /** Logs the test's own commands in, where {@code user} lines leave the default user without. */
  RedisConfig loginOfTest(String user, String password) {
    return new RedisConfig(
        directives, port, Optional.of(new Login(user, password)), tls, tlsPort, arguments);
  }

  /** Listens with TLS, on a second port; the plain one stays for the test's own commands. */
  RedisConfig tls(TestTls certificates) {
    int free = FreePort.next();
    RedisConfig listening =
        and(
            "tls-port " + free,
            "tls-cert-file " + certificates.serverCertificate(),
            "tls-key-file " + certificates.serverKey(),
            "tls-ca-cert-file " + certificates.authority(),
            "tls-auth-clients no");
    return new RedisConfig(
        listening.directives, port, login, Optional.of(certificates), free, arguments);
  }

  /** Starts as a Sentinel. */
  RedisConfig sentinel() {
    return new RedisConfig(directives, port, login, tls, tlsPort, List.of("--sentinel"));
  }

  /** Starts a server of this configuration. */
  RedisProcess start() {
    return RedisProcess.start(this);
  }

  /** Returns the whole redis.conf. */
  List<String> lines(int chosenPort, Path data) {
    List<String> lines = new ArrayList<>();
    lines.add("port " + chosenPort);
    lines.add("bind 127.0.0.1");
    lines.add("dir " + data);
    if (!arguments.contains("--sentinel")) {
      lines.add("save \"\"");
      lines.add("appendonly no");
      // A replica is there at once, not after a pause for others that may come.
      lines.add("repl-diskless-sync yes");
      lines.add("repl-diskless-sync-delay 0");
      if (RedisBinary.used().isAtLeast(7, 0)) {
        lines.add("enable-debug-command yes");
      }
    }
    lines.addAll(directives);
    return lines;
  }
}
