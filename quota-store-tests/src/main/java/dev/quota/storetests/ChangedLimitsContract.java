package dev.quota.storetests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.policy.CalendarUnit;
import dev.quota.policy.Capacity;
import dev.quota.policy.Window;
import dev.quota.spi.LimitResult;
import dev.quota.spi.LimitSpec;
import dev.quota.spi.StoreReply;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

/** The rules that every store keeps while the limits of its counts change. */
abstract class ChangedLimitsContract extends StoreContract {

  @Test
  void aLoweredCapacityKeepsTheCount() {
    take(ALICE, 42, daily(50));

    LimitResult lowered = look(ALICE, daily(40));

    assertThat(lowered.used()).isEqualTo(42);
    assertThat(isDone(take(ALICE, 1, daily(40)))).isFalse();
    assertThat(isDone(take(ALICE, 8, daily(50)))).isTrue();
  }

  @Test
  void theOldRateDrainsUntilTheCapacityChanges() {
    LimitSpec fast = rolling("burst", 100, Duration.ofSeconds(100));
    LimitSpec slow = rolling("burst", 10, Duration.ofSeconds(100));
    take(ALICE, 90, fast);
    clock.advance(Duration.ofSeconds(30));

    StoreReply refused = take(ALICE, 1, slow);

    assertThat(refused.outcome()).isEqualTo(StoreReply.Outcome.REFUSED);
    assertThat(limit(refused, 0).used()).isEqualTo(60);
    assertThat(freeAt(refused)).isEqualTo(clock.millis() + 510_000);
    // The refusal stored the new capacity. The count drains at the new rate from now on.
    clock.advance(Duration.ofSeconds(509));
    assertThat(isDone(take(ALICE, 1, slow))).isFalse();
    clock.advance(Duration.ofSeconds(1));
    assertThat(isDone(take(ALICE, 1, slow))).isTrue();
  }

  @Test
  void aLoweredCapacityIsRememberedUntilAllHasDrained() {
    LimitSpec before = rolling("budget", 100, Duration.ofDays(1));
    LimitSpec after = rolling("budget", 10, Duration.ofDays(1));
    take(ALICE, 90, before);
    take(ALICE, 1, after);

    clock.advance(Duration.ofDays(7));

    assertThat(look(ALICE, after).used()).isEqualTo(20);
  }

  @Test
  void aNewLimitStartsFullAndARemovedOneIsGone() {
    take(ALICE, 5, BURST);

    StoreReply reply = take(ALICE, 1, DAILY);

    assertThat(reply.entries().get(0).limits()).extracting(LimitResult::used).containsExactly(1L);
  }

  @Test
  void aRemovedLimitIsNotRefilledWhileAnotherVersionOfThePolicyUsesIt() {
    take(ALICE, 50, DAILY);
    take(ALICE, 10, BURST);
    clock.advance(Duration.ofHours(1));

    assertThat(isDone(take(ALICE, 1, DAILY))).isFalse();
    assertThat(look(ALICE, DAILY).used()).isEqualTo(50);
  }

  @Test
  void limitsOfOneNameButAnotherPeriodAreCountedApart() {
    LimitSpec hourly = rolling("burst", 10, Duration.ofHours(1));
    take(ALICE, 10, BURST);

    assertThat(isDone(take(ALICE, 10, hourly))).isTrue();
    assertThat(look(ALICE, BURST).used()).isEqualTo(10);
  }

  @Test
  void aBegunWindowKeepsItsEndWhenTheZoneChanges() {
    take(ALICE, 50, calendar("daily", CalendarUnit.DAY, "UTC", 1, Capacity.of(50)));
    LimitSpec moved = calendar("daily", CalendarUnit.DAY, "Pacific/Kiritimati", 1, Capacity.of(50));

    StoreReply refused = take(ALICE, 1, moved);
    assertThat(freeAt(refused)).isEqualTo(Instant.parse("2026-11-24T00:00:00Z").toEpochMilli());

    clock.set(Instant.parse("2026-11-24T00:00:00Z"));
    assertThat(limit(take(ALICE, 1, moved), 0).resetAtMillis())
        .as("the next window is one of the new zone")
        .hasValue(Instant.parse("2026-11-24T10:00:00Z").toEpochMilli());
  }

  @Test
  void aBegunDayKeepsItsEndWhenItsTimeChanges() {
    LimitSpec midnight = dayFrom("00:00");
    LimitSpec four = dayFrom("04:00");
    take(ALICE, 50, midnight);

    assertThat(freeAt(take(ALICE, 1, four)))
        .isEqualTo(Instant.parse("2026-11-24T00:00:00Z").toEpochMilli());
    clock.set(Instant.parse("2026-11-24T00:00:00Z"));
    assertThat(limit(take(ALICE, 50, four), 0).resetAtMillis())
        .as("the next day is one of the new time, and shorter")
        .hasValue(Instant.parse("2026-11-24T04:00:00Z").toEpochMilli());
    assertThat(isDone(take(ALICE, 1, midnight))).isFalse();
  }

  private static LimitSpec dayFrom(String time) {
    return new LimitSpec(
        "daily",
        new Window.Calendar(
            CalendarUnit.DAY, ZoneOffset.UTC, DayOfWeek.MONDAY, 1, LocalTime.parse(time)),
        Capacity.of(50));
  }

  @Test
  void aBegunCycleKeepsItsEndWhenTheBillingDayChanges() {
    LimitSpec from15 = calendar("cycle", CalendarUnit.CYCLE, "UTC", 15, Capacity.of(10));
    LimitSpec from24 = calendar("cycle", CalendarUnit.CYCLE, "UTC", 24, Capacity.of(10));
    take(ALICE, 10, from15);
    clock.set(Instant.parse("2026-11-24T00:00:00Z"));

    assertThat(freeAt(take(ALICE, 1, from24)))
        .isEqualTo(Instant.parse("2026-12-15T00:00:00Z").toEpochMilli());
    clock.set(Instant.parse("2026-12-15T00:00:00Z"));
    assertThat(limit(take(ALICE, 1, from24), 0).resetAtMillis())
        .hasValue(Instant.parse("2026-12-24T00:00:00Z").toEpochMilli());
  }
}
