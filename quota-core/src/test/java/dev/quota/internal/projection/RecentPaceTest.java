package dev.quota.internal.projection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.policy.CalendarUnit;
import dev.quota.policy.Capacity;
import dev.quota.policy.Window;
import dev.quota.spi.Key;
import dev.quota.spi.LimitSpec;
import dev.quota.store.ManualClock;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

final class RecentPaceTest {

  private static final long START = Instant.parse("2026-11-23T08:00:00Z").toEpochMilli();
  private static final long MINUTE = Duration.ofMinutes(1).toMillis();
  private static final OptionalLong MIDNIGHT =
      OptionalLong.of(Instant.parse("2026-11-24T00:00:00Z").toEpochMilli());
  private static final Key ALICE = new Key("user", "user", "alice", "chat");
  private static final LimitSpec DAILY =
      new LimitSpec(
          "daily",
          new Window.Calendar(CalendarUnit.DAY, ZoneOffset.UTC, DayOfWeek.MONDAY, 1),
          Capacity.of(100));

  private final ManualClock clock = new ManualClock(Instant.ofEpochMilli(START));
  private final RecentPace paces = new RecentPace(clock, 100);

  private OptionalLong hear(long minute, long used) {
    return paces.usedUpAtMillis(ALICE, DAILY, used, MIDNIGHT, START + minute * MINUTE);
  }

  private static OptionalLong minute(long minute) {
    return OptionalLong.of(START + minute * MINUTE);
  }

  @Test
  void measuresFromTheOlderMark() {
    hear(0, 50);
    hear(10, 51);
    hear(20, 52);
    assertThat(hear(30, 53)).isEqualTo(minute(30 + 470));
  }

  @Test
  void forgetsWhatIsOlderThanASpan() {
    for (long i = 0; i <= 36; i++) {
      hear(i * 10, 50 + (i + 1) / 2);
    }
    // Three hours at twice the pace: nothing of the slow six hours before counts any more.
    OptionalLong at = OptionalLong.empty();
    for (long i = 1; i <= 18; i++) {
      at = hear(360 + i * 10, 68 + i);
    }
    assertThat(at).isEqualTo(minute(540 + 140));
  }

  @Test
  void repliesThatWereOvertakenChangeNothing() {
    hear(0, 50);
    hear(10, 51);
    hear(20, 52);
    hear(30, 54);
    OptionalLong before = hear(40, 55);
    assertThat(before).isPresent();
    assertThat(paces.usedUpAtMillis(ALICE, DAILY, 53, MIDNIGHT, START + 40 * MINUTE - 20))
        .isPresent();
    assertThat(hear(40, 54)).isEqualTo(before);
    assertThat(hear(40, 55)).isEqualTo(before);
  }

  @Test
  void aClockThatWasSetBackStartsAnew() {
    for (long i = 0; i <= 10; i++) {
      hear(600 + i * 10, 50 + i);
    }
    assertThat(hear(100, 61)).isEmpty();
    hear(110, 62);
    hear(120, 63);
    assertThat(hear(130, 64)).isEqualTo(minute(130 + 360));
  }

  @Test
  void aMomentThatIsNearlyNowIsTheNextMinute() {
    hear(0, 50);
    hear(2, 65);
    hear(4, 80);
    hear(6, 90);
    long now = START + 12 * MINUTE;
    assertThat(paces.usedUpAtMillis(ALICE, DAILY, 99, MIDNIGHT, now))
        .isEqualTo(OptionalLong.of(now + MINUTE));
  }

  @Test
  void keepsNoMoreThanItsBound() {
    for (int i = 0; i < 5_000; i++) {
      Key key = new Key("user", "user", "u" + i, "chat");
      assertThat(paces.usedUpAtMillis(key, DAILY, 50, MIDNIGHT, START)).isEmpty();
    }
    assertThat(paces.size()).isBetween(1L, 100L);
  }

  @Test
  void forgetsWhatWasNotHeardOfForASpan() {
    hear(0, 50);
    clock.advance(Duration.ofHours(3).minusMillis(1));
    assertThat(paces.size()).isOne();
    // The cache looks for what is over about once a second.
    clock.advance(Duration.ofSeconds(2));
    assertThat(paces.size()).isZero();
  }
}
