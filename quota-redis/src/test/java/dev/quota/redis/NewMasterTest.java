package dev.quota.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.redis.History.Outcome;
import dev.quota.spi.StoreCommand;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.redisson.api.RedissonClient;

/**
 * A Cluster that grows while it is asked. Redisson looks now and then what nodes there are; until
 * it does, it cannot go to a new one.
 */
@Timeout(120)
@Tag("topology")
final class NewMasterTest {

  private final MonthlyUnits moving = MonthlyUnits.of("moving");
  private final History history = new History();
  private RedisCluster cluster;

  @BeforeEach
  void startCluster() {
    cluster = RedisCluster.start();
  }

  @AfterEach
  void closeCluster() {
    cluster.close();
  }

  private static RedisQuotaStore store(RedissonClient client, Duration timeBudget) {
    return RedisQuotaStore.builder(client).timeBudget(timeBudget).build();
  }

  private static String name(MonthlyUnits units) {
    return Charges.name(units.key());
  }

  private void take(RedisQuotaStore store, MonthlyUnits units) {
    StoreCommand.Take take = new StoreCommand.Take(List.of(units.entry(1)), Optional.empty());
    Outcome unused = history.record(units.identity(), 1, () -> store.execute(take));
  }

  private HistoryCheck calls(MonthlyUnits units) {
    return history.check().of(units.identity());
  }

  /** Returns somebody in another slot of the master whose slot moves. */
  private MonthlyUnits staying() {
    RedisProcess master = cluster.masterOf(name(moving));
    return IntStream.range(0, 1_000)
        .mapToObj(number -> MonthlyUnits.of("staying" + number))
        .filter(units -> cluster.masterOf(name(units)) == master)
        .filter(units -> cluster.slot(name(units)) != cluster.slot(name(moving)))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void noCallFailsWhileASlotMovesToItIfThereIsTimeToLookAgain() {
    RedissonClient client = PlainRedisson.to(cluster);
    try (RedisQuotaStore store = store(client, Duration.ofSeconds(10));
        Traffic traffic = Traffic.start(8, caller -> take(store, moving))) {
      traffic.await(300);
      cluster.move(name(moving), cluster.addMaster());
      traffic.await(600);
      traffic.stop();
      calls(moving).neverFailed().usedIs(moving.used(store));
    } finally {
      PlainRedisson.close(client);
    }
  }

  @Test
  void peopleInOtherSlotsAreDecidedAsAlwaysHoweverLongItStaysUnknown() {
    MonthlyUnits staying = staying();
    RedissonClient client = PlainRedisson.to(cluster, Duration.ofMinutes(5));
    try (RedisQuotaStore store = store(client, Duration.ofSeconds(2));
        Traffic traffic = Traffic.start(8, caller -> take(store, caller == 0 ? staying : moving))) {
      traffic.await(300);
      cluster.move(name(moving), cluster.addMaster());
      Eventually.within(
          Duration.ofSeconds(60),
          "more calls fail than would open a breaker",
          () -> calls(moving).count(Outcome.FAILED_NO) >= 12);
      traffic.await(300);
      traffic.stop();
      calls(staying).neverFailed().usedIs(staying.used(store));
      assertThat(store.health().available()).isTrue();
    } finally {
      PlainRedisson.close(client);
    }
  }
}
