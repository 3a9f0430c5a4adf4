package dev.quota.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.redis.History.Call;
import dev.quota.redis.History.Outcome;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A Redis that stands still with all its connections open, and then goes on. */
@Timeout(300)
@Tag("topology")
final class HungRedisTest {

  private static final Duration BUDGET = Duration.ofMillis(50);
  private static final Duration HANG = Duration.ofSeconds(10);
  private static final Duration RECOVERY = Duration.ofSeconds(100);
  private static final int CALLERS = 12;
  private static final int KEYS = 4;

  private final History history = new History();

  private static MonthlyUnits units(int caller) {
    return MonthlyUnits.of("user" + caller % KEYS);
  }

  private Outcome ask(RedisQuotaStore store, int caller) {
    MonthlyUnits units = units(caller);
    return history.record(units.identity(), 1, () -> store.execute(units.take(1)));
  }

  private static boolean isLater(long nanos, long other) {
    return nanos - other > 0;
  }

  private static RedisQuotaStore store(RedisProcess redis, int failuresBeforeOpen) {
    return RedisQuotaStore.builder(redis.address())
        .timeBudget(BUDGET)
        .failuresBeforeOpen(failuresBeforeOpen)
        .build();
  }

  @Test
  void failsInTimeThenInMicrosecondsAndGoesOnWithoutChargingAnybodyWhoGaveUp() {
    try (RedisProcess redis = RedisProcess.start();
        RedisQuotaStore store = store(redis, 5);
        Traffic traffic = Traffic.start(CALLERS, caller -> ask(store, caller))) {
      traffic.await(2_000);
      redis.pause();
      long paused = System.nanoTime();
      Eventually.within(RECOVERY, "the breaker opens", () -> !store.health().available());
      long opened = System.nanoTime();
      Eventually.within(
          HANG.plusSeconds(5), "10 s", () -> isLater(System.nanoTime(), paused + HANG.toNanos()));
      long resumed = System.nanoTime();
      redis.resume();
      Eventually.within(RECOVERY, () -> "answers: " + store.health(), () -> grants(resumed));
      long recoveredMillis = (System.nanoTime() - resumed) / 1_000_000;
      traffic.await(1_000);
      traffic.stop();

      HistoryCheck check = history.check().without(traffic.stalls()).withinBudget(BUDGET);
      List<Call> whileOpen =
          history.calls().stream()
              .filter(call -> isLater(call.startNanos(), opened))
              .filter(call -> isLater(resumed, call.endNanos()))
              .toList();
      long medianMicros =
          whileOpen.stream().mapToLong(Call::nanos).sorted().toArray()[whileOpen.size() / 2]
              / 1_000;
      System.out.printf(
          "breaker open after %d ms, %d calls while open, median %d us, recovered after %d ms;"
              + " granted %d, unknown %d%n",
          (opened - paused) / 1_000_000,
          whileOpen.size(),
          medianMicros,
          recoveredMillis,
          check.count(Outcome.GRANTED),
          check.count(Outcome.FAILED_UNKNOWN));
      assertThat(whileOpen).hasSizeGreaterThan(2_000);
      assertThat(whileOpen).allMatch(call -> call.outcome() == Outcome.FAILED_NO);
      assertThat(medianMicros).isLessThan(500);
      // All callers may have been caught before the pause was noted: then nobody is left to judge.
      assertNothingOfTheHangWasApplied(redis, paused, resumed);
    }
  }

  /** Without a breaker, hundreds of commands lie in the sockets when it goes on. */
  @Test
  void appliesNoCommandThatArrivesAfterItsCallerGaveUp() {
    try (RedisProcess redis = RedisProcess.start();
        RedisQuotaStore store = store(redis, Integer.MAX_VALUE);
        Traffic traffic = Traffic.start(CALLERS, caller -> ask(store, caller))) {
      traffic.await(2_000);
      redis.pause();
      long paused = System.nanoTime();
      traffic.await(500);
      long resumed = System.nanoTime();
      redis.resume();
      traffic.await(1_000);
      traffic.stop();
      history.check().without(traffic.stalls()).withinBudget(BUDGET);
      assertThat(assertNothingOfTheHangWasApplied(redis, paused, resumed)).isGreaterThan(100);
    }
  }

  private boolean grants(long sinceNanos) {
    return history.calls().stream()
        .anyMatch(
            call -> call.outcome() == Outcome.GRANTED && isLater(call.startNanos(), sinceNanos));
  }

  /**
   * Judges those who gave up while it stood still as if they had been told: not applied.
   *
   * @return how many they were
   */
  private int assertNothingOfTheHangWasApplied(RedisProcess redis, long paused, long resumed) {
    List<Call> calls =
        history.calls().stream()
            .filter(
                call ->
                    call.outcome() != Outcome.FAILED_UNKNOWN
                        || isLater(paused, call.startNanos())
                        || isLater(call.endNanos(), resumed))
            .toList();
    for (int key = 0; key < KEYS; key++) {
      new HistoryCheck(calls).of(units(key).identity()).usedIs(units(key).used(redis));
    }
    return history.calls().size() - calls.size();
  }
}
