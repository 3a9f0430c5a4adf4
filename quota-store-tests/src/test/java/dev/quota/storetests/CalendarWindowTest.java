package dev.quota.storetests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.policy.CalendarUnit;
import dev.quota.policy.Window;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.zone.ZoneRules;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class CalendarWindowTest {

  private static final long MINUTE = 60_000;

  private static Window.Calendar window(CalendarUnit unit, String zone, int billingDay) {
    return new Window.Calendar(unit, ZoneId.of(zone), DayOfWeek.MONDAY, billingDay);
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
  @ValueSource(
      strings = {
        "Europe/Berlin",
        "Africa/Cairo",
        "America/Santiago",
        "America/Havana",
        "America/St_Johns",
        "Pacific/Apia",
        "Antarctica/Troll"
      })
  void endsWhenAMinuteWiseWalkSeesTheNextWindow(String zone) {
    for (CalendarUnit unit : CalendarUnit.values()) {
      Window.Calendar window = window(unit, zone, 30);
      for (int year : new int[] {2006, 2011, 2026}) {
        long start = Instant.parse(year + "-01-01T00:00:00Z").toEpochMilli();
        walk(window, start, start + 366 * 1_440 * MINUTE);
      }
    }
  }

  private static void walk(Window.Calendar window, long from, long to) {
    ZoneRules rules = window.zone().getRules();
    long expectedEnd = 0;
    long shown = Long.MIN_VALUE;
    for (long now = from - 3 * 1_440 * MINUTE; now < to; now += MINUTE) {
      long offset = rules.getOffset(Instant.ofEpochMilli(now)).getTotalSeconds() * 1_000L;
      long date = Math.floorDiv(now + offset, 86_400_000L);
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
                random.nextInt(1, 32));
        long now = random.nextLong(0, last);
        assertThat(window.endAfter(Instant.ofEpochMilli(now)).toEpochMilli())
            .as("%s at %s", window, Instant.ofEpochMilli(now))
            .isEqualTo(ModelCalendar.endAfter(window, now));
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
