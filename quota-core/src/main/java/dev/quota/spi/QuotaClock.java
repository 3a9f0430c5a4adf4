package dev.quota.spi;

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
   * Returns the machine's wall clock.
   *
   * @return a clock that reads {@link System#currentTimeMillis()}
   */
  static QuotaClock system() {
    return System::currentTimeMillis;
  }
}
