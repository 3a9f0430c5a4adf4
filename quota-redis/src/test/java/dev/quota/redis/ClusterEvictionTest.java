package dev.quota.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.redisson.api.RedissonClient;

/** Some masters of a Cluster evict keys, and others do not. */
@Timeout(120)
@Tag("topology")
final class ClusterEvictionTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Pattern EVICTED = Pattern.compile("has evicted (\\d+) keys");

  private static void fill(RedisCluster cluster, RedisProcess master) {
    String tag =
        IntStream.range(0, 1_000)
            .mapToObj(number -> "{t" + number + "}")
            .filter(name -> cluster.masterOf(name) == master)
            .findFirst()
            .orElseThrow();
    long used = Long.parseLong(master.info("memory").get("used_memory"));
    master.command("CONFIG", "SET", "maxmemory-policy", "allkeys-lru");
    master.command("CONFIG", "SET", "maxmemory", "" + (used + 4_000_000));
    String value = "x".repeat(10_000);
    for (int i = 0; i < 1_000; i++) {
      master.command("SET", tag + i, value);
    }
  }

  private static long evicted(RedisProcess master) {
    return Long.parseLong(master.info("stats").get("evicted_keys"));
  }

  private static long evicted(RedisQuotaStore store) {
    Matcher number = EVICTED.matcher(store.health().detail());
    return number.find() ? Long.parseLong(number.group(1)) : -1;
  }

  @Test
  void theKeysOfAllMastersThatMayEvictAreCountedTogether() {
    try (RedisCluster cluster = RedisCluster.start()) {
      List<RedisProcess> masters = cluster.masters();
      fill(cluster, masters.get(0));
      fill(cluster, masters.get(1));
      RedissonClient client = PlainRedisson.to(cluster);
      try (RedisQuotaStore store =
          RedisQuotaStore.builder(client).timeBudget(Duration.ofSeconds(1)).build()) {
        long both = evicted(masters.get(0)) + evicted(masters.get(1));
        assertThat(both).isGreaterThan(200);
        Eventually.within(
            PATIENCE,
            () -> both + ", but: " + store.health().detail(),
            () -> evicted(store) >= both);

        for (RedisProcess master : masters) {
          master.command("CONFIG", "SET", "maxmemory-policy", "noeviction");
          master.command("CONFIG", "SET", "maxmemory", "0");
        }
        Eventually.within(PATIENCE, () -> store.health().detail(), () -> evicted(store) < 0);
      } finally {
        PlainRedisson.close(client);
      }
    }
  }
}
