package dev.quota.spring;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A network that delivers everything this much later, in each direction. */
final class SlowNetwork implements AutoCloseable {

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Delayed(long dueNanos, byte[] bytes) {}

  private final ServerSocket door;
  private final int target;
  private final long delayNanos;

  SlowNetwork(int target, Duration delay) throws IOException {
    this.target = target;
    delayNanos = delay.toNanos();
    door = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    start("door", this::accept);
  }

  int port() {
    return door.getLocalPort();
  }

  private void accept() throws IOException {
    while (!door.isClosed()) {
      Socket client = door.accept();
      Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
      client.setTcpNoDelay(true);
      server.setTcpNoDelay(true);
      carry(client, server);
      carry(server, client);
    }
  }

  private void carry(Socket from, Socket to) {
    BlockingQueue<Delayed> way = new LinkedBlockingQueue<>();
    start(
        "in",
        () -> {
          byte[] buffer = new byte[65_536];
          int length;
          while ((length = from.getInputStream().read(buffer)) >= 0) {
            way.add(new Delayed(System.nanoTime() + delayNanos, Arrays.copyOf(buffer, length)));
          }
          way.add(new Delayed(0, new byte[0]));
        });
    start(
        "out",
        () -> {
          try (to) {
            OutputStream out = to.getOutputStream();
            for (Delayed next = way.take(); next.bytes.length > 0; next = way.take()) {
              TimeUnit.NANOSECONDS.sleep(next.dueNanos - System.nanoTime());
              out.write(next.bytes);
            }
          }
        });
  }

  /** Work that ends with its connection. */
  private interface Work {
    void run() throws IOException, InterruptedException;
  }

  private static void start(String name, Work work) {
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (IOException | InterruptedException e) {
                System.getLogger(SlowNetwork.class.getName())
                    .log(System.Logger.Level.DEBUG, "A connection ended.", e);
              }
            },
            "slow-network-" + name);
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() throws IOException {
    door.close();
  }
}
