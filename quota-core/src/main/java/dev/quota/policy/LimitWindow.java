package dev.quota.policy;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Objects;
import java.util.Optional;

/**
 * The window over which a policy's limit counts, before a subject's zone is known. Values are
 * immutable.
 */
public sealed interface LimitWindow {

  /** A window without a common end: what was used becomes available again bit by bit. */
  sealed interface Moving extends LimitWindow {

    /**
     * Returns the period.
     *
     * @return its length
     */
    Duration period();

    @Override
    default LimitKind kind() {
      return period().compareTo(LONGEST_PACE) <= 0 ? LimitKind.PACE : LimitKind.BUDGET;
    }
  }

  /**
   * A token bucket that refills continuously.
   *
   * @param period how long an empty bucket takes to fill
   */
  record Rolling(Duration period) implements LimitWindow.Moving {

    /**
     * Checks the range.
     *
     * @param period the component
     * @throws IllegalArgumentException if the period is out of the range of {@link Window.Rolling}
     */
    public Rolling {
      new Window.Rolling(period);
    }

    @Override
    public Window in(ZoneId subjectZone) {
      return new Window.Rolling(period);
    }
  }

  /**
   * The last period before each moment, in which never more than the capacity is used.
   *
   * @param period its length
   */
  record Sliding(Duration period) implements LimitWindow.Moving {

    /**
     * Checks the range.
     *
     * @param period the component
     * @throws IllegalArgumentException if the period is out of the range of {@link Window.Sliding}
     */
    public Sliding {
      new Window.Sliding(period);
    }

    @Override
    public Window in(ZoneId subjectZone) {
      return new Window.Sliding(period);
    }
  }

  /**
   * A calendar window.
   *
   * @param unit its length
   * @param zone the zone of its dates; empty for the subject's zone
   * @param weekStart the first day of a week
   * @param billingDay the first day of a cycle, 1 to 31
   * @param dayStart the local time at which each day begins, in whole minutes
   */
  record Calendar(
      CalendarUnit unit,
      Optional<ZoneId> zone,
      DayOfWeek weekStart,
      int billingDay,
      LocalTime dayStart)
      implements LimitWindow {

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
      Objects.requireNonNull(zone, "zone");
      new Window.Calendar(unit, ZoneId.of("UTC"), weekStart, billingDay, dayStart);
    }

    /**
     * Creates a window whose days begin at midnight.
     *
     * @param unit its length
     * @param zone the zone of its dates; empty for the subject's zone
     * @param weekStart the first day of a week
     * @param billingDay the first day of a cycle, 1 to 31
     * @throws IllegalArgumentException if {@code billingDay} is outside 1 to 31
     */
    public Calendar(CalendarUnit unit, Optional<ZoneId> zone, DayOfWeek weekStart, int billingDay) {
      this(unit, zone, weekStart, billingDay, LocalTime.MIDNIGHT);
    }

    /**
     * Returns the window with the dates of a zone.
     *
     * @param fixed the zone, for every subject
     * @return the copy
     */
    public Calendar inZone(ZoneId fixed) {
      return new Calendar(unit, Optional.of(fixed), weekStart, billingDay, dayStart);
    }

    @Override
    public LimitKind kind() {
      return LimitKind.BUDGET;
    }

