package dev.quota.redis;

import dev.quota.spi.QuotaClock;
import dev.quota.spi.QuotaStore;
import dev.quota.spi.QuotaStoreContract;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

final class RedisQuotaStoreTest extends QuotaStoreContract {

  private static final AtomicInteger OPENED = new AtomicInteger();

  @Override
  protected QuotaStore open(QuotaClock time) {
    return RedisQuotaStore.builder("redis://127.0.0.1:7379")
        .keyPrefix("t" + OPENED.incrementAndGet() + System.nanoTime())
        .timeBudget(Duration.ofSeconds(5))
        .handedTime(time)
        .build();
  }

  @Override
  protected int traces() {
    return Integer.getInteger("quota.traces", 100);
  }
}
