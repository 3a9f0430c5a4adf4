package dev.quota.redis;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How long a decision may take. The first ones of a process may take longer: Java loads classes and
 * compiles code meanwhile, in the time of the caller. Safe for use by several threads.
 */
final class TimeBudget {

  /** The least budget of the first decisions. */
  static final Duration FIRST_BUDGET = Duration.ofSeconds(1);

  /** After so many answers the code is warm. */
  static final int FIRST_ANSWERS = 20;

  /** After the first decision; a process that is asked rarely is not patient for ever. */
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

  /** Returns what is usual, in nanoseconds. */
  long usualNanos() {
    return usualNanos;
  }

  /** Returns until when a decision that begins now may take, by {@link System#nanoTime}. */
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
