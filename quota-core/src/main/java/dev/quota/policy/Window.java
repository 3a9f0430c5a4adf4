package dev.quota.policy;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.Optional;

/** The time over which a limit counts. Values are immutable. */
public sealed interface Window {

  /** The shortest rolling period: one second. */
  Duration MIN_PERIOD = Duration.ofSeconds(1);

  /** The longest rolling period: 366 days. */
  Duration MAX_PERIOD = Duration.ofDays(366);

  /**
   * Checks that a limit of this window can be counted exactly.
   *
   * @param capacity the limit's capacity
   * @throws IllegalArgumentException if the use of a rolling limit cannot be stored exactly (the
   *     message has the nearest capacity that can), or if a concurrent limit has more than {@link
   *     Concurrent#MAX_PERMITS}
   */
  default void requireCountable(Capacity capacity) {
    Objects.requireNonNull(capacity, "capacity");
  }

  private static void requirePeriod(Duration period) {
    requireWholeMillis("period", period, MIN_PERIOD);
  }

  private static void requireWholeMillis(String name, Duration duration, Duration least) {
    if (duration.compareTo(least) < 0
        || duration.compareTo(MAX_PERIOD) > 0
        || !duration.equals(Duration.ofMillis(duration.toMillis()))) {
      String range = least + " and " + MAX_PERIOD;
      throw new IllegalArgumentException(
          name + " must be whole milliseconds between " + range + ", was " + duration);
    }
  }

  /**
   * A window without a common end: what was used becomes available again bit by bit. A limit of
   * such a window is full when everything used has come back.
   */
  sealed interface Moving extends Window {

    /**
     * Returns the period.
     *
     * @return its length, in whole milliseconds between {@link #MIN_PERIOD} and {@link #MAX_PERIOD}
     */
    Duration period();

    /**
     * Returns the period.
     *
     * @return the period in milliseconds
     */
    default long periodMillis() {
      return period().toMillis();
    }
  }

  /** A window that ends at one moment. Then the limit is full again. */
  sealed interface Fixed extends Window {

    /**
     * Returns the end of the window that begins with a charge at a moment.
     *
     * @param now any instant
     * @return its end, always after it
     */
    Instant endAfter(Instant now);
  }

  /**
   * A token bucket that refills continuously, at capacity / period.
   *
   * @param period how long an empty bucket takes to fill, in whole milliseconds
   */
  record Rolling(Duration period) implements Moving {

    /**
     * Checks the range.
     *
     * @param period the component
     * @throws IllegalArgumentException if the period is not whole milliseconds between {@link
     *     #MIN_PERIOD} and {@link #MAX_PERIOD}
     */
    public Rolling {
      Window.requirePeriod(period);
    }

    @Override
    public void requireCountable(Capacity capacity) {
      if (capacity instanceof Capacity.Limited limited) {
        ExactRate.check(limited.units(), periodMillis());
      }
    }

    /**
     * Returns the largest capacity up to a given one that can be counted exactly over this period.
     *
     * @param units the most, at least 1
     * @return that many units, or fewer, at least 1
     */
    public long largestCountable(long units) {
      return ExactRate.largestExact(units, periodMillis());
    }
  }

  /**
   * The last period before each moment. What is used in it never exceeds the capacity. A unit comes
   * back one period after it was used, and at most {@link #slotMillis} later: units that are used
   * in one slot come back together, one period after the last of them. With 100 per 24 hours, a
   * unit that was used at 12:00 comes back at 12:00 on the next day if no other one was used in the
   * same 14 minutes and 24 seconds.
   *
   * <p>A store keeps at most {@value #SLOTS} + 2 slots, and only those in which something was used.
   *
   * @param period the length of the window, in whole milliseconds
   */
  record Sliding(Duration period) implements Moving {

    /** Into how many slots a period is divided. */
    public static final int SLOTS = 100;

    /**
     * Checks the range.
     *
     * @param period the component
     * @throws IllegalArgumentException if the period is not whole milliseconds between {@link
     *     #MIN_PERIOD} and {@link #MAX_PERIOD}
     */
    public Sliding {
      Window.requirePeriod(period);
    }

    /**
     * Returns the length of a slot. A moment belongs to the slot {@code moment / slotMillis()},
     * rounded down, in milliseconds since the epoch.
     *
     * @return a hundredth of the period in milliseconds, rounded down, at least 10
     */
    public long slotMillis() {
      return periodMillis() / SLOTS;
    }
  }

