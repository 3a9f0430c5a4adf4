package dev.quota.message;

/**
 * A wait as a person says it: one number and one unit, never less than the wait.
 *
 * <p>A larger unit speaks where it is exact, and from two of it on: 60 s are one minute, 90 s are
 * 90 seconds, 121 s are three minutes.
 *
 * @param n how many, at least 1
 * @param unit {@code second}, {@code minute}, {@code hour} or {@code day}
 */
record Wait(long n, String unit) {

  private static final long SECOND = 1_000;
  private static final long MINUTE = 60 * SECOND;
  private static final long HOUR = 60 * MINUTE;
  private static final long DAY = 24 * HOUR;

  /** Returns a wait in words; a moment that has passed is a second away. */
  static Wait ofMillis(long millis) {
    long seconds = Math.max(1, ceil(millis, SECOND));
    if (speaks(seconds * SECOND, DAY)) {
      return new Wait(ceil(millis, DAY), "day");
    }
    if (speaks(seconds * SECOND, HOUR)) {
      return new Wait(ceil(millis, HOUR), "hour");
    }
    return speaks(seconds * SECOND, MINUTE)
        ? new Wait(ceil(millis, MINUTE), "minute")
        : new Wait(seconds, "second");
  }

  private static boolean speaks(long millis, long unit) {
    return millis >= 2 * unit || millis == unit;
  }

  private static long ceil(long millis, long unit) {
    return (millis + unit - 1) / unit;
  }
}
