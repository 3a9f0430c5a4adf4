package dev.quota.policy;

/** The length of a calendar window. */
public enum CalendarUnit {
  /** A local date, from its first to its last instant; 23 to 25 hours in most zones. */
  DAY,
  /** Seven local dates from the first day of the week, by default Monday. */
  WEEK,
  /** A local month. */
  MONTH,
  /**
   * A month that starts on a chosen day. If a month is too short for that day, it starts on the
   * month's last day.
   */
  CYCLE
}