  /**
   * A window that ends at a date. Then the limit is full again.
   *
   * @param unit the window's length
   * @param zone the zone of the dates
   * @param weekStart the first day of a {@link CalendarUnit#WEEK}; ignored by the others
   * @param billingDay the first day of a {@link CalendarUnit#CYCLE}, 1 to 31; ignored by the others
   * @param dayStart the local time at which each day begins, in whole minutes. So a moment before
   *     it belongs to the day before, and weeks, months and cycles begin at that time of their
   *     first day
   */
  record Calendar(
      CalendarUnit unit, ZoneId zone, DayOfWeek weekStart, int billingDay, LocalTime dayStart)
      implements Fixed {

    /**
     * Checks the range.
     *
     * @param unit the component
     * @param zone the component
     * @param weekStart the component
     * @param billingDay the component
     * @param dayStart the component
     * @throws IllegalArgumentException if {@code billingDay} is outside 1 to 31, or {@code
     *     dayStart} is not a whole minute
     */
    public Calendar {
      Objects.requireNonNull(unit, "unit");
      Objects.requireNonNull(zone, "zone");
      Objects.requireNonNull(weekStart, "weekStart");
      if (!dayStart.equals(dayStart.truncatedTo(ChronoUnit.MINUTES))) {
        throw new IllegalArgumentException("dayStart must be a whole minute, was " + dayStart);
      }
      if (billingDay < 1 || billingDay > 31) {
        throw new IllegalArgumentException(
            "billingDay must be between 1 and 31, was " + billingDay);
      }
    }

    /**
     * Creates a window whose days begin at midnight.
     *
     * @param unit the window's length
     * @param zone the zone of the dates
     * @param weekStart the first day of a week
     * @param billingDay the first day of a cycle, 1 to 31
     * @throws IllegalArgumentException if {@code billingDay} is outside 1 to 31
     */
    public Calendar(CalendarUnit unit, ZoneId zone, DayOfWeek weekStart, int billingDay) {
      this(unit, zone, weekStart, billingDay, LocalTime.MIDNIGHT);
    }

    /**
     * Returns the first instant after {@code now} at which a new window starts.
     *
     * <p>A day starts at the first instant whose local time is {@code dayStart} or later. If clocks
     * skip that time, it is the moment after the change: 03:00 for a day from 02:30. If the time
     * happens twice, it is the first one.
     *
     * @param now any instant
     * @return the end of the window that contains {@code now}, always after it
     */
    @Override
    public Instant endAfter(Instant now) {
      LocalDate start = CalendarDates.startDate(this, now);
      return CalendarDates.startOf(this, CalendarDates.next(this, start));
    }

    /**
     * Returns the first instant of the window that contains an instant.
     *
     * @param at any instant
     * @return the start of that window, never after it
     */
    public Instant startAt(Instant at) {
      return CalendarDates.startOf(this, CalendarDates.startDate(this, at));
    }

    /**
     * Returns the date of the day that contains an instant. Before {@code dayStart}, that is the
     * date before the local one.
     *
     * @param at any instant
     * @return the date on which that day started
     */
    public LocalDate dateOf(Instant at) {
      return at.atZone(zone).toLocalDateTime().minusNanos(dayStart.toNanoOfDay()).toLocalDate();
    }

    /**
     * Returns the first date of the window that ends at {@code end}.
     *
     * @param end a window's end, from {@link #endAfter}
     * @return the local date on which that window started
     */
    public LocalDate startDateOfWindowEnding(Instant end) {
      return CalendarDates.startDate(this, dateOf(end.minusMillis(1)));
    }

    /**
     * Returns the first instant of the window that ends at {@code end}.
     *
     * @param end any instant
     * @return the window's start; empty if no window of this calendar ends then
     */
    public Optional<Instant> startOfWindowEnding(Instant end) {
      Instant start = CalendarDates.startOf(this, startDateOfWindowEnding(end));
      return start.isBefore(end) && endAfter(start).equals(end)
          ? Optional.of(start)
          : Optional.empty();
    }
  }

  /**
   * A window that begins with the first charge after the previous one has ended, and lasts a given
   * time. Before the first charge there is no window, and nothing to reset.
   *
   * @param period how long it lasts, in whole milliseconds
   */
  record Session(Duration period) implements Fixed {

    /**
     * Checks the range.
     *
     * @param period the component
     * @throws IllegalArgumentException if the period is not whole milliseconds between {@link
     *     #MIN_PERIOD} and {@link #MAX_PERIOD}
     */
    public Session {
      Window.requirePeriod(period);
    }

    /**
     * Returns the period.
     *
     * @return the period in milliseconds
     */
    public long periodMillis() {
      return period.toMillis();
    }

    /** {@inheritDoc} */
    @Override
    public Instant endAfter(Instant now) {
      return now.plus(period);
    }
  }

  /**
   * A limit on how many operations run at once. It does not count units: an operation that takes
   * anything holds one permit, from its take until its last settlement or the end of its lease.
   *
   * @param lease how long a permit is held after the take, and after each renewal, in whole
   *     milliseconds, up to {@link #MAX_PERIOD}
   */
  record Concurrent(Duration lease) implements Window {

    /** The largest capacity of such a limit: how many permits one key can have. */
    public static final int MAX_PERMITS = 10_000;

    /**
     * Checks the range.
     *
     * @param lease the component
     * @throws IllegalArgumentException if the lease is out of range
     */
    public Concurrent {
      Window.requireWholeMillis("lease", lease, Duration.ofMillis(1));
    }

    @Override
    public void requireCountable(Capacity capacity) {
      if (capacity instanceof Capacity.Limited limited && limited.units() > MAX_PERMITS) {
        throw new IllegalArgumentException(
            "a limit on how many at once is at most "
                + MAX_PERMITS
                + ", because every permit is kept with its key and renewed, was "
                + limited.units()
                + "; for more, write unlimited or leave the limit out");
      }
    }

    /**
     * Returns the lease.
     *
     * @return the lease in milliseconds
     */
    public long leaseMillis() {
      return lease.toMillis();
    }
  }
}
