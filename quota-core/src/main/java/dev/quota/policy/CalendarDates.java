package dev.quota.policy;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.YearMonth;
import java.time.temporal.TemporalAdjusters;
import java.time.zone.ZoneOffsetTransition;

/** The dates on which calendar windows start, and the moments of those dates. Stateless. */
final class CalendarDates {

  private CalendarDates() {}

  /** Returns the first date of the window that contains an instant. */
  static LocalDate startDate(Window.Calendar window, Instant at) {
    LocalDate date = startDate(window, window.dateOf(at));
    // If clocks are set back, the start of a later day can be before this moment.
    while (!startOf(window, next(window, date)).isAfter(at)) {
      date = next(window, date);
    }
    return date;
  }

  /** Returns the first date of the window that contains a date. */
  static LocalDate startDate(Window.Calendar window, LocalDate date) {
    return switch (window.unit()) {
      case DAY -> date;
      case WEEK -> date.with(TemporalAdjusters.previousOrSame(window.weekStart()));
      case MONTH -> date.withDayOfMonth(1);
      case CYCLE -> {
        YearMonth month = YearMonth.from(date);
        LocalDate thisMonth = billingDate(window, month);
        yield date.isBefore(thisMonth) ? billingDate(window, month.minusMonths(1)) : thisMonth;
      }
    };
  }

  /** Returns the first date of the next window. */
  static LocalDate next(Window.Calendar window, LocalDate start) {
    return switch (window.unit()) {
      case DAY -> start.plusDays(1);
      case WEEK -> start.plusWeeks(1);
      case MONTH -> start.plusMonths(1);
      case CYCLE -> billingDate(window, YearMonth.from(start).plusMonths(1));
    };
  }

  private static LocalDate billingDate(Window.Calendar window, YearMonth month) {
    return month.atDay(Math.min(window.billingDay(), month.lengthOfMonth()));
  }

  /**
   * Returns the first instant of a date whose local time is the start of the day or later. If
   * clocks skip that time, it is the moment after the change.
   */
  static Instant startOf(Window.Calendar window, LocalDate date) {
    LocalDateTime local = date.atTime(window.dayStart());
    ZoneOffsetTransition change = window.zone().getRules().getTransition(local);
    return change != null && change.isGap()
        ? change.getInstant()
        : local.atZone(window.zone()).toInstant();
  }
}
