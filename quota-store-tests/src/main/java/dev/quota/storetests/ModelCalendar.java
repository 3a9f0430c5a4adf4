package dev.quota.storetests;

import dev.quota.policy.Window;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;

/**
 * Finds the ends of calendar windows from the local time of the zone. It goes from midnight to
 * midnight, and from one change of the zone's offset to the next, and compares the local dates.
 *
 * <p>A date begins at its first moment. If clocks are set back across midnight, the earlier date
 * appears again; this does not end the new date. "Midnight" is the time at which the window's days
 * begin: the dates are those of a local clock that is so much slower.
 */
final class ModelCalendar {

  private static final long DAY_SECONDS = 86_400;

  private ModelCalendar() {}

  static long endAfter(Window.Calendar window, long nowMillis) {
    ZoneRules rules = window.zone().getRules();
    long slower = window.dayStart().toSecondOfDay();
    long date = latestDateShown(rules, slower, nowMillis);
    long current = number(window, date);
    long second = Math.floorDiv(nowMillis, 1_000);
    while (true) {
      Instant instant = Instant.ofEpochSecond(second);
      long offset = rules.getOffset(instant).getTotalSeconds() - slower;
      long nextMidnight = (Math.floorDiv(second + offset, DAY_SECONDS) + 1) * DAY_SECONDS - offset;
      ZoneOffsetTransition change = rules.nextTransition(instant);
      second = change == null ? nextMidnight : Math.min(nextMidnight, change.toEpochSecond());
      date = Math.max(date, dateShown(rules, slower, second));
      if (number(window, date) != current) {
        return second * 1_000;
      }
    }
  }

  /** Returns when the window of a moment began: it counts the ends of windows from long before. */
  static long startAt(Window.Calendar window, long atMillis) {
    long start = endAfter(window, atMillis - 70 * DAY_SECONDS * 1_000);
    for (long end = start; end <= atMillis; end = endAfter(window, end)) {
      start = end;
    }
    return start;
  }

  private static long latestDateShown(ZoneRules rules, long slower, long nowMillis) {
    long second = Math.floorDiv(nowMillis, 1_000);
    long latest = dateShown(rules, slower, second);
    Instant lookingBack = Instant.ofEpochSecond(second).plusNanos(1);
    while (true) {
      ZoneOffsetTransition change = rules.previousTransition(lookingBack);
      if (change == null || change.toEpochSecond() < second - 3 * DAY_SECONDS) {
        return latest;
      }
      long before =
          change.toEpochSecond() - 1 + change.getOffsetBefore().getTotalSeconds() - slower;
      latest = Math.max(latest, Math.floorDiv(before, DAY_SECONDS));
      lookingBack = change.getInstant();
    }
  }

  private static long dateShown(ZoneRules rules, long slower, long second) {
    long offset = rules.getOffset(Instant.ofEpochSecond(second)).getTotalSeconds() - slower;
    return Math.floorDiv(second + offset, DAY_SECONDS);
  }

  /** Numbers the windows: the dates of one window have one number, later windows higher ones. */
  static long number(Window.Calendar window, long epochDay) {
    LocalDate date = LocalDate.ofEpochDay(epochDay);
    long month = date.getYear() * 12L + date.getMonthValue();
    return switch (window.unit()) {
      case DAY -> epochDay;
      // Day 0 of the epoch was a Thursday.
      case WEEK -> Math.floorDiv(epochDay + 4 - window.weekStart().getValue(), 7);
      case MONTH -> month;
      case CYCLE -> {
        int first = Math.min(window.billingDay(), YearMonth.from(date).lengthOfMonth());
        yield date.getDayOfMonth() >= first ? month : month - 1;
      }
    };
  }
}
