package dev.quota.policy;

import dev.quota.internal.text.Shown;
import java.time.LocalTime;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * When the billing cycle of a subject begins: a day of the month and an hour, in the subject's
 * zone. In a month without that day, the cycle begins on the month's last day. Values are
 * immutable.
 *
 * <p>A subscription that began on 31 January at 14:20 has the anchor {@code new BillingAnchor(31,
 * 14)}. Its cycles begin on 28 or 29 February, 31 March and 30 April, each at 14:00.
 *
 * @param dayOfMonth the day, 1 to 31
 * @param hour the hour of that day, 0 to 23
 */
public record BillingAnchor(int dayOfMonth, int hour) {

  /** The anchor of subjects without one: the first of the month, at midnight. */
  public static final BillingAnchor FIRST_OF_MONTH = new BillingAnchor(1, 0);

  private static final Pattern TEXT =
      Pattern.compile("day ([1-9]|[12]\\d|3[01])( at ([01]\\d|2[0-3]):00)?");

  /**
   * Checks the ranges.
   *
   * @param dayOfMonth the component
   * @param hour the component
   * @throws IllegalArgumentException if a number is out of its range
   */
  public BillingAnchor {
    if (dayOfMonth < 1 || dayOfMonth > 31) {
      throw new IllegalArgumentException("dayOfMonth must be between 1 and 31, was " + dayOfMonth);
    }
    if (hour < 0 || hour > 23) {
      throw new IllegalArgumentException("hour must be between 0 and 23, was " + hour);
    }
  }

  /**
   * Returns an anchor at midnight.
   *
   * @param dayOfMonth the day, 1 to 31
   * @return the anchor
   * @throws IllegalArgumentException if the day is out of its range
   */
  public static BillingAnchor ofDay(int dayOfMonth) {
    return new BillingAnchor(dayOfMonth, 0);
  }

  /**
   * Reads an anchor in words, as in scenarios and usage logs.
   *
   * @param text {@code day 15}, or {@code day 15 at 06:00}
   * @return the anchor
   * @throws IllegalArgumentException if the text is neither
   */
  public static BillingAnchor parse(String text) {
    Matcher matcher = TEXT.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "billing anchor must be a day and a full hour, such as day 15 or day 31 at 06:00, was "
              + Shown.text(text));
    }
    String hour = matcher.group(3);
    return new BillingAnchor(
        Integer.parseInt(matcher.group(1)), hour == null ? 0 : Integer.parseInt(hour));
  }

  LocalTime dayStart() {
    return LocalTime.of(hour, 0);
  }
}
