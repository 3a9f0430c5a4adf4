package dev.quota.redis;

import dev.quota.redis.ProxyFault.Direction;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** The bytes that go one way through one connection, with the fault of their direction. */
final class ProxyStream {

  /** Some bytes, or what comes after the last of them. */
  private record Part(Kind kind, ByteBuffer bytes, long dueNanos) {}

  private enum Kind {
    BYTES,
    END,
    RESET
  }

  private static final int CHUNK = 16 * 1024;
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final Direction direction;
  private final SocketChannel from;
  private final SocketChannel to;
  private final Map<Direction, ProxyFault> faults;
  private final AtomicLong received;
  private final AtomicLong forwarded;
  private final Deque<Part> parts = new ArrayDeque<>();
  private boolean hasEnded;
  private boolean isEndedHere;
  private boolean hasLost;
  private boolean isForgotten;
  private boolean isBlocked;
  private boolean isFinished;

  ProxyStream(
      Direction direction,
      SocketChannel from,
      SocketChannel to,
      Map<Direction, ProxyFault> faults,
      Map<Direction, AtomicLong> received,
      Map<Direction, AtomicLong> forwarded) {
    this.direction = direction;
    this.from = from;
    this.to = to;
    this.faults = faults;
    this.received = received.get(direction);
    this.forwarded = forwarded.get(direction);
  }

  /** Takes in what there is; false if the connection must break now. */
  boolean read() {
    ByteBuffer bytes = ByteBuffer.allocate(CHUNK);
    Kind kind = Kind.BYTES;
    try {
      if (from.read(bytes) < 0) {
        kind = Kind.END;
      }
    } catch (IOException e) {
      kind = Kind.RESET;
    }
    hasEnded = kind != Kind.BYTES;
    bytes.flip();
    received.addAndGet(bytes.remaining());
    if (isForgotten) {
      // If one side goes away, the other one must not be told; only the proxy closes both.
      return kind == Kind.BYTES;
    }
    return isEndedHere || take(kind, bytes);
  }

  private boolean take(Kind kind, ByteBuffer bytes) {
    ProxyFault fault = faults.get(direction);
    if (fault instanceof ProxyFault.Lose) {
      hasLost = true;
      return true;
    }
    if (fault instanceof ProxyFault.ResetOnArrival) {
      return false;
    }
    long delay = fault instanceof ProxyFault.Delay some ? some.nanos() : 0;
    if (fault instanceof ProxyFault.CutAfter cut) {
      int allowed = cut.allow(bytes.remaining());
      if (allowed < bytes.remaining()) {
        bytes.limit(allowed);
        add(Kind.BYTES, bytes, 0);
        add(Kind.RESET, NOTHING, 0);
        faults.put(direction, new ProxyFault.None());
        return true;
      }
    }
    add(kind, bytes, delay);
    return true;
  }

  private void add(Kind kind, ByteBuffer bytes, long delayNanos) {
    parts.add(new Part(kind, bytes, System.nanoTime() + delayNanos));
  }

  /** Passes on what is due; false if the connection must break now. */
  boolean forward() {
    long now = System.nanoTime();
    isBlocked = false;
    while (!parts.isEmpty() && !isHeld() && parts.element().dueNanos - now <= 0) {
      Part part = parts.element();
      try {
        switch (part.kind) {
          case BYTES -> {
            forwarded.addAndGet(to.write(part.bytes));
            if (part.bytes.hasRemaining()) {
              isBlocked = true;
              return true;
            }
          }
          case END -> {
            to.shutdownOutput();
            isFinished = true;
          }
          case RESET -> {
            return false;
          }
        }
      } catch (IOException e) {
        return false;
      }
      parts.remove();
    }
    return true;
  }

  private boolean isHeld() {
    return faults.get(direction) instanceof ProxyFault.Hold;
  }

  /** Says whether nothing is taken in at the moment. */
  boolean isJammed() {
    return faults.get(direction) instanceof ProxyFault.Jam;
  }

  /** Delivers nothing any more. */
  void forget() {
    isForgotten = true;
    parts.clear();
  }

  /** Makes everything due. */
  void hurry() {
    Deque<Part> late = new ArrayDeque<>(parts);
    parts.clear();
    late.forEach(part -> add(part.kind, part.bytes, 0));
  }

  /** Ends the stream for its receiver, whatever still comes in. */
  void endHere() {
    if (!isEndedHere && !hasEnded) {
      isEndedHere = true;
      add(Kind.END, NOTHING, 0);
    }
  }

  long nanosUntilDue() {
    return parts.isEmpty() || isHeld() || isBlocked
        ? Long.MAX_VALUE
        : Math.max(0, parts.element().dueNanos - System.nanoTime());
  }

  boolean hasEnded() {
    return hasEnded;
  }

  boolean hasLost() {
    return hasLost;
  }

  boolean isBlocked() {
    return isBlocked;
  }

  boolean isFinished() {
    return isFinished;
  }
}
