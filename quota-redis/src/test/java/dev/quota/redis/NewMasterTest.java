package dev.quota.redis;

import dev.quota.spi.StoreCommand;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.redisson.api.RedissonClient;

/** A Cluster that grows while it is asked. */
@Timeout(120)
final class NewMasterTest {

  /** Redisson looks now and then what nodes there are: until it does, it cannot go to a new one. */
  @Test
  void noCallFailsWhileASlotMovesToAMasterThatJoinedJustNow() {
    History history = new History();
    MonthlyUnits chat = MonthlyUnits.of("moving");
    String key = new RedisKeys("q", Optional.empty()).name(chat.key());
    StoreCommand.Take take = new StoreCommand.Take(List.of(chat.entry(1)), Optional.empty());
    try (RedisCluster cluster = RedisCluster.start()) {
      RedissonClient client = PlainRedisson.to(cluster);
      try (RedisQuotaStore store =
              RedisQuotaStore.builder(client).timeBudget(Duration.ofSeconds(10)).build();
          Traffic traffic = Traffic.start(8, caller -> history.take(store, take))) {
        traffic.await(300);
        cluster.move(key, cluster.addMaster());
        traffic.await(600);
        traffic.stop();
        history.check().neverFailed().usedIs(chat.used(store));
      } finally {
        PlainRedisson.close(client);
      }
    }
  }
}
