package dev.quota.tool.diff;

import dev.quota.policy.CalendarUnit;
import dev.quota.policy.Capacity;
import dev.quota.policy.Grace;
import dev.quota.policy.LimitPolicy;
import dev.quota.policy.LimitWindow;
import dev.quota.policy.ReservationBounds;
import dev.quota.policy.Scope;
import dev.quota.policy.Threshold;
import dev.quota.policy.Unit;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Writes parts of policies in the words of the policy file. */
final class PolicyWords {

  private PolicyWords() {}

  static String capacity(Capacity capacity) {
    return capacity instanceof Capacity.Limited limited
        ? Long.toString(limited.units())
        : "unlimited";
  }

  static String limit(LimitPolicy limit, Scope usual) {
    String calls = limit.countsCalls() ? " calls" : "";
    String rollover = limit.rollover().map(it -> ", rollover " + it.percent() + "%").orElse("");
    return capacity(limit.capacity())
        + calls
        + " "
        + window(limit.window())
        + scope(limit, usual)
        + rollover;
  }

  private static String scope(LimitPolicy limit, Scope usual) {
    Scope scope = limit.scope().orElse(usual);
    boolean said =
        scope == Scope.USER
            || (scope == Scope.CONVERSATION && limit.window() instanceof LimitWindow.Conversation);
    return said ? "" : " per " + scope.text();
  }

  static String window(LimitWindow window) {
    if (window instanceof LimitWindow.Rolling rolling) {
      return "per " + period(rolling.period());
    }
    if (window instanceof LimitWindow.Sliding sliding) {
      return "per sliding " + period(sliding.period());
    }
    if (window instanceof LimitWindow.Session session) {
      String period = period(session.period());
      return "per session of " + (Character.isDigit(period.charAt(0)) ? "" : "1 ") + period;
    }
    if (window instanceof LimitWindow.Calendar calendar) {
      return "per " + calendar(calendar);
    }
    if (window instanceof LimitWindow.BillingCycle cycle) {
      return "per billing cycle" + zone(cycle.zone());
    }
    return window instanceof LimitWindow.Concurrent ? "at once" : "per conversation";
  }

  private static String calendar(LimitWindow.Calendar calendar) {
    String words =
        calendar.unit() == CalendarUnit.CYCLE
            ? "billing cycle"
            : "calendar " + calendar.unit().name().toLowerCase(Locale.ROOT);
    return words + start(calendar) + zone(calendar.zone());
  }

  private static String zone(Optional<ZoneId> zone) {
    return zone.map(it -> " in " + it.getId()).orElse("");
  }

  private static String start(LimitWindow.Calendar calendar) {
    String day = "";
    if (calendar.unit() == CalendarUnit.WEEK && calendar.weekStart() != DayOfWeek.MONDAY) {
      day = " from " + calendar.weekStart().name().toLowerCase(Locale.ROOT);
    } else if (calendar.unit() == CalendarUnit.CYCLE) {
      day = " from day " + calendar.billingDay();
    }
    if (calendar.dayStart().equals(LocalTime.MIDNIGHT)) {
      return day;
    }
    return (day.isEmpty() ? " from " : day + " at ") + calendar.dayStart();
  }

  private static String period(Duration period) {
    long millis = period.toMillis();
    String[] names = {"week", "day", "hour", "minute", "second"};
    long[] lengths = {604_800_000, 86_400_000, 3_600_000, 60_000, 1_000};
    for (int i = 0; i < names.length; i++) {
      if (millis % lengths[i] == 0) {
        long count = millis / lengths[i];
        return count == 1 ? names[i] : count + " " + names[i] + "s";
      }
    }
    return period.toString();
  }

  static String thresholds(List<Threshold> thresholds) {
    return thresholds.stream()
        .map(
            threshold ->
                threshold instanceof Threshold.UsedShare share
                    ? share.percent() + "%"
                    : ((Threshold.Remaining) threshold).units() + " left")
        .collect(Collectors.joining(", ", "[", "]"));
  }

  static String grace(Grace grace) {
    return grace instanceof Grace.Percent percent
        ? percent.percent() + "%"
        : Long.toString(((Grace.Units) grace).count());
  }

  static String reservation(ReservationBounds bounds) {
    String most =
        bounds
            .atMost()
            .map(
                it ->
                    it instanceof ReservationBounds.AtMost.Percent percent
                        ? percent.percent() + "%"
                        : Long.toString(((ReservationBounds.AtMost.Units) it).count()))
            .orElse("the default");
    return "at least " + bounds.atLeast() + ", at most " + most;
  }

  static String unit(Unit unit) {
    return unit.name()
        + "/"
        + unit.label()
        + " as "
        + unit.style().text()
        + unit.money()
            .map(money -> " in " + money.currency() + " with scale " + money.scale())
            .orElse("");
  }
}
