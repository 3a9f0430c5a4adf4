package dev.quota.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quota.redis.History.Outcome;
import dev.quota.store.QuotaStoreException;
import dev.quota.store.QuotaStoreException.Applied;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How many callers may wait for Redis, and that each of them is counted out again. */
@Timeout(60)
final class CallsInFlightTest {

  private static final Duration BUDGET = Duration.ofSeconds(2);
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int MOST = 6;

  private static RedisProcess redis;

  private final History history = new History();
  private final List<Thread> callers = new ArrayList<>();

  @BeforeAll
  static void startRedis() {
    redis = RedisProcess.start();
  }

  @AfterAll
  static void stopRedis() {
    redis.close();
  }

  private static RedisQuotaStore store() {
    RedisQuotaStore store =
        RedisQuotaStore.builder(redis.address())
            .timeBudget(BUDGET)
            .maxCallsInFlight(MOST)
            .failuresBeforeOpen(1_000)
            .build();
    awaitCalls(store, "0 calls wait.");
    return store;
  }

  private void callWith(RedisQuotaStore store, MonthlyUnits units, int threads) {
    for (int i = 0; i < threads; i++) {
      Thread caller = new Thread(() -> history.take(store, units.take(1)));
      callers.add(caller);
      caller.start();
    }
  }

  private static void awaitCalls(RedisQuotaStore store, String calls) {
    Eventually.within(
        PATIENCE,
        () -> calls + ": " + store.health().detail(),
        () -> store.health().detail().equals("Answering; " + calls));
  }

  @Test
  void oneMoreThanTheCapFailsAtOnceAndUnsent() {
    MonthlyUnits units = MonthlyUnits.of("capped");
    try (RedisQuotaStore store = store()) {
      history.take(store, units.take(1));
      redis.pause();
      callWith(store, units, MOST);
      awaitCalls(store, "6 calls wait.");
      for (int i = 0; i < 100; i++) {
        assertThat(history.take(store, units.take(1))).isEqualTo(Outcome.FAILED_NO);
      }
      // A busy machine delays some, and never most.
      assertThat(history.calls())
          .filteredOn(call -> call.nanos() < BUDGET.toNanos() / 4)
          .hasSizeGreaterThan(80);
      assertThatThrownBy(() -> store.execute(units.take(1)))
          .isInstanceOfSatisfying(
              QuotaStoreException.class, e -> assertThat(e.applied()).isEqualTo(Applied.NO))
          .hasMessage("6 calls wait for Redis already; this one was not sent");
      redis.resume();
      awaitCalls(store, "0 calls wait.");
      Eventually.within(
          PATIENCE, "all are granted", () -> history.check().count(Outcome.GRANTED) == MOST + 1);
      assertThat(history.take(store, units.take(1))).isEqualTo(Outcome.GRANTED);
      history.check().usedIs(units.used(redis));
    } finally {
      redis.resume();
    }
  }

  @Test
  void callersWhoTimeOutAreCountedOut() {
    MonthlyUnits units = MonthlyUnits.of("late");
    try (RedisQuotaStore store = store()) {
      history.take(store, units.take(1));
      redis.pause();
      callWith(store, units, MOST);
      awaitCalls(store, "6 calls wait.");
      awaitCalls(store, "0 calls wait.");
    } finally {
      redis.resume();
    }
  }

  @Test
  void callersWhoAreInterruptedAreCountedOutWhereverTheyWait() {
    MonthlyUnits units = MonthlyUnits.of("interrupted");
    try (RedisQuotaStore store = store()) {
      history.take(store, units.take(1));
      redis.pause();
      // Two batches are on their way; all others wait for one of them to come back.
      callWith(store, units, MOST);
      awaitCalls(store, "6 calls wait.");
      for (int i = MOST - 1; i >= 0; i--) {
        callers.get(i).interrupt();
        awaitCalls(store, i == 1 ? "1 call waits." : i + " calls wait.");
      }
      Eventually.within(PATIENCE, "all were told", () -> history.calls().size() == MOST + 1);
      redis.resume();
      Eventually.within(
          PATIENCE, "answers again", () -> history.take(store, units.take(1)) == Outcome.GRANTED);
      history.check().usedIs(units.used(redis));
    } finally {
      redis.resume();
    }
  }
}
