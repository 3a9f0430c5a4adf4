package dev.quota.redis;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A real redis-server, for a test to kill, pause and look into. Its data, log and configuration lie
 * in a temporary directory; it listens on the loopback interface only and ends with the test, at
 * the latest with the JVM. Not thread-safe, but for {@link #command}.
 *
 * <pre>{@code
 * try (RedisProcess redis = RedisProcess.start("appendonly yes", "appendfsync always")) {
 *   redis.kill();
 *   redis.restart();
 * }
 * }</pre>
 */
final class RedisProcess implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration REPLY_PATIENCE = Duration.ofSeconds(5);
  private static final int PORT_TRIES = 5;

  private final RedisConfig config;
  private final int port;
  private final Path directory;
  private Process process;
  private boolean isPaused;

  private RedisProcess(RedisConfig config, int port) {
    this.config = config;
    this.port = port;
    directory = TestFiles.directory("quota-redis-" + port + "-");
  }

  /**
   * Starts a server without persistence, and waits until it answers.
   *
   * @param directives lines for redis.conf, such as {@code "maxmemory 4mb"}
   */
  static RedisProcess start(String... directives) {
    return RedisConfig.with(directives).start();
  }

  /** Starts what a configuration describes. */
  static RedisProcess start(RedisConfig config) {
    for (int i = 1; ; i++) {
      RedisProcess redis = new RedisProcess(config, config.port().orElseGet(FreePort::next));
      try {
        Files.createDirectory(redis.file("data"));
        Files.write(redis.file("redis.conf"), config.lines(redis.port, redis.file("data")));
        redis.restart();
        return redis;
      } catch (IOException e) {
        redis.close();
        throw new UncheckedIOException(e);
      } catch (IllegalStateException | AssertionError e) {
        boolean isTaken = redis.log().contains("Address already in use");
        redis.close();
        // Another process was faster. Only here, and not for a port that somebody knows already.
        if (!isTaken || config.port().isPresent() || i == PORT_TRIES) {
          throw e;
        }
      }
    }
  }

  /** Returns where it listens. */
  int port() {
    return port;
  }

  /**
   * Returns its address, such as {@code redis://127.0.0.1:12345}; rediss if it has certificates.
   */
  String address() {
    return config.tls().isPresent()
        ? "rediss://127.0.0.1:" + config.tlsPort()
        : "redis://127.0.0.1:" + port;
  }

  long pid() {
    return process.pid();
  }

  /** Says whether it is neither dead nor paused. */
  boolean isRunning() {
    return process.isAlive() && !isPaused;
  }

  /** Ends it with SIGKILL: no goodbye, no saving. */
  void kill() {
    process.destroyForcibly();
    awaitEnd();
  }

  /** Ends it with SIGTERM: it saves what it is configured to save, and closes its connections. */
  void stop() {
    process.destroy();
    awaitEnd();
  }

  /** Starts it again on the same port, with what is left in its directory, if it is not alive. */
  void restart() {
    if (process != null && process.isAlive()) {
      throw new IllegalStateException("still alive on port " + port);
    }
    try {
      List<String> command = new ArrayList<>();
      command.add(RedisBinary.used().path().toString());
      command.add(file("redis.conf").toString());
      command.addAll(config.arguments());
      process =
          KilledAtExit.add(
              new ProcessBuilder(command)
                  .directory(directory.toFile())
                  .redirectErrorStream(true)
                  .redirectOutput(ProcessBuilder.Redirect.appendTo(file("redis.log").toFile()))
                  .start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    isPaused = false;
    Eventually.within(
        PATIENCE,
        () -> "redis-server on port " + port + " answers; its log:\n" + log(),
        this::answers);
  }

  /** Starts it again on the same port as if it had never held data. */
  void restartEmpty() {
    TestFiles.deleteWhatIsIn(file("data"));
    restart();
  }

  /** Stops it with SIGSTOP: connections stay open and nothing answers. */
  void pause() {
    signal("STOP");
    isPaused = true;
    Path stat = Path.of("/proc/" + process.pid() + "/stat");
    if (Files.exists(stat)) {
      Eventually.within(PATIENCE, "the process stands still", () -> read(stat).contains(") T"));
    }
  }

  /** Lets it go on with SIGCONT. */
  void resume() {
    signal("CONT");
    isPaused = false;
  }

  private void signal(String name) {
    try {
      // The shell's own kill: the program of that name is not on every machine.
      Process kill = new ProcessBuilder("sh", "-c", "kill -" + name + " " + process.pid()).start();
      if (kill.waitFor() != 0) {
        throw new IllegalStateException("kill -" + name + " failed");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private boolean answers() {
    if (!process.isAlive()) {
      throw new IllegalStateException(
          "redis-server ended with " + process.exitValue() + "; its log:\n" + log());
    }
    try (RespConnection connection = RespConnection.open(port, REPLY_PATIENCE)) {
      logIn(connection);
      connection.call("PING");
      // Not somebody else's server, on the port that ours will fail to get in a moment.
      return ("" + connection.call("INFO", "server"))
          .contains("process_id:" + process.pid() + "\r");
    } catch (IOException | RespConnection.RefusedByRedis notYet) {
      return false;
    }
  }

  /**
   * Sends one command on a connection of its own.
   *
   * @return a String, a Long, a List of these, or null
   * @throws RespConnection.RefusedByRedis if Redis answers with an error
   */
  Object command(String... arguments) {
    try (RespConnection connection = connect()) {
      return connection.call(arguments);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Opens a connection that is logged in, for several commands. */
  RespConnection connect() throws IOException {
    RespConnection connection = RespConnection.open(port, REPLY_PATIENCE);
    logIn(connection);
    return connection;
  }

  private void logIn(RespConnection connection) throws IOException {
    if (config.login().isPresent()) {
      connection.call("AUTH", config.login().get().user(), config.login().get().password());
    }
  }

  /** Returns one section of INFO: name to value. */
  Map<String, String> info(String section) {
    Map<String, String> values = new LinkedHashMap<>();
    for (String line : ((String) command("INFO", section)).lines().toList()) {
      int colon = line.indexOf(':');
      if (colon > 0) {
        values.put(line.substring(0, colon), line.substring(colon + 1));
      }
    }
    return values;
  }

  /** Returns how often a command was called since the last {@link #resetStatistics}. */
  long calls(String command) {
    String statistics = info("commandstats").get("cmdstat_" + command);
    return statistics == null
        ? 0
        : Long.parseLong(statistics.replaceFirst("calls=(\\d+),.*", "$1"));
  }

  void resetStatistics() {
    command("CONFIG", "RESETSTAT");
  }

  /** Returns the bytes that a key takes, or 0 if it is not there. */
  long memoryUsage(String key) {
    Object bytes = command("MEMORY", "USAGE", key, "SAMPLES", "0");
    return bytes == null ? 0 : (Long) bytes;
  }

  long databaseSize() {
    return (Long) command("DBSIZE");
  }

  /** Keeps it busy, as a slow script would, and returns at once. */
  void stall(Duration time) {
    try (RespConnection connection = connect()) {
      connection.send("DEBUG", "SLEEP", "" + time.toMillis() / 1000.0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns what it wrote to its log so far. */
  String log() {
    Path log = file("redis.log");
    return Files.exists(log) ? read(log) : "";
  }

  private Path file(String name) {
    return directory.resolve(name);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void awaitEnd() {
    try {
      if (!process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new IllegalStateException("redis-server does not end; its log:\n" + log());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Kills it and deletes what it wrote. */
  @Override
  public void close() {
    if (process != null) {
      kill();
    }
    TestFiles.delete(directory);
  }
}
