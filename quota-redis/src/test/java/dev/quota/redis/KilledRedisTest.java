package dev.quota.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.redis.History.Call;
import dev.quota.redis.History.Outcome;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A Redis that dies under load and comes back, with its data or without. */
@Timeout(300)
final class KilledRedisTest {

  private static final Duration BUDGET = Duration.ofMillis(50);
  private static final Duration RECOVERY = Duration.ofSeconds(100);
  private static final int CALLERS = 12;

  private final History history = new History();

  private static RedisQuotaStore store(RedisProcess redis, Duration budget) {
    return RedisQuotaStore.builder(redis.address())
        .timeBudget(budget)
        .probeInterval(Duration.ofMillis(200))
        .build();
  }

  private Outcome ask(RedisQuotaStore store, MonthlyUnits units) {
    return history.take(store, units.take(1));
  }

  private List<Call> since(long nanos) {
    return history.calls().stream().filter(call -> call.startNanos() - nanos > 0).toList();
  }

  /** Waits for the first grant since a moment; returns when it was asked for. */
  private long awaitGrant(RedisQuotaStore store, long sinceNanos) {
    Eventually.within(
        RECOVERY,
        () -> "grants again: " + store.health(),
        () -> since(sinceNanos).stream().anyMatch(call -> call.outcome() == Outcome.GRANTED));
    long recovered = System.nanoTime();
    System.out.printf(
        "granted again %d ms after the restart%n", (recovered - sinceNanos) / 1_000_000);
    return recovered;
  }

  @Test
  void countsAfreshAfterARestartWithoutDataAndFailsNoCallBeyondTheOutage() {
    MonthlyUnits units = MonthlyUnits.of("fresh");
    // No call fails of time, on a busy machine neither.
    try (RedisProcess redis = RedisProcess.start();
        RedisQuotaStore store = store(redis, Duration.ofSeconds(1));
        Traffic traffic = Traffic.start(CALLERS, caller -> ask(store, units))) {
      traffic.await(1_000);
      redis.kill();
      long killed = System.nanoTime();
      Eventually.within(RECOVERY, "the breaker opens", () -> !store.health().available());
      redis.restart();
      // The scripts are gone too: they are loaded again, and nobody notices.
      long recovered = awaitGrant(store, System.nanoTime());
      traffic.await(2_000);
      traffic.stop();
      history.check().without(traffic.stalls()).withinBudget(Duration.ofSeconds(1));
      new HistoryCheck(since(recovered)).neverFailed();
      List<Call> secondLife =
          history.calls().stream()
              .filter(call -> call.endNanos() - killed > 0)
              .map(call -> call.startNanos() - killed > 0 ? call : ofEitherLife(call))
              .toList();
      new HistoryCheck(secondLife).usedIs(units.used(redis));
      assertThat(units.used(redis)).isGreaterThan(2_000);
    }
  }

  /** Its reply may have been on its way when Redis died. */
  private static Call ofEitherLife(Call call) {
    return call.outcome() == Outcome.GRANTED
        ? new Call(
            call.startNanos(),
            call.endNanos(),
            call.key(),
            call.cost(),
            Outcome.FAILED_UNKNOWN,
            call.waitedNanos())
        : call;
  }

  @Test
  void keepsCountingWhereItsFileEndsAfterEachOfTwoRestarts() {
    int capacity = 6_000;
    MonthlyUnits units = MonthlyUnits.of("kept", capacity);
    try (RedisProcess redis = RedisProcess.start("appendonly yes", "appendfsync always");
        RedisQuotaStore store = store(redis, BUDGET);
        Traffic traffic = Traffic.start(CALLERS, caller -> ask(store, units))) {
      for (int life = 0; life < 2; life++) {
        traffic.await(1_000);
        redis.kill();
        Eventually.within(RECOVERY, "the breaker opens", () -> !store.health().available());
        redis.restart();
        awaitGrant(store, System.nanoTime());
      }
      Eventually.within(
          Duration.ofSeconds(30),
          "the capacity is used up",
          () -> history.check().count(Outcome.REFUSED) > 100);
      traffic.stop();

      HistoryCheck check = history.check();
      check.without(traffic.stalls()).withinBudget(BUDGET);
      assertThat(units.used(redis)).isEqualTo(capacity);
      check.grantedAtMost(capacity).usedIs(capacity);
    }
  }

  @Test
  void noCallFailsWhenTheScriptsAreFlushed() {
    MonthlyUnits units = MonthlyUnits.of("flushed");
    try (RedisProcess redis = RedisProcess.start();
        RedisQuotaStore store = store(redis, Duration.ofSeconds(1));
        Traffic traffic =
            Traffic.start(
                CALLERS,
                caller -> ask(store, caller % 2 == 0 ? units : MonthlyUnits.of("u" + caller)))) {
      for (int flush = 0; flush < 50; flush++) {
        traffic.await(40);
        redis.command("SCRIPT", "FLUSH");
      }
      traffic.stop();
      // Redis 7 counts subcommands by themselves.
      long scriptCalls =
          redis.calls("script") + redis.calls("script|flush") + redis.calls("script|load");
      assertThat(scriptCalls).as("flushes and loads").isGreaterThan(100);
      history.check().neverFailed();
      assertThat(history.calls()).hasSizeGreaterThan(2_000);
      history.calls().forEach(call -> assertThat(call.outcome()).isEqualTo(Outcome.GRANTED));
    }
  }
}
