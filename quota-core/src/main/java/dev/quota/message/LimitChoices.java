package dev.quota.message;

import dev.quota.LimitState;
import dev.quota.Subject;
import dev.quota.policy.Scope;
import dev.quota.policy.Window;
import java.util.Optional;

/** The choices in templates that depend on a limit's window, its owner and what it counts. */
final class LimitChoices {

  private LimitChoices() {}

  /** Returns the choice of {@code window}. */
  static String window(LimitState limit) {
    if (limit.isOfConversation()) {
      return "conversation";
    }
    if (limit.window() instanceof Window.Calendar calendar) {
      return switch (calendar.unit()) {
        case DAY -> "day";
        case WEEK -> "week";
        case MONTH -> "month";
        case CYCLE -> "cycle";
      };
    }
    if (limit.window() instanceof Window.Session) {
      return "session";
    }
    return limit.window() instanceof Window.Moving ? "rolling" : "concurrent";
  }

  /** Returns the choice of {@code owner}: who shares the limit. */
  static String owner(LimitState limit, Subject subject) {
    if (!limit.shared()) {
      return "user";
    }
    Scope scope = limit.scope();
    if (scope == Scope.GLOBAL || subject.groups().containsKey(scope)) {
      return scope.text();
    }
    return Subject.Kind.ADDRESS.text();
  }

  /** Returns the choice of {@code counted}. */
  static String counted(LimitState limit) {
    if (limit.countsCalls()) {
      return "calls";
    }
    return limit.countsPermits() ? "places" : "units";
  }

  /**
   * Returns the length of a rolling or sliding period in its {@link #periodUnit}; 1 for other
   * windows.
   */
  static long periodLength(LimitState limit) {
    return Period.of(limit).map(Period::length).orElse(1L);
  }

  /** Returns the choice of {@code period_unit}; {@code day} for other windows. */
  static String periodUnit(LimitState limit) {
    return Period.of(limit).map(Period::unit).orElse("day");
  }

  /** A period in the largest unit that divides it. */
  private record Period(long length, String unit) {

    static Optional<Period> of(LimitState limit) {
      if (limit.window() instanceof Window.Moving moving) {
        return Optional.of(ofMillis(moving.periodMillis()));
      }
      return limit.window() instanceof Window.Session session
          ? Optional.of(ofMillis(session.periodMillis()))
          : Optional.empty();
    }

    private static Period ofMillis(long millis) {
      long seconds = (millis + 999) / 1_000;
      if (seconds % 86_400 == 0) {
        return new Period(seconds / 86_400, "day");
      }
      if (seconds % 3_600 == 0) {
        return new Period(seconds / 3_600, "hour");
      }
      return seconds % 60 == 0 ? new Period(seconds / 60, "minute") : new Period(seconds, "second");
    }
  }
}
