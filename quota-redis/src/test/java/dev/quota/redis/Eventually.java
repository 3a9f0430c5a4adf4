package dev.quota.redis;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for what another process or thread does: the one place where tests sleep. */
final class Eventually {

  private static final long PAUSE_MILLIS = 5;

  private Eventually() {}

  /**
   * Asks again and again until the answer is yes.
   *
   * @param patience how long at most
   * @param what ends the sentence "not within 3 s: …"
   * @param condition asked every few milliseconds; what it throws goes to the caller
   * @throws AssertionError if it is still no at the end
   */
  static void within(Duration patience, String what, BooleanSupplier condition) {
    within(patience, () -> what, condition);
  }

  /** The same, with words that are put together only when they are needed. */
  static void within(Duration patience, Supplier<String> what, BooleanSupplier condition) {
    long end = System.nanoTime() + patience.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - end > 0) {
        throw new AssertionError("not within " + patience.toMillis() + " ms: " + what.get());
      }
      sleep();
    }
  }

  private static void sleep() {
    try {
      Thread.sleep(PAUSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while waiting", e);
    }
  }
}
