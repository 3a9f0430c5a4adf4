package dev.quota.benchmarks.redis;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Optional;
import redis.embedded.core.ExecutableProvider;

/**
 * A Redis on a free port of the loopback interface. It writes nothing to disk. The binary is that
 * of the system property {@value #BINARY}, or else that of embedded-redis.
 */
final class RedisProcess implements AutoCloseable {

  static final String BINARY = "quota.redis.bin";

  private static final int ATTEMPTS = 100;
  private static final long ATTEMPT_MILLIS = 50;

  private final Process process;
  private final Thread killer;
  private final int port;

  private RedisProcess(Process process, int port) {
    this.process = process;
    this.port = port;
    killer = new Thread(process::destroyForcibly);
    Runtime.getRuntime().addShutdownHook(killer);
  }

  static RedisProcess start() throws IOException {
    int port = freePort();
    Process process =
        new ProcessBuilder(
                binary(),
                "--port",
                Integer.toString(port),
                "--bind",
                "127.0.0.1",
                "--save",
                "",
                "--appendonly",
                "no")
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    RedisProcess redis = new RedisProcess(process, port);
    redis.awaitAnswer();
    return redis;
  }

  private static String binary() throws IOException {
    Optional<String> given = Optional.ofNullable(System.getProperty(BINARY));
    if (given.isPresent()) {
      return given.get();
    }
    File embedded = ExecutableProvider.newJarResourceProvider().get();
    return embedded.getPath();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private void awaitAnswer() throws IOException {
    for (int attempt = 1; ; attempt++) {
      try (RedisConsole console = console()) {
        if (console.text("PING").equals("PONG")) {
          return;
        }
      } catch (IOException e) {
        if (attempt == ATTEMPTS || !process.isAlive()) {
          close();
          throw new IOException("Redis did not start", e);
        }
      }
      pause();
    }
  }

  private static void pause() {
    try {
      Thread.sleep(ATTEMPT_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while Redis starts", e);
    }
  }

  int port() {
    return port;
  }

  /** Opens a connection that no contender uses. */
  RedisConsole console() throws IOException {
    return RedisConsole.connect(port);
  }

  @Override
  public void close() {
    process.destroyForcibly();
    Runtime.getRuntime().removeShutdownHook(killer);
  }
}
