package dev.quota.store;

import java.util.concurrent.TimeUnit;

/**
 * The source of time, in whole milliseconds since the epoch.
 *
 * <p>Implementations must be thread-safe. The time may go back, as wall clocks do. Stores handle
 * that.
 */
@FunctionalInterface
public interface QuotaClock {

  /**
   * Returns the current time.
   *
   * @return milliseconds since 1970-01-01T00:00:00Z, zero or more
   */
  long millis();

  /**
   * Returns elapsed time, which does not follow changes of the wall clock. Leases and reservations
   * are timed by it.
   *
   * @return milliseconds, by default of {@link System#nanoTime()}; only differences between two
   *     calls have a meaning
   */
  default long elapsedMillis() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
  }

  /**
   * Returns the machine's wall clock.
   *
   * @return a clock that reads {@link System#currentTimeMillis()}
   */
  static QuotaClock system() {
    return System::currentTimeMillis;
  }
}
