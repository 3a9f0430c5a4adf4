package dev.quota.demo;

import dev.quota.redis.RedisQuotaStore;
import java.util.Optional;

/**
 * Counts in Redis. Only this class uses the Redis store, so that a demo without Redis does not load
 * its classes.
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

  /** Connects. It returns after a short time also if Redis does not answer. */
  static RedisQuotaStore connect(String address) {
    return RedisQuotaStore.connect(address);
  }
}
