package dev.quota.redis;

import dev.quota.redis.ProxyFault.Direction;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A network between client and Redis that a test can spoil, each direction on its own.
 *
 * <p>A fault is in force when the method that sets it returns: no byte that arrives later gets
 * through as before. One thread carries all connections; it ends with {@link #close}.
 */
final class TcpProxy implements AutoCloseable {

  private static final long PATIENCE_SECONDS = 10;
  private static final int CONNECT_MILLIS = 1_000;

  private final InetSocketAddress redis;
  private final InetSocketAddress here;
  private final Selector selector;
  private final Thread thread;
  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final Map<Direction, AtomicLong> received = new EnumMap<>(Direction.class);
  private final Map<Direction, AtomicLong> forwarded = new EnumMap<>(Direction.class);
  private final AtomicLong accepted = new AtomicLong();

  // All below belong to the thread.
  private final Map<Direction, ProxyFault> faults = new EnumMap<>(Direction.class);
  private final List<ProxyLink> links = new ArrayList<>();
  private ServerSocketChannel door;
  private boolean isOpen = true;

  private TcpProxy(int redisPort) throws IOException {
    redis = new InetSocketAddress(InetAddress.getLoopbackAddress(), redisPort);
    here = new InetSocketAddress(InetAddress.getLoopbackAddress(), FreePort.next());
    selector = Selector.open();
    for (Direction direction : Direction.values()) {
      faults.put(direction, new ProxyFault.None());
      received.put(direction, new AtomicLong());
      forwarded.put(direction, new AtomicLong());
    }
    openDoor();
    thread = new Thread(this::run, "proxy-" + here.getPort());
    thread.setDaemon(true);
    thread.start();
  }

  /** Opens a proxy in front of a server, without any fault. */
  static TcpProxy to(RedisProcess redis) {
    return to(redis.port());
  }

  /** Opens a proxy in front of a port of this machine. */
  static TcpProxy to(int port) {
    try {
      return new TcpProxy(port);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  int port() {
    return here.getPort();
  }

  /** Returns the address for clients, such as {@code redis://127.0.0.1:12345}. */
  String address() {
    return "redis://127.0.0.1:" + port();
  }

  /**
   * Ends all faults of both directions. What was held or delayed is delivered now, late as it is;
   * connections that lost bytes are reset, since nobody could make sense of the rest.
   */
  void pass() {
    inTurn(
        () -> {
          faults.replaceAll((direction, fault) -> new ProxyFault.None());
          List.copyOf(links).forEach(ProxyLink::heal);
          reopenDoor();
        });
  }

  /** Delivers everything this much later. */
  void delay(Direction direction, Duration by) {
    set(direction, new ProxyFault.Delay(by.toNanos()));
  }

  /** Delivers nothing for now, not even the end of a connection; {@link #pass} does, late. */
  void hold(Direction direction) {
    set(direction, new ProxyFault.Hold());
  }

  /** Takes nothing more in, as a network without bandwidth, until {@link #pass}. */
  void jam(Direction direction) {
    set(direction, new ProxyFault.Jam());
  }

  /**
   * Takes everything and never delivers it. {@code TO_CLIENT}: requests are carried out and the
   * client hears nothing.
   */
  void lose(Direction direction) {
    set(direction, new ProxyFault.Lose());
  }

  /**
   * Resets each connection on which something arrives for this direction, before it is delivered.
   * {@code TO_CLIENT}: the request was carried out, and the client sees its connection break.
   */
  void resetOnArrival(Direction direction) {
    set(direction, new ProxyFault.ResetOnArrival());
  }

  /** Delivers this many bytes more, on all connections together, and resets the next one's. */
  void cutAfter(Direction direction, long bytes) {
    set(direction, new ProxyFault.CutAfter(bytes));
  }

  /** Tells the receivers of all open connections that nothing more will come. */
  void halfClose(Direction direction) {
    inTurn(() -> links.forEach(link -> link.halfClose(direction)));
  }

  /** Resets all open connections (RST). */
  void reset() {
    inTurn(() -> List.copyOf(links).forEach(ProxyLink::reset));
  }

  /**
   * Takes all that arrives on the open connections and delivers nothing, as a firewall that has
   * forgotten them: nobody is told. New connections work.
   */
  void forget() {
    inTurn(() -> links.forEach(ProxyLink::forget));
  }

  /** Refuses new connections, until {@link #pass}. Open ones stay. */
  void refuse() {
    inTurn(this::closeDoor);
  }

  /** Returns how many connections were accepted so far. */
  long accepted() {
    return accepted.get();
  }

  /** Returns how many connections are open. */
  int open() {
    int[] open = new int[1];
    inTurn(() -> open[0] = links.size());
    return open[0];
  }

  /** Returns how many bytes came in for this direction, delivered or not. */
  long received(Direction direction) {
    return received.get(direction).get();
  }

  /** Returns how many bytes were delivered. */
  long forwarded(Direction direction) {
    return forwarded.get(direction).get();
  }

  private void set(Direction direction, ProxyFault fault) {
    inTurn(() -> faults.put(direction, fault));
  }

  /** Runs something on the proxy's thread, and waits for it. */
  private void inTurn(Runnable task) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    tasks.add(
        () -> {
          try {
            task.run();
            done.complete(null);
          } catch (RuntimeException e) {
            done.completeExceptionally(e);
          }
        });
    selector.wakeup();
    done.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
  }

  private void run() {
    try {
      while (isOpen) {
        // Closing a link looks into the selector, which eats the wake-up of a task given meanwhile.
        if (tasks.isEmpty()) {
          selector.select(millisUntilNextIsDue());
        } else {
          selector.selectNow();
        }
        // What arrived before a task was given to us still goes the old way.
        List<SelectionKey> ready = List.copyOf(selector.selectedKeys());
        selector.selectedKeys().clear();
        ready.forEach(this::serve);
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
          task.run();
        }
        List.copyOf(links).forEach(ProxyLink::forward);
        links.removeIf(ProxyLink::isClosed);
      }
      selector.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Zero means for ever to the selector. */
  private long millisUntilNextIsDue() {
    long nanos = links.stream().mapToLong(ProxyLink::nanosUntilDue).min().orElse(Long.MAX_VALUE);
    return nanos == Long.MAX_VALUE ? 0 : Math.max(1, TimeUnit.NANOSECONDS.toMillis(nanos) + 1);
  }

  private void serve(SelectionKey key) {
    if (!key.isValid()) {
      return;
    }
    if (key.isAcceptable()) {
      accept();
    } else if (key.isReadable()) {
      ((ProxyLink) key.attachment()).read((SocketChannel) key.channel());
    }
  }

  private void accept() {
    try {
      SocketChannel client = door.accept();
      if (client == null) {
        return;
      }
      accepted.incrementAndGet();
      SocketChannel server = SocketChannel.open();
      try {
        server.socket().connect(redis, CONNECT_MILLIS);
      } catch (IOException dead) {
        server.close();
        client.setOption(StandardSocketOptions.SO_LINGER, 0);
        client.close();
        return;
      }
      links.add(new ProxyLink(selector, client, server, faults, received, forwarded));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void openDoor() throws IOException {
    door = ServerSocketChannel.open();
    door.setOption(StandardSocketOptions.SO_REUSEADDR, true);
    door.bind(here);
    door.configureBlocking(false);
    door.register(selector, SelectionKey.OP_ACCEPT);
  }

  private void reopenDoor() {
    if (!door.isOpen()) {
      try {
        openDoor();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private void closeDoor() {
    try {
      door.close();
      // A channel is not really closed before its selector has looked again.
      selector.selectNow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    if (!thread.isAlive()) {
      return;
    }
    inTurn(
        () -> {
          closeDoor();
          List.copyOf(links).forEach(ProxyLink::reset);
          isOpen = false;
        });
    try {
      thread.join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
