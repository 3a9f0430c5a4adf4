package dev.quota.tool;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import redis.embedded.core.ExecutableProvider;

/** A real redis-server without persistence, which listens on the loopback interface. */
final class LocalRedis implements AutoCloseable {

  /** Below the ports that the kernel gives to clients. */
  private static final int FIRST_PORT = 11_000;

  private static final int PORTS = 9_000;

  private final int port = freePort();
  private final Process process;
  private final Thread atExit;

  LocalRedis(Path directory) throws IOException {
    String named = System.getProperty("quota.redis.bin", "");
    File folder = directory.toFile();
    String binary =
        named.isBlank() ? ExecutableProvider.newJarResourceProvider(folder).get().getPath() : named;
    List<String> command =
        List.of(
            binary,
            "--port",
            "" + port,
            "--bind",
            "127.0.0.1",
            "--dir",
            folder.getPath(),
            "--save",
            "");
    process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("redis.log").toFile())
            .start();
    atExit = new Thread(process::destroyForcibly);
    Runtime.getRuntime().addShutdownHook(atExit);
    while (!listens()) {
      Thread.onSpinWait();
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
    } catch (IOException taken) {
      return false;
    }
  }

  private boolean listens() {
    if (!process.isAlive()) {
      throw new IllegalStateException("redis-server has ended");
    }
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException notYet) {
      return false;
    }
  }

  String address() {
    return "redis://127.0.0.1:" + port;
  }

  @Override
  public void close() {
    process.destroyForcibly();
    process.onExit().join();
    Runtime.getRuntime().removeShutdownHook(atExit);
  }
}
