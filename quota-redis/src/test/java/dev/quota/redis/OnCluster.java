package dev.quota.redis;

import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.redisson.api.RedissonClient;

/** One Cluster for the tests of a class, with a patient store on it. */
@Timeout(120)
@Tag("topology")
abstract class OnCluster {

  static final Duration PATIENCE = Duration.ofSeconds(5);

  static RedisCluster cluster;
  static RedissonClient client;
  static RedisQuotaStore store;

  @BeforeAll
  static void startCluster() {
    cluster = RedisCluster.start();
    client = PlainRedisson.to(cluster);
    store = RedisQuotaStore.builder(client).timeBudget(PATIENCE).build();
  }

  @AfterAll
  static void closeCluster() {
    store.close();
    PlainRedisson.close(client);
    cluster.close();
  }
}
