package dev.quota.redis;

import dev.quota.spi.OperationsContract;
import dev.quota.spi.QuotaClock;
import dev.quota.spi.QuotaStore;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.redisson.api.RedissonClient;

final class RedisOperationsTest extends OperationsContract {

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
        .keyPrefix("o" + OPENED.incrementAndGet())
        .timeBudget(Duration.ofSeconds(5))
        .handedTime(time)
        .build();
  }

  @Override
  protected int traces() {
    return Boolean.getBoolean("quota.soak") ? 1_000 : 20;
  }
}
