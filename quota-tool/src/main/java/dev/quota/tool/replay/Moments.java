package dev.quota.tool.replay;

import dev.quota.LimitState;
import dev.quota.policy.CalendarUnit;
import dev.quota.policy.Window;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Counts events by their local time, in the zone of the person. Not thread-safe. */
final class Moments {

  private static final List<String> DAYS = List.of("mon", "tue", "wed", "thu", "fri", "sat", "sun");

  private final long[] hours = new long[24];
  private final long[] weekdays = new long[7];
  private final long[] daysOfCycle = new long[31];

  void add(Instant at, ZoneId zone, LimitState limit) {
    ZonedDateTime local = at.atZone(zone);
    hours[local.getHour()]++;
    weekdays[local.getDayOfWeek().getValue() - 1]++;
    Optional<Integer> day = dayOfCycle(at, limit);
    day.ifPresent(number -> daysOfCycle[number - 1]++);
  }

  /** Returns the day of a month or a billing cycle, from 1. */
  private static Optional<Integer> dayOfCycle(Instant at, LimitState limit) {
    if (!(limit.window() instanceof Window.Calendar calendar)
        || limit.isOfConversation()
        || calendar.unit() == CalendarUnit.DAY
        || calendar.unit() == CalendarUnit.WEEK) {
      return Optional.empty();
    }
    LocalDate start = calendar.startDateOfWindowEnding(calendar.endAfter(at));
    long day = ChronoUnit.DAYS.between(start, calendar.dateOf(at)) + 1;
    return Optional.of((int) Math.min(31, Math.max(1, day)));
  }

  long[] hours() {
    return hours.clone();
  }

  long[] weekdays() {
    return weekdays.clone();
  }

  long[] daysOfCycle() {
    return daysOfCycle.clone();
  }

  Map<String, Object> toJson() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("byHour", Arrays.stream(hours).boxed().toList());
    Map<String, Object> byWeekday = new LinkedHashMap<>();
    for (int i = 0; i < weekdays.length; i++) {
      byWeekday.put(DAYS.get(i), weekdays[i]);
    }
    json.put("byWeekday", byWeekday);
    json.put("byDayOfCycle", Arrays.stream(daysOfCycle).boxed().toList());
    return json;
  }
}
