package dev.quota.redis;

import dev.quota.QuotaClock;
import dev.quota.spi.QuotaStore;
import dev.quota.storetests.CountingContract;
import dev.quota.storetests.GrantsContract;
import dev.quota.storetests.IdempotencyContract;
import dev.quota.storetests.PermitsContract;
import dev.quota.storetests.RefundsContract;
import dev.quota.storetests.ReservationsContract;
import dev.quota.storetests.ResetsContract;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.redisson.api.RedissonClient;

/** The Redis store can do everything that a store may be able to do. */
final class RedisContractTest {

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

  private static QuotaStore store(QuotaClock time) {
    return RedisQuotaStore.builder(client)
        .keyPrefix("t" + OPENED.incrementAndGet())
        .timeBudget(Duration.ofSeconds(5))
        .handedTime(time)
        .build();
  }

  @Nested
  final class Counting extends CountingContract {
    @Override
    protected QuotaStore open(QuotaClock time) {
      return store(time);
    }

    @Override
    protected int traces() {
      return SOAK ? 5_000 : 30;
    }
  }

  @Nested
  final class Refunds extends RefundsContract {
    @Override
    protected QuotaStore open(QuotaClock time) {
      return store(time);
    }
  }

  @Nested
  final class Idempotency extends IdempotencyContract {
    @Override
    protected QuotaStore open(QuotaClock time) {
      return store(time);
    }
  }

  @Nested
  final class Reservations extends ReservationsContract {
    @Override
    protected QuotaStore open(QuotaClock time) {
      return store(time);
    }

    @Override
    protected int traces() {
      return SOAK ? 1_000 : 20;
    }
  }

  @Nested
  final class Permits extends PermitsContract {
    @Override
    protected QuotaStore open(QuotaClock time) {
      return store(time);
    }
  }

  @Nested
  final class Grants extends GrantsContract {
    @Override
    protected QuotaStore open(QuotaClock time) {
      return store(time);
    }
  }

  @Nested
  final class Resets extends ResetsContract {
    @Override
    protected QuotaStore open(QuotaClock time) {
      return store(time);
    }
  }
}
