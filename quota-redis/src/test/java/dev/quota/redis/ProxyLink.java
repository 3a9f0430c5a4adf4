package dev.quota.redis;

import dev.quota.redis.ProxyFault.Direction;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** One connection through a {@link TcpProxy}: two sockets and a stream each way. */
final class ProxyLink {

  private final Selector selector;
  private final SocketChannel client;
  private final SocketChannel redis;
  private final ProxyStream toRedis;
  private final ProxyStream toClient;

  ProxyLink(
      Selector selector,
      SocketChannel client,
      SocketChannel redis,
      Map<Direction, ProxyFault> faults,
      Map<Direction, AtomicLong> received,
      Map<Direction, AtomicLong> forwarded)
      throws IOException {
    this.selector = selector;
    this.client = client;
    this.redis = redis;
    toRedis = new ProxyStream(Direction.TO_REDIS, client, redis, faults, received, forwarded);
    toClient = new ProxyStream(Direction.TO_CLIENT, redis, client, faults, received, forwarded);
    for (SocketChannel channel : new SocketChannel[] {client, redis}) {
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      channel.configureBlocking(false);
      channel.register(selector, SelectionKey.OP_READ, this);
    }
  }

  /** Takes in what a socket has for us. */
  void read(SocketChannel channel) {
    ProxyStream stream = channel == client ? toRedis : toClient;
    if (!stream.read()) {
      reset();
    }
  }

  /** Passes on what is due. */
  void forward() {
    if (!isClosed() && !(toRedis.forward() && toClient.forward())) {
      reset();
    }
    if (toRedis.isFinished() && toClient.isFinished()) {
      close();
    }
    if (!isClosed()) {
      client.keyFor(selector).interestOps(interest(toRedis, toClient));
      redis.keyFor(selector).interestOps(interest(toClient, toRedis));
    }
  }

  private static int interest(ProxyStream from, ProxyStream to) {
    return (from.hasEnded() || from.isJammed() ? 0 : SelectionKey.OP_READ)
        | (to.isBlocked() ? SelectionKey.OP_WRITE : 0);
  }

  long nanosUntilDue() {
    return Math.min(toRedis.nanosUntilDue(), toClient.nanosUntilDue());
  }

  /** The faults are over. */
  void heal() {
    if (toRedis.hasLost() || toClient.hasLost()) {
      reset();
    } else {
      toRedis.hurry();
      toClient.hurry();
    }
  }

  /** Delivers nothing any more, either way, and tells nobody. */
  void forget() {
    toRedis.forget();
    toClient.forget();
  }

  void halfClose(Direction direction) {
    (direction == Direction.TO_REDIS ? toRedis : toClient).endHere();
  }

  /** Breaks both sockets. */
  void reset() {
    try {
      for (SocketChannel channel : new SocketChannel[] {client, redis}) {
        if (channel.isOpen()) {
          channel.setOption(StandardSocketOptions.SO_LINGER, 0);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    close();
  }

  private void close() {
    try {
      for (SocketChannel channel : new SocketChannel[] {client, redis}) {
        SelectionKey key = channel.keyFor(selector);
        if (key != null) {
          key.cancel();
        }
      }
      // Deregistered first: closing a registered channel would say goodbye before the reset.
      selector.selectNow();
      client.close();
      redis.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  boolean isClosed() {
    return !client.isOpen();
  }
}
