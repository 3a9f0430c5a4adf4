package dev.quota.benchmarks.redis;

import java.time.Duration;
import java.util.List;
import org.redisson.api.RRateLimiter;
import org.redisson.api.RateType;
import org.redisson.api.RedissonClient;

/** Redisson's own rate limiter: one limit, configured per user before the first decision. */
final class RedissonRateLimiter implements Contender {

  private final RedissonClient redisson;
  private final List<String> names;

  RedissonRateLimiter(Node node) {
    redisson = node.redisson();
    names = node.ids().stream().map(id -> "r:" + id).toList();
  }

  @Override
  public void prepare() {
    Crowd.everyone(
        names.size(),
        user -> {
          boolean unused =
              limiter(user)
                  .trySetRate(RateType.OVERALL, Capacities.PER_MINUTE, Duration.ofMinutes(1));
        });
  }

  @Override
  public boolean decide(int user) {
    return limiter(user).tryAcquire();
  }

  /** Created for each call. This is cheap, and applications with many users do the same. */
  private RRateLimiter limiter(int user) {
    return redisson.getRateLimiter(names.get(user));
  }
}
