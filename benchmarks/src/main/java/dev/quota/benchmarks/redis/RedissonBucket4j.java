package dev.quota.benchmarks.redis;

import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.distributed.ExpirationAfterWriteStrategy;
import io.github.bucket4j.distributed.proxy.ProxyManager;
import io.github.bucket4j.redis.redisson.Bucket4jRedisson;
import java.time.Duration;
import java.util.List;
import org.redisson.Redisson;

/**
 * Stock Bucket4j on Redisson, as its documentation sets it up: two bandwidths, compare and swap,
 * and keys that expire when the bucket is full again.
 */
final class RedissonBucket4j implements Contender {

  /** Longer than any run. Otherwise buckets would expire before their memory is counted. */
  private static final Duration KEPT_WHEN_FULL = Duration.ofHours(1);

  private final ProxyManager<String> buckets;
  private final List<String> keys;
  private final BucketConfiguration configuration =
      BucketConfiguration.builder()
          .addLimit(
              limit ->
                  limit
                      .capacity(Capacities.PER_MINUTE)
                      .refillGreedy(Capacities.PER_MINUTE, Duration.ofMinutes(1)))
          .addLimit(
              limit ->
                  limit
                      .capacity(Capacities.PER_DAY)
                      .refillGreedy(Capacities.PER_DAY, Duration.ofDays(1)))
          .build();

  RedissonBucket4j(Node node) {
    buckets =
        Bucket4jRedisson.casBasedBuilder(((Redisson) node.redisson()).getCommandExecutor())
            .expirationAfterWrite(
                ExpirationAfterWriteStrategy.basedOnTimeForRefillingBucketUpToMax(KEPT_WHEN_FULL))
            .build();
    keys = node.ids().stream().map(id -> "4:" + id).toList();
  }

  @Override
  public boolean decide(int user) {
    return buckets.getProxy(keys.get(user), () -> configuration).tryConsume(1);
  }
}
