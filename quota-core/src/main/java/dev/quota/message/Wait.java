package dev.quota.message;

/**
 * A wait as a person says it: one number and one unit.
 *
 * <p>A larger unit speaks where it is exact, and from two of it on: 60 s are one minute, 90 s are
 * 90 seconds, 121 s are three minutes. Hours speak from an hour and a half on: 75 minutes are 75
 * minutes, 116 are about two hours.
 *
 * <p>Waits round up, because people and programs come back when they are over. Hours alone may say
 * up to ten minutes too little: two hours and five minutes are about two hours, and two hours and a
 * quarter are about three. They are <em>about</em> so many unless they are so to the minute. Days
 * are counted as dates are, and are never <em>about</em>.
 *
 * @param n how many, at least 1
 * @param unit {@code second}, {@code minute}, {@code hour} or {@code day}
 * @param about whether the truth is more than a minute less, or up to ten minutes more
 */
record Wait(long n, String unit, boolean about) {

  private static final long SECOND = 1_000;
  private static final long MINUTE = 60 * SECOND;
  private static final long HOUR = 60 * MINUTE;
  private static final long DAY = 24 * HOUR;

  /** Up to here minutes speak: "75 minutes" says more than "about two hours". */
  private static final long LONGEST_IN_MINUTES = 90;

  /** So much less than the truth may be told, in hours. */
  private static final long TOLERANCE = 10 * MINUTE;

  /** Returns a wait in words; a moment that has passed is a second away. */
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
