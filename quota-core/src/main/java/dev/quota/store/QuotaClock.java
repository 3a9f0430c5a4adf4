package dev.quota.store;

import java.util.concurrent.TimeUnit;

/**
 * The source of time, in whole milliseconds since the epoch.
 *
 * <p>Implementations must be safe for use by several threads. The value may step backwards, as wall
 * clocks do; stores cope with that.
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
   * Returns how much time has passed, by a clock that nobody sets and whose zero means nothing.
   * What is held for somebody is held for so long, however the wall clock is moved meanwhile.
   *
   * @return milliseconds, by default of {@link System#nanoTime()}; only differences say something
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
