package dev.quota.redis;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;

/**
 * What the machine takes from this JVM, so that a bound on time is about the store alone. On a
 * machine that is busy with other things, callers are late although nobody kept them waiting.
 *
 * <p>A witness wakes up every few milliseconds and notes when it was late: then all threads stood
 * still. And the kernel knows of each thread how long it could have run and had no processor. A
 * store that keeps its callers waiting shows in neither.
 */
final class Stalls implements AutoCloseable {

  private static final long TICK_NANOS = 1_000_000;

  /** What a scheduler takes in turn is no stall yet. */
  private static final long LEAST_NANOS = 5_000_000;

  /** Time on a processor, time waiting for one, and how often; Linux only. */
  private static final Path OF_THIS_THREAD = Path.of("/proc/thread-self/schedstat");

  private static final boolean KNOWN = Files.exists(OF_THIS_THREAD);

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

  /** Returns how long this thread has waited for a processor since it began; 0 if unknown. */
  static long nanosThisThreadWaited() {
    if (!KNOWN) {
      return 0;
    }
    try {
      String[] numbers = Files.readString(OF_THIS_THREAD).split(" ", -1);
      return Long.parseLong(numbers[1]);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
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
