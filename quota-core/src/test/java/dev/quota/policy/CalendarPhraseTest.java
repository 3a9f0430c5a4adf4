package dev.quota.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.DayOfWeek;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CalendarPhraseTest {

  @ParameterizedTest
  @CsvSource({
    "50 per calendar day from 04:00,                    DAY,   MONDAY, 1,  04:00",
    "50 per calendar day from 00:00,                    DAY,   MONDAY, 1,  00:00",
    "50 per calendar day from 23:59 in UTC per org,     DAY,   MONDAY, 1,  23:59",
    "50 per calendar week from 06:30,                   WEEK,  MONDAY, 1,  06:30",
    "50 per calendar week from sunday at 06:30,         WEEK,  SUNDAY, 1,  06:30",
    "50 per calendar month from 04:00,                  MONTH, MONDAY, 1,  04:00",
    "50 per billing cycle from day 1,                   CYCLE, MONDAY, 1,  00:00",
    "50 per billing cycle from day 31 at 04:00 per org, CYCLE, MONDAY, 31, 04:00"
  })
  void aWindowCanBeginAtAnotherTime(
      String phrase, CalendarUnit unit, DayOfWeek weekStart, int billingDay, LocalTime dayStart) {
    LimitWindow.Calendar window = (LimitWindow.Calendar) LimitPolicy.of("it", phrase).window();

    assertThat(window)
        .isEqualTo(
            new LimitWindow.Calendar(
                unit,
                phrase.contains(" in ") ? Optional.of(ZoneId.of("UTC")) : Optional.empty(),
                weekStart,
                billingDay,
                dayStart));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "50 per calendar day from 4:00|expected a time from 00:00 to 23:59, such as 04:00, was \"4:00\"",
        "50 per calendar day from 24:00|expected a time from 00:00 to 23:59, such as 04:00, was \"24:00\"",
        "50 per calendar day from 04:60|expected a time from 00:00 to 23:59, such as 04:00, was \"04:60\"",
        "50 per calendar day from 04:00:00|expected a time from 00:00 to 23:59, such as 04:00, was \"04:00:00\"",
        "50 per calendar day from 4am|expected a time from 00:00 to 23:59, such as 04:00, was \"4am\"",
        "50 per calendar day from 4|expected a time from 00:00 to 23:59, such as 04:00, was \"4\"",
        "50 per calendar day from ٠٤:٠٠|expected a time from 00:00 to 23:59, such as 04:00, was \"٠٤:٠٠\"",
        "50 per calendar day from|expected a time such as 04:00 at the end of",
        "50 per calendar day from sunday|expected a time from 00:00 to 23:59, such as 04:00, was \"sunday\"",
        "50 per calendar day at 04:00|nothing may follow here, was \"at\"",
        "50 per calendar week from sunday 04:00|nothing may follow here, was \"04:00\"",
        "50 per calendar week from someday|expected a day of the week such as sunday, was \"someday\"",
        "50 per calendar week from sunday at noon|expected a time from 00:00 to 23:59, such as 04:00, was \"noon\"",
        "50 per calendar month from day 15|a month from another day is a \"billing cycle from day 15\"",
        "50 per billing cycle from 15|expected \"day\", was \"15\"",
        "50 per billing cycle from 04:00|expected \"day\", was \"04:00\"",
        "50 per billing month|write \"billing cycle\"",
        "50 per billing cycle from sunday|expected \"day\", was \"sunday\"",
        "50 per billing cycle from day 32|expected a day of the month from 1 to 31, was \"32\"",
        "50 per day from 04:00|a rolling or sliding window begins at no time; write \"calendar day from 04:00\"",
        "50 per sliding day from 04:00|a rolling or sliding window begins at no time",
        "3 at once from 04:00|nothing may follow here, was \"from\""
      })
  void aTimeThatIsNotOneIsRefused(String phrase, String message) {
    assertThatThrownBy(() -> LimitPolicy.of("it", phrase))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void aBillingCycleWithoutADayIsTheSubjectsOwn() {
    assertThat(LimitPolicy.of("it", "50 per billing cycle").window())
        .isEqualTo(new LimitWindow.BillingCycle(Optional.empty()));
    assertThat(LimitPolicy.of("it", "50 per billing cycle in Asia/Tokyo per org").window())
        .isEqualTo(new LimitWindow.BillingCycle(Optional.of(ZoneId.of("Asia/Tokyo"))));
  }

  @Test
  void aPolicyFileNeedsNoQuotesForATime() {
    Policies policies =
        Read.policies(
            """
            version: 1
            quotas:
              chat: {limits: {night: 50 per calendar day from 04:00}}
              image: {limits: [20 per calendar week from sunday at 06:30 in Asia/Tokyo per org]}
            """);

    assertThat(policies.quotas().get("chat").limits())
        .containsExactly(LimitPolicy.of("night", "50 per calendar day from 04:00"));
    assertThat(policies.quotas().get("image").limits().get(0).name()).isEqualTo("weekly");
  }

  @Test
  void aDayBeginsAtAWholeMinute() {
    assertThatThrownBy(
            () ->
                new LimitWindow.Calendar(
                    CalendarUnit.DAY, Optional.empty(), DayOfWeek.MONDAY, 1, LocalTime.of(4, 0, 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("dayStart must be a whole minute, was 04:00:01");
  }
}
