package dev.quota;

import dev.quota.spi.CalendarUnit;
import dev.quota.spi.Window;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Objects;
import java.util.Optional;

/** Over which time a policy's limit counts, before a subject's zone is known. */
public sealed interface LimitWindow {

  /**
   * A token bucket that refills continuously.
   *
   * @param period how long an empty one takes to fill
   */
  record Rolling(Duration period) implements LimitWindow {

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
    public LimitKind kind() {
      return period.compareTo(LONGEST_PACE) <= 0 ? LimitKind.PACE : LimitKind.BUDGET;
    }

    @Override
    public Window in(ZoneId subjectZone) {
      return new Window.Rolling(period);
    }
  }

  /**
   * A calendar window.
   *
   * @param unit its length
   * @param zone where its dates are read; empty for the subject's zone
   * @param weekStart the first day of a week
   * @param billingDay the first day of a cycle, 1 to 31
   */
  record Calendar(CalendarUnit unit, Optional<ZoneId> zone, DayOfWeek weekStart, int billingDay)
      implements LimitWindow {

    /**
     * Checks the range.
     *
     * @param unit the component
     * @param zone the component
     * @param weekStart the component
     * @param billingDay the component
     * @throws IllegalArgumentException if {@code billingDay} is outside 1 to 31
     */
    public Calendar {
      Objects.requireNonNull(zone, "zone");
      new Window.Calendar(unit, ZoneId.of("UTC"), weekStart, billingDay);
    }

    @Override
    public LimitKind kind() {
      return LimitKind.BUDGET;
    }

    @Override
    public Window in(ZoneId subjectZone) {
      return new Window.Calendar(unit, zone.orElse(subjectZone), weekStart, billingDay);
    }
  }

  /**
   * How many at once.
   *
   * @param lease how long a place is held for a node that died, in whole milliseconds; the engine
   *     renews it while work goes on
   */
  record Concurrent(Duration lease) implements LimitWindow {

    /** The lease of a limit that says none: one minute. */
    public static final Duration USUAL_LEASE = Duration.ofMinutes(1);

    /**
     * Checks the range.
     *
     * @param lease the component
     * @throws IllegalArgumentException if the lease is out of the range of {@link
     *     Window.Concurrent}
     */
    public Concurrent {
      new Window.Concurrent(lease);
    }

    @Override
    public LimitKind kind() {
      return LimitKind.PACE;
    }

    @Override
    public Window in(ZoneId subjectZone) {
      return new Window.Concurrent(lease);
    }
  }

  /**
   * The length of a conversation, which nobody knows: what it has used does not come back while it
   * lasts. Stores forget it with the end of the week in UTC, so that they need not keep every
   * conversation for ever.
   *
   * @param counted what is counted
   */
  record Conversation(Counted counted) implements LimitWindow {

    private static final Window WEEK =
        new Window.Calendar(CalendarUnit.WEEK, ZoneId.of("UTC"), DayOfWeek.MONDAY, 1);

    /** What a limit of a conversation counts. */
    public enum Counted {
      /** Units of the quota. */
      UNITS,
      /** Charges and reservations, one each, whatever they cost: how often agents pass it on. */
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

  /** The longest rolling period that is a pace. */
  Duration LONGEST_PACE = Duration.ofHours(1);

  /**
   * Returns whether the window makes a pace or a budget.
   *
   * @return the kind
   */
  LimitKind kind();

  /**
   * Returns the window with its zone chosen.
   *
   * @param subjectZone the zone of the subject, used where the policy fixes none
   * @return the window as a store sees it
   */
  Window in(ZoneId subjectZone);
}
