package dev.quota.benchmarks;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.google.common.util.concurrent.RateLimiter;
import dev.quota.Quotas;
import dev.quota.policy.QuotaPolicy;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.local.SynchronizationStrategy;
import io.github.resilience4j.ratelimiter.RateLimiterConfig;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Function;

/**
 * The limiters that are compared. Each has the same two limits if it supports two. The limits are
 * so large that nothing is refused, so every call does its whole work.
 */
final class Contenders {

  static final String QUOTA = "chat";

  private static final long PER_MINUTE = 1_000_000_000L;
  private static final long PER_DAY = 1_000_000_000_000L;

  private Contenders() {}

  static Quotas quotas() {
    return Quotas.builder()
        .policy(
            QuotaPolicy.builder(QUOTA)
                .limit("burst", PER_MINUTE + " per minute")
                .limit("daily", PER_DAY + " per calendar day")
                .warnAt("80%", "95%")
                .build())
        .build();
  }

  static Bucket bucket(SynchronizationStrategy strategy) {
    return Bucket.builder()
        .addLimit(limit -> limit.capacity(PER_MINUTE).refillGreedy(PER_MINUTE, minutes(1)))
        .addLimit(limit -> limit.capacity(PER_DAY).refillGreedy(PER_DAY, Duration.ofDays(1)))
        .withSynchronizationStrategy(strategy)
        .build();
  }

  static RateLimiter guava() {
    return RateLimiter.create((double) PER_MINUTE / minutes(1).toSeconds());
  }

  static io.github.resilience4j.ratelimiter.RateLimiter resilience4j() {
    return io.github.resilience4j.ratelimiter.RateLimiter.of(
        QUOTA,
        RateLimiterConfig.custom()
            .limitForPeriod((int) PER_MINUTE)
            .limitRefreshPeriod(minutes(1))
            .timeoutDuration(Duration.ZERO)
            .build());
  }

  private static Duration minutes(int minutes) {
    return Duration.ofMinutes(minutes);
  }

  /** One limiter per user, the way applications keep them. */
  static final class PerUser<T> {

    private final Cache<String, T> cache =
        Caffeine.newBuilder().expireAfterAccess(Duration.ofDays(1)).build();
    private final Function<String, T> create;

    PerUser(Function<String, T> create) {
      this.create = create;
    }

    void createAll(String[] ids) {
      for (String id : ids) {
        T unused = of(id);
      }
    }

    T of(String id) {
      // get comes first, because computing locks a part of the table even if the key exists.
      T known = cache.getIfPresent(id);
      return known == null ? Objects.requireNonNull(cache.get(id, create)) : known;
    }
  }
}
