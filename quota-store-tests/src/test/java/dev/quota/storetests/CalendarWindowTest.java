package dev.quota.storetests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.policy.CalendarUnit;
import dev.quota.policy.Window;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.zone.ZoneRules;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CalendarWindowTest {

  private static final long MINUTE = 60_000;

  private static Window.Calendar window(CalendarUnit unit, String zone, int billingDay) {
    return new Window.Calendar(unit, ZoneId.of(zone), DayOfWeek.MONDAY, billingDay);
  }

  private static Window.Calendar from(String time, CalendarUnit unit, String zone) {
    return new Window.Calendar(unit, ZoneId.of(zone), DayOfWeek.MONDAY, 30, LocalTime.parse(time));
  }

  @ParameterizedTest
  @CsvSource({
    "Europe/Berlin,       04:00, 2026-11-23T02:59:59.999Z, 2026-11-23T03:00:00Z",
    "Europe/Berlin,       04:00, 2026-11-23T03:00:00Z, 2026-11-24T03:00:00Z",
    "Europe/Berlin,       04:00, 2026-03-28T03:00:00Z, 2026-03-29T02:00:00Z", // 23 hours
    "Europe/Berlin,       04:00, 2026-10-24T02:00:00Z, 2026-10-25T03:00:00Z", // 25 hours
    "Europe/Berlin,       02:30, 2026-03-28T12:00:00Z, 2026-03-29T01:00:00Z", // 02:30 is skipped
    "Europe/Berlin,       02:30, 2026-03-29T01:00:00Z, 2026-03-30T00:30:00Z",
    "Europe/Berlin,       02:30, 2026-10-24T12:00:00Z, 2026-10-25T00:30:00Z", // the first 02:30
    "Europe/Berlin,       02:30, 2026-10-25T00:30:00Z, 2026-10-26T01:30:00Z", // not the second
    "Europe/Berlin,       02:30, 2026-10-25T01:15:00Z, 2026-10-26T01:30:00Z", // 02:15 again
    "America/Havana,      00:30, 2026-10-31T12:00:00Z, 2026-11-01T04:30:00Z",
    "Australia/Lord_Howe, 02:15, 2026-10-03T12:00:00Z, 2026-10-03T15:30:00Z", // half an hour is
    // skipped
    "Pacific/Apia,        04:00, 2011-12-30T05:00:00Z, 2011-12-30T10:00:00Z", // the rest of a
    // skipped date
    "Pacific/Apia,        04:00, 2011-12-30T10:00:00Z, 2011-12-30T14:00:00Z",
    "UTC,                 23:59, 2028-02-28T23:59:00Z, 2028-02-29T23:59:00Z"
  })
  void aDayCanBeginAtAnotherTime(String zone, String time, String now, String end) {
    assertThat(from(time, CalendarUnit.DAY, zone).endAfter(Instant.parse(now)))
        .isEqualTo(Instant.parse(end));
  }

  @ParameterizedTest
  @CsvSource({
    "WEEK,  2026-11-30T03:59:59Z, 2026-11-30T04:00:00Z",
    "WEEK,  2026-11-30T04:00:00Z, 2026-12-07T04:00:00Z",
    "MONTH, 2026-12-01T03:59:59Z, 2026-12-01T04:00:00Z",
    "MONTH, 2026-12-01T04:00:00Z, 2027-01-01T04:00:00Z",
    "CYCLE, 2028-02-29T03:59:59Z, 2028-02-29T04:00:00Z", // day 30 of a leap year's February
    "CYCLE, 2028-02-29T04:00:00Z, 2028-03-30T04:00:00Z"
  })
  void longerWindowsBeginAtThatTimeOfTheirFirstDay(CalendarUnit unit, String now, String end) {
    assertThat(from("04:00", unit, "UTC").endAfter(Instant.parse(now)))
        .isEqualTo(Instant.parse(end));
  }

  @Test
  void beforeItsTimeIsStillTheDayBefore() {
    Window.Calendar day = from("04:00", CalendarUnit.DAY, "UTC");

    assertThat(day.dateOf(Instant.parse("2026-11-23T03:59:59Z"))).isEqualTo("2026-11-22");
    assertThat(day.dateOf(Instant.parse("2026-11-23T04:00:00Z"))).isEqualTo("2026-11-23");
    assertThat(day.startOfWindowEnding(Instant.parse("2026-11-23T04:00:00Z")))
        .contains(Instant.parse("2026-11-22T04:00:00Z"));
  }

  @ParameterizedTest
  @CsvSource({
    "Africa/Cairo,        2026-04-23T12:00:00Z, 2026-04-23T22:00:00Z", // midnight does not exist
    "America/Santiago,    2026-09-05T12:00:00Z, 2026-09-06T04:00:00Z", // nor here
    "America/Havana,      2026-10-31T12:00:00Z, 2026-11-01T04:00:00Z", // the first of two midnights
    "America/Havana,      2026-11-01T04:30:00Z, 2026-11-02T05:00:00Z",
    "America/St_Johns,    2006-10-29T02:30:00Z, 2006-10-30T03:30:00Z", // left again at 00:01
    "America/St_Johns,    2006-10-29T02:31:00Z, 2006-10-30T03:30:00Z",
    "Pacific/Apia,        2011-12-30T05:00:00Z, 2011-12-30T10:00:00Z", // a date that never was
    "Europe/Berlin,       2026-10-25T00:30:00Z, 2026-10-25T23:00:00Z"
  })
  void aDayEndsAtTheNextDatesFirstInstant(String zone, String now, String end) {
    assertThat(window(CalendarUnit.DAY, zone, 1).endAfter(Instant.parse(now)))
        .isEqualTo(Instant.parse(end));
  }

  @ParameterizedTest
  @CsvSource({
    "2026-01-31T00:00:00Z, 2026-02-28T00:00:00Z",
    "2026-02-28T00:00:00Z, 2026-03-31T00:00:00Z",
    "2028-02-28T23:59:59Z, 2028-02-29T00:00:00Z",
    "2026-04-29T23:59:59Z, 2026-04-30T00:00:00Z",
    "2026-12-31T00:00:00Z, 2027-01-31T00:00:00Z"
  })
  void aCycleFromDay31StartsOnTheLastDayOfShorterMonths(String now, String end) {
    assertThat(window(CalendarUnit.CYCLE, "UTC", 31).endAfter(Instant.parse(now)))
        .isEqualTo(Instant.parse(end));
  }

  @ParameterizedTest
  @CsvSource({
    "UTC,              DAY,   2026-11-24T00:00:00Z, 2026-11-23T00:00:00Z",
    "UTC,              WEEK,  2026-11-30T00:00:00Z, 2026-11-23T00:00:00Z",
    "UTC,              MONTH, 2026-12-01T00:00:00Z, 2026-11-01T00:00:00Z",
    "UTC,              CYCLE, 2026-11-30T00:00:00Z, 2026-10-30T00:00:00Z",
    "Europe/Berlin,    DAY,   2026-10-25T23:00:00Z, 2026-10-24T22:00:00Z", // 25 hours
    "Africa/Cairo,     DAY,   2026-04-24T21:00:00Z, 2026-04-23T22:00:00Z", // began at 01:00
    "America/Havana,   DAY,   2026-11-02T05:00:00Z, 2026-11-01T04:00:00Z" // the first midnight
  })
  void startsWhereTheWindowBeforeItEnds(String zone, CalendarUnit unit, String end, String start) {
    assertThat(window(unit, zone, 30).startOfWindowEnding(Instant.parse(end)))
        .contains(Instant.parse(start));
  }

  @ParameterizedTest
  @CsvSource({
    "America/New_York, 2026-11-23T23:00:00Z", // midnight in Berlin
    "UTC,              2026-11-24T00:00:00.001Z",
    "UTC,              2026-11-23T23:59:59.999Z"
  })
  void hasNoStartWhereNoWindowOfTheCalendarEnds(String zone, String end) {
    assertThat(window(CalendarUnit.DAY, zone, 1).startOfWindowEnding(Instant.parse(end))).isEmpty();
  }

  /** Walks minute by minute: a window ends when a date of the next one is shown first. */
  @ParameterizedTest
  @CsvSource({
    "Europe/Berlin,    00:00",
    "Europe/Berlin,    02:30",
    "Africa/Cairo,     00:00",
    "Africa/Cairo,     00:30",
    "America/Santiago, 00:00",
    "America/Havana,   00:00",
    "America/Havana,   23:45",
    "America/St_Johns, 00:00",
    "America/St_Johns, 23:30",
    "Pacific/Apia,     00:00",
    "Pacific/Apia,     04:00",
    "Antarctica/Troll, 00:00"
  })
  void endsWhenAMinuteWiseWalkSeesTheNextWindow(String zone, String time) {
    for (CalendarUnit unit : CalendarUnit.values()) {
      Window.Calendar window = from(time, unit, zone);
      for (int year : new int[] {2006, 2011, 2026}) {
        long start = Instant.parse(year + "-01-01T00:00:00Z").toEpochMilli();
        walk(window, start, start + 366 * 1_440 * MINUTE);
      }
    }
  }

  private static void walk(Window.Calendar window, long from, long to) {
    ZoneRules rules = window.zone().getRules();
    long slower = window.dayStart().toSecondOfDay() * 1_000L;
    long expectedEnd = 0;
    long shown = Long.MIN_VALUE;
    for (long now = from - 3 * 1_440 * MINUTE; now < to; now += MINUTE) {
      long offset = rules.getOffset(Instant.ofEpochMilli(now)).getTotalSeconds() * 1_000L;
      long date = Math.floorDiv(now + offset - slower, 86_400_000L);
      if (date <= shown) {
        continue;
      }
      boolean begins =
          shown == Long.MIN_VALUE
              || ModelCalendar.number(window, date) != ModelCalendar.number(window, shown);
      shown = date;
      if (begins) {
        if (expectedEnd > 0) {
          assertThat(expectedEnd).as("%s before %s", window, date).isEqualTo(now);
          assertThat(window.endAfter(Instant.ofEpochMilli(now - 1)).toEpochMilli()).isEqualTo(now);
          assertThat(window.startDateOfWindowEnding(Instant.ofEpochMilli(now)))
              .isBefore(LocalDate.ofEpochDay(date));
        }
        expectedEnd = now >= from ? window.endAfter(Instant.ofEpochMilli(now)).toEpochMilli() : 0;
      }
    }
  }

  @Test
  void agreesWithTheModelInEveryZone() {
    SplittableRandom random = new SplittableRandom(11);
    long last = Instant.parse("2060-01-01T00:00:00Z").toEpochMilli();
    List<String> zones = ZoneId.getAvailableZoneIds().stream().sorted().toList();
    for (String zone : zones) {
      for (int i = 0; i < 120; i++) {
        Window.Calendar window =
            new Window.Calendar(
                List.of(CalendarUnit.values()).get(random.nextInt(4)),
                ZoneId.of(zone),
                DayOfWeek.of(random.nextInt(1, 8)),
                random.nextInt(1, 32),
                random.nextBoolean()
                    ? LocalTime.MIDNIGHT
                    : LocalTime.of(random.nextInt(24), random.nextInt(60)));
        long now = random.nextLong(0, last);
        assertThat(window.endAfter(Instant.ofEpochMilli(now)).toEpochMilli())
            .as("%s at %s", window, Instant.ofEpochMilli(now))
            .isEqualTo(ModelCalendar.endAfter(window, now));
        Instant start = window.startAt(Instant.ofEpochMilli(now));
        assertThat(start.toEpochMilli()).as("%s at %d", window, now).isLessThanOrEqualTo(now);
        assertThat(window.endAfter(start.minusMillis(1)))
            .as("start of %s", window)
            .isEqualTo(start);
        assertThat(window.endAfter(start))
            .as("%s at %s", window, Instant.ofEpochMilli(now))
            .isEqualTo(window.endAfter(Instant.ofEpochMilli(now)));
      }
    }
  }

  @Test
  void knowsTheFirstDateOfAWindow() {
    Window.Calendar month = window(CalendarUnit.MONTH, "Europe/Berlin", 1);
    Instant end = month.endAfter(Instant.parse("2026-11-23T14:59:30Z"));

    assertThat(month.startDateOfWindowEnding(end)).isEqualTo(LocalDate.of(2026, 11, 1));
  }
}
