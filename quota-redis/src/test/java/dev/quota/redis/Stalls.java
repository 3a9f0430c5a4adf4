package dev.quota.redis;

import java.util.Collection;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;

/**
 * When the machine did not let this JVM run: a witness does nothing but wake up every millisecond
 * and note when it was late. On a machine that is busy with other things, all threads are late at
 * once for a tenth of a second; that says nothing about a store. A store that makes its own callers
 * late does not make the witness late.
 */
final class Stalls implements AutoCloseable {

  private static final long TICK_NANOS = 1_000_000;

  /** What a scheduler takes in turn is no stall yet. */
  private static final long LEAST_NANOS = 10_000_000;

  private record Stall(long startNanos, long endNanos) {}

  private final Collection<Stall> stalls = new ConcurrentLinkedQueue<>();
  private final Thread witness = new Thread(this::run, "stall-witness");
  private volatile boolean closed;

  private Stalls() {}

  static Stalls watch() {
    Stalls stalls = new Stalls();
    stalls.witness.setDaemon(true);
    stalls.witness.start();
    return stalls;
  }

  private void run() {
    long last = System.nanoTime();
    while (!closed) {
      LockSupport.parkNanos(TICK_NANOS);
      long now = System.nanoTime();
      if (now - last > LEAST_NANOS) {
        stalls.add(new Stall(last, now));
      }
      last = now;
    }
  }

  /** Returns how long the JVM stood still between two moments. */
  long nanosWithin(long startNanos, long endNanos) {
    long nanos = 0;
    for (Stall stall : stalls) {
      long from = Math.max(0, stall.startNanos() - startNanos);
      long to = Math.min(endNanos - startNanos, stall.endNanos() - startNanos);
      nanos += Math.max(0, to - from);
    }
    return nanos;
  }

  @Override
  public void close() {
    closed = true;
  }
}
