package dev.quota;

import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Finds the places of work that may leak. Walking the stack makes a reservation in process half as
 * long again. So after the first ones, the places of only some are found. Thread-safe.
 */
final class CallerSample {

  private static final int FIRST = 1_000;
  private static final int ONE_OF = 16;

  /** Some place that was not looked for. */
  static final Caller NOT_FOUND =
      new Caller(
          Optional.empty(),
          "a place that was not recorded, because it is for only one of "
              + ONE_OF
              + " after the first "
              + FIRST);

  private final AtomicInteger first = new AtomicInteger();

  /** Returns the place from which this thread called the library, or {@link #NOT_FOUND}. */
  Caller here() {
    boolean isFirst = first.get() < FIRST && first.incrementAndGet() <= FIRST;
    return isFirst || ThreadLocalRandom.current().nextInt(ONE_OF) == 0 ? Caller.here() : NOT_FOUND;
  }
}
