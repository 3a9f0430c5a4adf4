package dev.quota.redis;

import static dev.quota.redis.Charges.ALICE;
import static dev.quota.redis.Charges.burst;
import static dev.quota.redis.Charges.daily;
import static dev.quota.redis.Charges.entry;
import static dev.quota.redis.Charges.isDone;
import static dev.quota.redis.Charges.limit;
import static dev.quota.redis.Charges.peek;
import static dev.quota.redis.Charges.take;
import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.spi.Entry;
import dev.quota.spi.LimitSpec;
import dev.quota.spi.OnShort;
import dev.quota.spi.StoreReply;
import dev.quota.store.Availability;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a store does when the clock of Redis is set, or when a failover brings another clock. */
final class StoreClockTest extends OnRedis {

  private static final LimitSpec BURST = burst(10);
  private static final LimitSpec DAILY = daily(50);
  private static final Instant MIDNIGHT = Instant.parse("2026-11-24T00:00:00Z");

  @ParameterizedTest
  @ValueSource(longs = {1, 3_000, 5_000})
  void aClockALittleBehindWaitsForTheTimeThatWasThereAlready(long behindMillis) {
    RedisQuotaStore store = store();
    long stamp = clock.millis();
    store.execute(take(ALICE, 10, BURST));
    clock.advanceMillis(-behindMillis);

    StoreReply refused = store.execute(take(ALICE, 1, BURST));

    assertThat(refused.now().toEpochMilli()).isEqualTo(clock.millis());
    assertThat(limit(refused, 0).availability()).isEqualTo(new Availability.At(stamp + 6_000));
    assertThat(limit(refused, 0).resetAtMillis()).hasValue(stamp + 60_000);
    clock.set(stamp + 5_999);
    assertThat(isDone(store.execute(take(ALICE, 1, BURST)))).isFalse();
    clock.set(stamp + 6_000);
    assertThat(isDone(store.execute(take(ALICE, 1, BURST)))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(longs = {5_001, 3_600_000, 86_400_000L * 400})
  void aClockFarBehindCountsOnFromItsOwnTimeAndKeepsTheCount(long behindMillis) {
    RedisQuotaStore store = store();
    store.execute(take(ALICE, 10, BURST));
    clock.advanceMillis(-behindMillis);
    long now = clock.millis();

    assertThat(limit(store.execute(peek(ALICE, BURST)), 0).used()).isEqualTo(10);
    StoreReply refused = store.execute(take(ALICE, 1, BURST));
    assertThat(limit(refused, 0).used()).isEqualTo(10);
    assertThat(limit(refused, 0).availability()).isEqualTo(new Availability.At(now + 6_000));
    clock.advanceMillis(5_999);
    assertThat(isDone(store.execute(take(ALICE, 1, BURST)))).isFalse();
    clock.advanceMillis(1);
    assertThat(isDone(store.execute(take(ALICE, 1, BURST)))).as("waited as told").isTrue();
  }

  @Test
  void aWindowThatAWrongClockBeganKeepsItsCountAndEndsWithTheRightOne() {
    RedisQuotaStore store = store();
    Instant right = clock.instant();
    clock.advance(Duration.ofDays(90));
    store.execute(take(ALICE, 50, DAILY));
    clock.set(right);

    StoreReply refused = store.execute(take(ALICE, 1, DAILY));

    assertThat(isDone(refused)).as("not refilled").isFalse();
    assertThat(limit(refused, 0).used()).isEqualTo(50);
    assertThat(limit(refused, 0).availability())
        .isEqualTo(new Availability.At(MIDNIGHT.toEpochMilli()));
    clock.set(MIDNIGHT.minusMillis(1));
    assertThat(isDone(store.execute(take(ALICE, 1, DAILY)))).isFalse();
    clock.set(MIDNIGHT);
    assertThat(isDone(store.execute(take(ALICE, 50, DAILY)))).isTrue();
  }

  @Test
  void aRefusalPromisesNothingThatAWindowOfAWrongClockTakesBack() {
    RedisQuotaStore store = store();
    Instant right = clock.instant();
    clock.advance(Duration.ofDays(90));
    store.execute(take(ALICE, 50, DAILY));
    clock.set(right);
    StoreReply refused = store.execute(take(ALICE, 1, DAILY));

    clock.set(((Availability.At) limit(refused, 0).availability()).epochMillis());

    assertThat(isDone(store.execute(take(ALICE, 1, DAILY)))).as("waited as told").isTrue();
  }

  @Test
  void anEndOfAnotherZoneIsNoSignOfAWrongClock() {
    RedisQuotaStore store = store();
    clock.set(MIDNIGHT);
    store.execute(take(ALICE, 50, DAILY));

    clock.advance(Duration.ofHours(-26));

    assertThat(limit(store.execute(peek(ALICE, DAILY)), 0).resetAtMillis())
        .hasValue(MIDNIGHT.plus(Duration.ofDays(1)).toEpochMilli());
  }

  @Test
  void aClockThatShakesWithinSecondsGrantsNoMoreThanTheTimeThatPassed() {
    for (long seed = 1; seed <= 10; seed++) {
      emptyRedis();
      RedisQuotaStore store = store();
      SplittableRandom random = new SplittableRandom(seed);
      long start = clock.millis();
      long latest = start;
      store.execute(take(ALICE, 10, BURST));
      long granted = 10;
      for (int i = 0; i < 200; i++) {
        clock.set(latest + random.nextLong(-5_000, 800));
        latest = Math.max(latest, clock.millis());
        granted += isDone(store.execute(take(ALICE, 1, BURST))) ? 1 : 0;
        assertThat(granted)
            .as("seed %d, step %d", seed, i)
            .isLessThanOrEqualTo(10 + (latest - start) / 6_000);
      }
    }
  }

  @Test
  void aClockThatJumpsForHoursGrantsNoMoreThanTheTimeThatPassedForwards() {
    for (long seed = 1; seed <= 10; seed++) {
      emptyRedis();
      RedisQuotaStore store = store();
      SplittableRandom random = new SplittableRandom(seed);
      LimitSpec hourly = Charges.rolling("hourly", 60, Duration.ofHours(1));
      long forwards = 0;
      long granted = 0;
      for (int i = 0; i < 200; i++) {
        long step = random.nextLong(-3 * 60_000, 3 * 60_000);
        clock.advanceMillis(step);
        forwards += Math.max(0, step);
        granted +=
            store
                .execute(take(new Entry(ALICE, List.of(hourly), 0, 9, 1, OnShort.REFUSE_ALL)))
                .entries()
                .get(0)
                .taken();
        assertThat(granted)
            .as("seed %d, step %d", seed, i)
            .isLessThanOrEqualTo(60 + forwards / 60_000);
      }
    }
  }

  @Test
  void aDayIsGrantedOnceHoweverTheClockJumpsAcrossItsEnd() {
    for (long seed = 1; seed <= 10; seed++) {
      emptyRedis();
      RedisQuotaStore store = store();
      SplittableRandom random = new SplittableRandom(seed);
      long granted = 0;
      Instant latest = MIDNIGHT.minusSeconds(1);
      for (int i = 0; i < 200; i++) {
        clock.set(MIDNIGHT.plusSeconds(random.nextLong(-20_000, 20_000)));
        latest = clock.instant().isAfter(latest) ? clock.instant() : latest;
        granted += isDone(store.execute(take(entry(ALICE, 3, DAILY)))) ? 3 : 0;
      }
      assertThat(latest).isAfter(MIDNIGHT);
      assertThat(granted).as("seed %d: two days", seed).isLessThanOrEqualTo(96);
    }
  }
}
