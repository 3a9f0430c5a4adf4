package dev.quota.demo;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import redis.embedded.core.ExecutableProvider;

/**
 * A real redis-server without persistence, to be killed and started again on the same port: the one
 * inside embedded-redis' jar, or the one that the system property {@code quota.redis.bin} names.
 */
final class LocalRedis implements AutoCloseable {

  /** Below the ports that the kernel gives to clients, which could then connect to themselves. */
  private static final int FIRST_PORT = 11_000;

  private static final int PORTS = 9_000;

  private final Path directory;
  private final String binary;
  private final int port = freePort();
  private final List<String> more;
  private final Thread atExit = new Thread(this::kill);
  private Process process;

  /**
   * Starts a server.
   *
   * @param directory for what it writes
   * @param more words for its command line
   */
  LocalRedis(Path directory, String... more) {
    this.directory = directory;
    this.more = List.of(more);
    binary = binary(directory);
    Runtime.getRuntime().addShutdownHook(atExit);
    start();
  }

  private static String binary(Path directory) {
    try {
      String named = System.getProperty("quota.redis.bin", "");
      return named.isBlank()
          ? ExecutableProvider.newJarResourceProvider(directory.toFile()).get().getPath()
          : named;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int freePort() {
    int port;
    do {
      port = FIRST_PORT + ThreadLocalRandom.current().nextInt(PORTS);
    } while (!isFree(port));
    return port;
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }

  String address() {
    return "redis://127.0.0.1:" + port;
  }

  String address(String user, String password) {
    return address().replace("://", "://" + user + ":" + password + "@");
  }

  /** Starts it, and waits until it listens. */
  void start() {
    List<String> command = new ArrayList<>(List.of(binary, "--port", "" + port));
    command.addAll(List.of("--bind", "127.0.0.1", "--dir", directory.toString(), "--save", ""));
    command.addAll(more);
    try {
      process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(directory.resolve("redis.log").toFile())
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Eventually.holds("redis-server listens", this::answers);
  }

  private boolean answers() {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      OutputStream out = socket.getOutputStream();
      out.write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
      return socket.getInputStream().read() >= 0;
    } catch (IOException e) {
      return false;
    }
  }

  /** Ends it with SIGKILL. */
  void kill() {
    process.destroyForcibly();
    try {
      process.waitFor(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    kill();
    Runtime.getRuntime().removeShutdownHook(atExit);
  }
}
