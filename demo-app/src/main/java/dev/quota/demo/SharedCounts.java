package dev.quota.demo;

import dev.quota.redis.RedisQuotaStore;
import java.util.Optional;

/**
 * Counts in Redis. The one class that names the Redis store, so that a demo without it loads none
 * of its hundreds of classes.
 */
final class SharedCounts {

  private SharedCounts() {}

  /** Returns what is wrong with an address, without the address. */
  static Optional<String> mistakeIn(String address) {
    try {
      RedisQuotaStore.builder(address);
      return Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  /** Connects, and returns after a moment also if Redis is not there. */
  static RedisQuotaStore connect(String address) {
    return RedisQuotaStore.connect(address);
  }
}
