package dev.quota.redis;

import static dev.quota.redis.Charges.ALICE;
import static dev.quota.redis.Charges.burst;
import static dev.quota.redis.Charges.daily;
import static dev.quota.redis.Charges.limit;
import static dev.quota.redis.Charges.monthly;
import static dev.quota.redis.Charges.name;
import static dev.quota.redis.Charges.rolling;
import static dev.quota.redis.Charges.take;
import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.spi.Key;
import dev.quota.spi.LimitSpec;
import dev.quota.spi.StoreReply;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Every key goes away by itself, and none before its limits are full again. */
final class ExpiryTest extends OnRedis {

  private static final int SUBJECTS = 10_000;
  private static final int AT_ONCE = 250;

  /** A minute of grace, and what is rounded up to whole seconds. */
  private static final long MOST_AFTER_FULL = 62_000;

  private static final LimitSpec[] LIMITS = {burst(10), daily(50), monthly(500)};

  /** Returns the least and the most of the times to live of all counts, and how many there are. */
  private static List<?> timesToLive() {
    return (List<?>)
        redis.command(
            "EVAL",
            "local least, most, count = 1e15, -10, 0 "
                + "for _, key in ipairs(redis.call('KEYS', 'q{*}chat')) do "
                + "local ttl = redis.call('PTTL', key) count = count + 1 "
                + "if ttl < least then least = ttl end if ttl > most then most = ttl end end "
                + "return {least, most, count}",
            "0");
  }

  private static void charge(int subjects, RedisQuotaStore store, LimitSpec... limits) {
    List<CompletableFuture<StoreReply>> asked = new ArrayList<>();
    for (int i = 0; i < subjects; i++) {
      Key key = new Key("user", "user", "u" + i, "chat");
      asked.add(store.executeAsync(take(key, 1, limits)).toCompletableFuture());
      if (asked.size() == AT_ONCE) {
        asked.forEach(CompletableFuture::join);
        asked.clear();
      }
    }
  }

  @Test
  void theKeysOfTenThousandSubjectsAllExpireAMinuteAfterTheyAreFull() {
    RedisQuotaStore store = store(builder -> builder);
    long start = System.nanoTime();

    charge(SUBJECTS, store, rolling("burst", 1, Duration.ofSeconds(1)));

    List<?> times = timesToLive();
    long tookMillis = (System.nanoTime() - start) / 1_000_000 + 1;
    assertThat(times.get(2)).isEqualTo((long) SUBJECTS);
    // Full after a second: use is counted as one more unit, so that nothing is lost to rounding.
    assertThat((Long) times.get(0)).isGreaterThanOrEqualTo(61_000 - tookMillis);
    assertThat((Long) times.get(1)).isLessThanOrEqualTo(1_000 + 1_000 + MOST_AFTER_FULL);
    if (Boolean.getBoolean("quota.soak")) {
      Eventually.within(
          Duration.ofSeconds(80), "all have gone", () -> timesToLive().get(2).equals(0L));
    }
  }

  @Test
  void theKeysOfOneDayAllExpireAMinuteAfterItsEnd() {
    clock.set(Instant.parse("2026-11-23T23:59:30Z"));
    RedisQuotaStore store = store(builder -> builder.handedTime(clock));
    long start = System.nanoTime();

    charge(1_000, store, daily(1));

    List<?> times = timesToLive();
    long tookMillis = (System.nanoTime() - start) / 1_000_000 + 1;
    assertThat(times.get(2)).isEqualTo(1_000L);
    assertThat((Long) times.get(0)).isBetween(90_000 - tookMillis, 91_000L);
    assertThat((Long) times.get(1)).isBetween(90_000 - tookMillis, 91_000L);
  }

  @Test
  void aKeyLivesUntilTheLastOfItsLimitsIsFull() {
    RedisQuotaStore store = store();
    SplittableRandom random = new SplittableRandom(5);
    List<LimitSpec> all =
        List.of(rolling("weekly", 7, Duration.ofDays(7)), burst(10), daily(50), monthly(5_000));
    for (int i = 0; i < 300; i++) {
      clock.advanceMillis(random.nextLong(random.nextInt(9) == 0 ? 90_000_000 : 60_000));
      List<LimitSpec> some = new ArrayList<>(all);
      some.removeIf(limit -> random.nextInt(3) == 0);
      if (some.isEmpty()) {
        continue;
      }
      Key key = new Key("user", "user", "u" + random.nextInt(3), "chat");
      StoreReply reply = store.execute(take(key, 1, some.toArray(LimitSpec[]::new)));
      long full =
          reply.entries().get(0).limits().stream()
              .mapToLong(limit -> limit.used() > 0 ? limit.resetAtMillis().orElse(0) : 0)
              .max()
              .orElseThrow();

      if (redis.command("EXISTS", name(key)).equals(1L)) {
        assertThat(pttl(name(key)))
            .as("seed 5, step %d", i)
            .isGreaterThanOrEqualTo(full - clock.millis());
      }
    }
  }

  @Test
  void aKeyWithoutOtherVersionsLivesNoLongerThanItsLimitsAndAMinute() {
    RedisQuotaStore store = store();
    for (int i = 0; i < 60; i++) {
      clock.advance(Duration.ofHours(7));
      StoreReply reply = store.execute(take(ALICE, 1, LIMITS));
      long ends = limit(reply, 2).resetAtMillis().orElseThrow() - clock.millis();
      // Time that was handed in does not pass in Redis: what an earlier write set stays longer.
      assertThat(pttl(name(ALICE))).isBetween(ends, ends + i * 25_200_000L + MOST_AFTER_FULL);
    }
  }

  @Test
  void aChargeWithinTheWindowDoesNotShortenTheLife() {
    RedisQuotaStore store = store();
    store.execute(take(ALICE, 1, burst(10), daily(50)));
    long start = System.nanoTime();
    long first = pttl(name(ALICE));
    assertThat(first).isBetween(32_430_000L + 59_000, 32_430_000L + MOST_AFTER_FULL);

    for (int i = 0; i < 20; i++) {
      clock.advanceMillis(7_000);
      store.execute(take(ALICE, 1, burst(10), daily(50)));
    }

    long passed = (System.nanoTime() - start) / 1_000_000 + 1;
    assertThat(pttl(name(ALICE))).isBetween(first - passed, first);
  }

  @Test
  void aRollingLimitThatOutlivesTheWindowProlongsTheLife() {
    RedisQuotaStore store = store();
    LimitSpec slow = rolling("slow", 10, Duration.ofDays(10));
    store.execute(take(ALICE, 1, slow, daily(50)));
    assertThat(pttl(name(ALICE))).isBetween(86_400_000L, 2 * 86_400_000 + MOST_AFTER_FULL);

    store.execute(take(ALICE, 6, slow, daily(50)));

    assertThat(pttl(name(ALICE))).isBetween(7 * 86_400_000L, 8 * 86_400_000 + MOST_AFTER_FULL);
  }
}
