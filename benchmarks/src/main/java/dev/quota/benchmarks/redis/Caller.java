package dev.quota.benchmarks.redis;

import java.util.Arrays;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;

/** Decides about users at random, one after the other, until it is time to stop. */
final class Caller implements Callable<Caller> {

  private final Contender contender;
  private final int users;
  private final SplittableRandom random;
  private final long from;
  private final long till;

  private long[] nanos = new long[1 << 12];
  private int recorded;
  private long inTime;
  private long decided;
  private long refused;
  private long failed;
  private Optional<RuntimeException> firstFailure = Optional.empty();

  Caller(Contender contender, int users, long seed, long from, long till) {
    this.contender = contender;
    this.users = users;
    this.random = new SplittableRandom(seed);
    this.from = from;
    this.till = till;
  }

  @Override
  public Caller call() {
    for (long begun = System.nanoTime(); begun - till < 0; begun = System.nanoTime()) {
      try {
        boolean granted = contender.decide(random.nextInt(users));
        record(begun, System.nanoTime(), granted);
      } catch (RuntimeException e) {
        failed++;
        firstFailure = firstFailure.or(() -> Optional.of(e));
      }
    }
    return this;
  }

  private void record(long begun, long ended, boolean granted) {
    decided++;
    refused += granted ? 0 : 1;
    inTime += ended - from >= 0 && ended - till < 0 ? 1 : 0;
    if (begun - from >= 0) {
      // Counted also if it ended late. Without the calls that still run at the end, the slowest
      // would be missing.
      if (recorded == nanos.length) {
        nanos = Arrays.copyOf(nanos, 2 * recorded);
      }
      nanos[recorded++] = ended - begun;
    }
  }

  /** Returns the nanoseconds of each call that began in the measured time. */
  long[] nanos() {
    return Arrays.copyOf(nanos, recorded);
  }

  /** Returns how many calls ended in the measured time. */
  long inTime() {
    return inTime;
  }

  /** Returns how many calls were answered, including those of the warm-up. */
  long decided() {
    return decided;
  }

  long refused() {
    return refused;
  }

  long failed() {
    return failed;
  }

  Optional<RuntimeException> firstFailure() {
    return firstFailure;
  }
}
