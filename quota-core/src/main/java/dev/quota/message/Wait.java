package dev.quota.message;

/**
 * A wait in words: one number and one unit. Immutable.
 *
 * <p>A larger unit is used if it is exact, or if the wait is at least two of it: 60 s are one
 * minute, 90 s are 90 seconds, 121 s are three minutes. Hours are used from an hour and a half on:
 * 75 minutes are 75 minutes, 116 are about two hours.
 *
 * <p>Waits are rounded up, because people and programs come back when they are over. Only hours may
 * be up to ten minutes too short: two hours and five minutes are about two hours, and two hours and
 * a quarter are about three. Hours are <em>about</em> a number unless they are exact to the minute.
 * Days are counted like dates and are never <em>about</em>.
 *
 * @param n how many, at least 1
 * @param unit {@code second}, {@code minute}, {@code hour} or {@code day}
 * @param about whether the real wait differs by more than a minute
 */
record Wait(long n, String unit, boolean about) {

  private static final long SECOND = 1_000;
  private static final long MINUTE = 60 * SECOND;
  private static final long HOUR = 60 * MINUTE;
  private static final long DAY = 24 * HOUR;

  /** Up to this many minutes, minutes are used. */
  private static final long LONGEST_IN_MINUTES = 90;

  /** By how much a wait in hours may be too short, in milliseconds. */
  private static final long TOLERANCE = 10 * MINUTE;

  /** Returns a wait in words. A moment in the past is one second. */
  static Wait ofMillis(long millis) {
    long seconds = Math.max(1, ceil(millis, SECOND));
    long minutes = ceil(seconds * SECOND, MINUTE);
    if (speaks(seconds * SECOND, DAY)) {
      return new Wait(ceil(millis, DAY), "day", false);
    }
    if (minutes > LONGEST_IN_MINUTES || seconds * SECOND == HOUR) {
      boolean exact = minutes * MINUTE % HOUR == 0;
      return exact
          ? new Wait(minutes * MINUTE / HOUR, "hour", false)
          : new Wait(ceil(millis - TOLERANCE, HOUR), "hour", true);
    }
    return speaks(seconds * SECOND, MINUTE)
        ? new Wait(minutes, "minute", false)
        : new Wait(seconds, "second", false);
  }

  private static boolean speaks(long millis, long unit) {
    return millis >= 2 * unit || millis == unit;
  }

  private static long ceil(long millis, long unit) {
    return (millis + unit - 1) / unit;
  }
}
