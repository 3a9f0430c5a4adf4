package dev.quota.redis;

import dev.quota.spi.QuotaStore;
import dev.quota.store.QuotaClock;
import dev.quota.storetests.CompleteStoreContract;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.redisson.api.RedissonClient;

/** The Redis store can do everything that a store may be able to do. */
final class RedisContractTest extends CompleteStoreContract {

  private static final boolean SOAK = Boolean.getBoolean("quota.soak");
  private static final AtomicInteger OPENED = new AtomicInteger();

  private static RedisProcess redis;
  private static RedissonClient client;

  @BeforeAll
  static void startRedis() {
    redis = RedisProcess.start();
    client = PlainRedisson.to(redis.address());
  }

  @AfterAll
  static void stopRedis() {
    PlainRedisson.close(client);
    redis.close();
  }

  @Override
  protected QuotaStore open(QuotaClock time) {
    return RedisQuotaStore.builder(client)
        .keyPrefix("t" + OPENED.incrementAndGet())
        .timeBudget(Duration.ofSeconds(5))
        .handedTime(time)
        .build();
  }

  @Override
  protected int countingTraces() {
    return SOAK ? 5_000 : 30;
  }

  @Override
  protected int reservationsTraces() {
    return SOAK ? 1_000 : 20;
  }
}
