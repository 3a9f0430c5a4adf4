package dev.quota.redis;

import dev.quota.store.ManualClock;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.redisson.api.RedissonClient;

/** One Redis for the tests of a class, empty before each of them, and patient stores on it. */
@Timeout(120)
abstract class OnRedis {

  /** Long enough that a busy machine fails no call. */
  static final Duration PATIENCE = Duration.ofSeconds(10);

  static RedisProcess redis;
  static RedissonClient client;

  /** The time of {@link #store()}; it stands at 14:59:30 UTC on a Monday. */
  final ManualClock clock = ManualClock.at("2026-11-23T14:59:30Z");

  private final List<RedisQuotaStore> opened = new ArrayList<>();

  @BeforeAll
  static void startRedis() {
    redis = RedisProcess.start();
    client = RedisAddress.parse(redis.address()).connect();
  }

  @AfterAll
  static void stopRedis() {
    PlainRedisson.close(client);
    redis.close();
  }

  @BeforeEach
  final void emptyRedis() {
    redis.command("FLUSHALL");
  }

  @AfterEach
  final void closeStores() {
    opened.forEach(RedisQuotaStore::close);
  }

  /** Opens a store whose time is {@link #clock}. */
  RedisQuotaStore store() {
    return store(builder -> builder.handedTime(clock));
  }

  /** Opens a store by the time of Redis, with more settings. */
  RedisQuotaStore store(UnaryOperator<RedisQuotaStoreBuilder> settings) {
    RedisQuotaStoreBuilder builder =
        RedisQuotaStore.builder(client).timeBudget(PATIENCE).startUpWait(PATIENCE);
    RedisQuotaStore store = settings.apply(builder).build();
    opened.add(store);
    return store;
  }

  /** Returns the time of Redis. */
  static long redisMillis() {
    List<?> time = (List<?>) redis.command("TIME");
    return Long.parseLong((String) time.get(0)) * 1_000
        + Long.parseLong((String) time.get(1)) / 1_000;
  }

  /** Returns what is stored. */
  static byte[] value(String key) {
    return ((String) redis.command("GET", key)).getBytes(StandardCharsets.ISO_8859_1);
  }

  /** Stores bytes as they are. */
  static void put(String key, byte[] value) {
    redis.command("SET", key, new String(value, StandardCharsets.ISO_8859_1), "EX", "600");
  }

  static long pttl(String key) {
    return (Long) redis.command("PTTL", key);
  }
}