    @Override
    public Window in(ZoneId subjectZone) {
      return new Window.Calendar(unit, zone.orElse(subjectZone), weekStart, billingDay, dayStart);
    }
  }

  /**
   * A billing cycle that begins at the subject's own {@link BillingAnchor}. A {@link Calendar} with
   * a {@link CalendarUnit#CYCLE} begins on the same day for every subject.
   *
   * @param zone the zone of its dates; empty for the subject's zone
   */
  record BillingCycle(Optional<ZoneId> zone) implements LimitWindow {

    /**
     * Checks that nothing is null.
     *
     * @param zone the component
     */
    public BillingCycle {
      Objects.requireNonNull(zone, "zone");
    }

    @Override
    public LimitKind kind() {
      return LimitKind.BUDGET;
    }

    @Override
    public Window in(ZoneId subjectZone) {
      return in(subjectZone, BillingAnchor.FIRST_OF_MONTH);
    }

    @Override
    public Window in(ZoneId subjectZone, BillingAnchor anchor) {
      return new Window.Calendar(
          CalendarUnit.CYCLE,
          zone.orElse(subjectZone),
          DayOfWeek.MONDAY,
          anchor.dayOfMonth(),
          anchor.dayStart());
    }
  }

  /**
   * A session: it begins with the first charge after the previous one has ended.
   *
   * @param period how long it lasts
   */
  record Session(Duration period) implements LimitWindow {

    /**
     * Checks the range.
     *
     * @param period the component
     * @throws IllegalArgumentException if the period is out of the range of {@link Window.Session}
     */
    public Session {
      new Window.Session(period);
    }

    @Override
    public LimitKind kind() {
      return LimitKind.BUDGET;
    }

    @Override
    public Window in(ZoneId subjectZone) {
      return new Window.Session(period);
    }
  }

  /**
   * A limit on how many calls run at once.
   *
   * @param lease how long a permit is kept if its node dies, in whole milliseconds; the engine
   *     renews it while work goes on
   * @param maxDuration the longest time for which the engine renews a permit, from the lease to 24
   *     hours. After that the permit is free within a lease, and work that still runs goes on
   *     without it
   */
  record Concurrent(Duration lease, Duration maxDuration) implements LimitWindow {

    /** The default lease: one minute. */
    public static final Duration USUAL_LEASE = Duration.ofMinutes(1);

    /** The default longest duration: 15 minutes, longer than nearly all calls of models. */
    public static final Duration USUAL_MAX_DURATION = Duration.ofMinutes(15);

    /** The largest longest duration: 24 hours. */
    public static final Duration LONGEST_MAX_DURATION = Duration.ofHours(24);

    /**
     * For how long this process may pause, as in a garbage collection, without losing a permit that
     * is renewed after half a lease.
     */
    private static final Duration PAUSE = Duration.ofMillis(1_500);

    /**
     * Checks the ranges.
     *
     * @param lease the component
     * @param maxDuration the component
     * @throws IllegalArgumentException if the lease is out of the range of {@link
     *     Window.Concurrent}, or {@code maxDuration} is shorter than the lease or longer than 24
     *     hours
     */
    public Concurrent {
      new Window.Concurrent(lease);
      if (maxDuration.compareTo(lease) < 0 || maxDuration.compareTo(LONGEST_MAX_DURATION) > 0) {
        throw new IllegalArgumentException(
            "max-duration must be from the lease of "
                + lease.toSeconds()
                + " seconds to 24 hours, was "
                + maxDuration.toSeconds()
                + " seconds");
      }
    }

    /**
     * Creates a limit at once with the default longest duration, or the lease if that is longer.
     *
     * @param lease how long a permit is kept if its node dies, in whole milliseconds
     * @throws IllegalArgumentException if the lease is out of range
     */
    public Concurrent(Duration lease) {
      this(lease, lease.compareTo(USUAL_MAX_DURATION) > 0 ? lease : USUAL_MAX_DURATION);
    }

    @Override
    public LimitKind kind() {
      return LimitKind.PACE;
    }

    /**
     * {@inheritDoc}
     *
     * <p>If the lease is below 3 seconds, stores keep a permit for up to a second longer, because
     * half the lease passes before a renewal and this process may pause for a second and a half.
     * With a lease of 1 second it is 2 seconds.
     */
    @Override
    public Window in(ZoneId subjectZone) {
      Duration safe = lease.dividedBy(2).plus(PAUSE);
      Duration held =
          Duration.ofMillis(safe.compareTo(lease) > 0 ? safe.toMillis() : lease.toMillis());
      return new Window.Concurrent(held);
    }
  }

  /**
   * The length of a conversation, which is not known. What a conversation has used does not refill
   * while it lasts. Stores forget it at the end of the week in UTC.
   *
   * @param counted what is counted
   */
  record Conversation(Counted counted) implements LimitWindow {

    private static final Window WEEK =
        new Window.Calendar(CalendarUnit.WEEK, ZoneId.of("UTC"), DayOfWeek.MONDAY, 1);

    /** The longest time for which a conversation is remembered. */
    public static final Duration LONGEST = Duration.ofDays(7);

    /** What a limit on a conversation counts. */
    public enum Counted {
      /** Units of the quota. */
      UNITS,
      /** Calls: each charge and reservation counts 1, whatever it costs. */
      CALLS
    }

    /**
     * Checks that nothing is null.
     *
     * @param counted the component
     */
    public Conversation {
      Objects.requireNonNull(counted, "counted");
    }

    @Override
    public LimitKind kind() {
      return LimitKind.BUDGET;
    }

    @Override
    public Window in(ZoneId subjectZone) {
      return WEEK;
    }
  }

  /** The longest rolling or sliding period that is a pace. */
  Duration LONGEST_PACE = Duration.ofHours(1);

  /**
   * Returns whether a limit with this window is a pace or a budget.
   *
   * @return the kind
   */
  LimitKind kind();

  /**
   * Returns the window with a zone.
   *
   * @param subjectZone the zone of the subject, used if the policy has none
   * @return the window as a store sees it
   */
  Window in(ZoneId subjectZone);

  /**
   * Returns the window with a zone and a billing anchor.
   *
   * @param subjectZone the zone of the subject, used if the policy has none
   * @param anchor the subject's anchor, which only a {@link BillingCycle} uses
   * @return the window as a store sees it
   */
  default Window in(ZoneId subjectZone, BillingAnchor anchor) {
    return in(subjectZone);
  }
}
