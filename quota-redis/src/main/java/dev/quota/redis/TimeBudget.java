package dev.quota.redis;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The time budget of a decision. The first decisions of a process may take longer, because Java
 * then loads classes and compiles code. Thread-safe.
 */
final class TimeBudget {

  /** The minimum budget of the first decisions. */
  static final Duration FIRST_BUDGET = Duration.ofSeconds(1);

  /** After this many replies the usual budget applies. */
  static final int FIRST_ANSWERS = 20;

  /** After this time since the first decision the usual budget applies too. */
  private static final long FIRST_NANOS = TimeUnit.SECONDS.toNanos(10);

  private static final long UNKNOWN = Long.MIN_VALUE;

  private final long usualNanos;
  private final long firstNanos;
  private final AtomicInteger answers = new AtomicInteger();
  private final AtomicLong beganNanos = new AtomicLong(UNKNOWN);
  private volatile boolean isWarm;

  TimeBudget(Duration usual) {
    usualNanos = usual.toNanos();
    firstNanos = Math.max(usualNanos, FIRST_BUDGET.toNanos());
  }

  /** Returns the usual budget in nanoseconds. */
  long usualNanos() {
    return usualNanos;
  }

  /** Returns the deadline of a decision that begins now, by {@link System#nanoTime}. */
  long giveUpNanos() {
    return giveUpNanos(System.nanoTime());
  }

  long giveUpNanos(long nowNanos) {
    if (!isWarm) {
      if (beganNanos.get() == UNKNOWN) {
        beganNanos.compareAndSet(UNKNOWN, nowNanos);
      }
      isWarm = answers.get() >= FIRST_ANSWERS || nowNanos - beganNanos.get() > FIRST_NANOS;
    }
    return nowNanos + (isWarm ? usualNanos : firstNanos);
  }

  /** Notes that a decision was answered. */
  void answered() {
    if (!isWarm) {
      answers.incrementAndGet();
    }
  }
}
