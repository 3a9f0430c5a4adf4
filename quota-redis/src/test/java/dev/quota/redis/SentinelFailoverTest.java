package dev.quota.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.redis.History.Call;
import dev.quota.redis.History.Outcome;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.redisson.api.RedissonClient;

/** Sentinel makes a replica the master, under load. */
@Timeout(300)
@Tag("topology")
final class SentinelFailoverTest {

  private static final Duration BUDGET = Duration.ofMillis(100);
  private static final Duration RECOVERY = Duration.ofSeconds(100);
  private static final int CALLERS = 8;

  private final History history = new History();
  private final MonthlyUnits units = MonthlyUnits.of("u");

  private List<Call> since(long nanos) {
    return history.calls().stream().filter(call -> call.startNanos() - nanos > 0).toList();
  }

  private boolean isGrantedBy(RedisProcess master, long sinceNanos) {
    return since(sinceNanos).stream().anyMatch(call -> call.outcome() == Outcome.GRANTED)
        && master.info("commandstats").containsKey("cmdstat_evalsha");
  }

  /**
   * Two failovers: the first master dies; the second stands still, loses its office and comes back
   * as a replica that refuses to write.
   */
  @Test
  void followsANewMasterWithoutARestartAndChargesNobodyTwice() {
    try (RedisSentinels sentinels = RedisSentinels.start(2)) {
      RedissonClient client = PlainRedisson.to(sentinels);
      try (RedisQuotaStore store =
              RedisQuotaStore.builder(client)
                  .timeBudget(BUDGET)
                  .probeInterval(Duration.ofMillis(200))
                  .build();
          Traffic traffic = Traffic.start(CALLERS, caller -> history.take(store, units.take(1)))) {
        traffic.await(1_000);
        RedisProcess first = sentinels.master();
        first.kill();
        RedisProcess second = followed("killed", sentinels, store, first, traffic);
        first.restart();
        sentinels.awaitReplicas();
        traffic.await(500);
        second.pause();
        RedisProcess third = followed("paused", sentinels, store, second, traffic);
        second.resume();
        sentinels.awaitReplicas();
        traffic.await(500);
        traffic.stop();
        countsExactlyNow(store, third);

        history.check().without(traffic.stalls()).withinBudget(BUDGET);
        Eventually.within(RECOVERY, "answers", () -> store.health().available());
        assertThat(sentinels.master()).isSameAs(third);
      } finally {
        PlainRedisson.close(client);
      }
    }
  }

  /** Nothing of the failovers is under way any more: what is granted is used. */
  private void countsExactlyNow(RedisQuotaStore store, RedisProcess master) {
    long used = units.used(master);
    long began = System.nanoTime();
    for (int i = 0; i < 200; i++) {
      history.take(store, units.take(1));
    }
    new HistoryCheck(since(began)).usedIs(units.used(master) - used);
    assertThat(new HistoryCheck(since(began)).count(Outcome.GRANTED)).isGreaterThan(150);
  }

  /** Waits for the new master, and judges what it has counted of what was granted so far. */
  private RedisProcess followed(
      String what,
      RedisSentinels sentinels,
      RedisQuotaStore store,
      RedisProcess lost,
      Traffic traffic) {
    long began = System.nanoTime();
    HistoryCheck before = history.check();
    RedisProcess master = sentinels.awaitFailover(lost);
    long electedMillis = (System.nanoTime() - began) / 1_000_000;
    // Whatever the new master grants now, it has counted.
    Eventually.within(
        RECOVERY, () -> "follows: " + store.health(), () -> isGrantedBy(master, began));
    long recoveredMillis = (System.nanoTime() - began) / 1_000_000;
    traffic.await(200);
    long used;
    long granted;
    HistoryCheck mayBeUsed;
    try (RedisQuotaStore patient =
        RedisQuotaStore.builder(master.address()).timeBudget(Duration.ofSeconds(5)).build()) {
      // Calls go on meanwhile: only what was granted before the reading can be missing from it.
      granted = history.check().units(Outcome.GRANTED);
      used = units.used(patient);
      long readNanos = System.nanoTime();
      // Of those who had begun by then, at most one call of each caller is not told now.
      traffic.await(2 * CALLERS);
      mayBeUsed =
          new HistoryCheck(
              history.calls().stream().filter(call -> call.startNanos() - readNanos < 0).toList());
    }
    System.out.printf(
        "master %s: another one after %d ms, granted again after %d ms; of %d granted, %d are"
            + " used: %d lost at least%n",
        what, electedMillis, recoveredMillis, granted, used, Math.max(0, granted - used));
    assertThat(used)
        .as("units used, and what callers were told of failures: %s", history.failures())
        .isLessThanOrEqualTo(
            mayBeUsed.units(Outcome.GRANTED) + mayBeUsed.units(Outcome.FAILED_UNKNOWN) + CALLERS);
    // At most what was acknowledged and not replicated when the old master was lost.
    assertThat(granted - used).isLessThanOrEqualTo(before.units(Outcome.GRANTED));
    return master;
  }
}
