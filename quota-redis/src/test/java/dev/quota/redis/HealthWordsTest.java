package dev.quota.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.redis.ProxyFault.Direction;
import dev.quota.store.QuotaStoreException;
import dev.quota.store.QuotaStoreException.Applied;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What an operator reads in every state of Redis. The sentences stand here as they are read; each
 * names what is wrong and, where there is something to do, what.
 */
@Timeout(60)
@Tag("topology")
final class HealthWordsTest {

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final MonthlyUnits units = MonthlyUnits.of("u");

  private static RedisQuotaStore store(String address) {
    return RedisQuotaStore.builder(address)
        .timeBudget(Duration.ofMillis(500))
        .startUpWait(Duration.ofMillis(500))
        .probeInterval(Duration.ofMillis(100))
        .failuresBeforeOpen(2)
        .build();
  }

  private static String detail(RedisQuotaStore store) {
    return store.health().detail().replaceAll("for \\d+ s:", "for 7 s:");
  }

  private void assertSays(RedisQuotaStore store, boolean available, String words) {
    Eventually.within(
        PATIENCE,
        () -> words + "\nbut: " + detail(store),
        () -> {
          if (!available) {
            // Traffic finds out, or the watch already knows: nothing is charged either way.
            failsUnapplied(store);
          }
          return detail(store).equals(words);
        });
    assertThat(store.health().available()).isEqualTo(available);
  }

  private void failsUnapplied(RedisQuotaStore store) {
    try {
      store.execute(units.take(1));
    } catch (QuotaStoreException e) {
      assertThat(e.applied()).isIn(Applied.NO, Applied.UNKNOWN);
    }
  }

  private void assertCharged(RedisProcess redis, long units) {
    assertThat(this.units.used(redis)).isEqualTo(units);
  }

  @Test
  void answeringThenHungThenAnsweringThenGoneThenClosed() {
    try (RedisProcess redis = RedisProcess.start();
        TcpProxy proxy = TcpProxy.to(redis)) {
      RedisQuotaStore store = store(proxy.address());
      assertSays(store, true, "Answering; 0 calls wait.");
      proxy.hold(Direction.TO_REDIS);
      assertSays(store, false, "Not asked for 7 s: Redis did not answer in time.");
      proxy.pass();
      assertSays(store, true, "Answering; 0 calls wait.");
      proxy.refuse();
      proxy.reset();
      assertSays(store, false, "Not asked for 7 s: there is no connection to Redis.");
      store.close();
      assertThat(detail(store)).isEqualTo("Closed.");
      assertCharged(redis, 0);
    }
  }

  @Test
  void aReadOnlyReplica() {
    try (RedisProcess master = RedisProcess.start();
        RedisProcess replica = RedisProcess.start("replicaof 127.0.0.1 " + master.port());
        RedisQuotaStore store = store(replica.address())) {
      String words =
          "Not asked for 7 s: Redis is a read-only replica; connect to the master, or through"
              + " Sentinel.";
      assertSays(store, false, words);
      replica.command("REPLICAOF", "NO", "ONE");
      assertSays(store, true, "Answering; 0 calls wait.");
      replica.command("REPLICAOF", "127.0.0.1", "" + master.port());
      assertSays(store, false, words);
    }
  }

  @Test
  void outOfMemory() {
    try (RedisProcess redis = RedisProcess.start();
        RedisQuotaStore store = store(redis.address())) {
      assertSays(store, true, "Answering; 0 calls wait.");
      redis.command("CONFIG", "SET", "maxmemory", "1");
      assertSays(store, false, "Not asked for 7 s: Redis is out of memory; raise maxmemory.");
      redis.command("CONFIG", "SET", "maxmemory", "0");
      assertSays(store, true, "Answering; 0 calls wait.");
      assertCharged(redis, 0);
    }
  }

  @Test
  void tooFewReplicas() {
    try (RedisProcess redis = RedisProcess.start("min-replicas-to-write 1");
        RedisQuotaStore store = store(redis.address())) {
      assertSays(
          store, false, "Not asked for 7 s: Redis has fewer replicas than min-replicas-to-write.");
    }
  }

  @Test
  void unableToSave() throws IOException {
    try (RedisProcess redis = RedisProcess.start("save 3600 1000000");
        RedisQuotaStore store = store(redis.address())) {
      Path data = Path.of((String) ((List<?>) redis.command("CONFIG", "GET", "dir")).get(1));
      TestFiles.delete(data);
      redis.command("BGSAVE");
      assertSays(
          store, false, "Not asked for 7 s: Redis cannot save to disk and refuses to write.");
    }
  }

  @Test
  void busyWithALongScript() throws IOException {
    try (RedisProcess redis = RedisProcess.start("lua-time-limit 1");
        RedisQuotaStore store = store(redis.address())) {
      assertSays(store, true, "Answering; 0 calls wait.");
      try (RespConnection connection = redis.connect()) {
        connection.send("EVAL", "while true do end", "0");
        assertSays(store, false, "Not asked for 7 s: Redis is busy running another script.");
        redis.command("SCRIPT", "KILL");
        assertSays(store, true, "Answering; 0 calls wait.");
      }
      assertCharged(redis, 0);
    }
  }

  @Test
  void noPasswordAndAWrongOne() {
    String words = "Not asked for 7 s: Redis refuses the user or the password.";
    try (RedisProcess redis = RedisConfig.with().password("secret").start();
        RedisQuotaStore without = store(redis.address());
        RedisQuotaStore wrong = store("redis://:wrong@127.0.0.1:" + redis.port())) {
      assertSays(without, false, words);
      assertSays(wrong, false, words);
    }
  }

  @Test
  void aPolicyThatEvictsCountsAndHowManyKeysItEvicted() {
    try (RedisProcess redis = RedisProcess.start("maxmemory 3mb", "maxmemory-policy allkeys-lru")) {
      String value = "x".repeat(10_000);
      for (int i = 0; i < 400; i++) {
        redis.command("SET", "k" + i, value);
      }
      String evicted = redis.info("stats").get("evicted_keys");
      assertThat(Long.parseLong(evicted)).isPositive();
      try (RedisQuotaStore store = store(redis.address())) {
        Eventually.within(
            PATIENCE, () -> detail(store), () -> store.health().detail().length() > 100);
        assertThat(store.health().available()).isTrue();
        // Connecting takes memory, so a few more went.
        assertThat(detail(store).replaceAll("evicted \\d+ keys", "evicted 180 keys"))
            .isEqualTo(
                "Answering; 0 calls wait. Redis may evict counts under maxmemory-policy"
                    + " allkeys-lru, and has evicted 180 keys of all kinds since it started; an"
                    + " evicted count is a fresh allowance. Set noeviction.");
      }
    }
  }

  @Test
  void keysThatAreEvictedLaterAreCountedToo() {
    try (RedisProcess redis = RedisProcess.start("maxmemory 3mb", "maxmemory-policy allkeys-lru");
        RedisQuotaStore store = store(redis.address())) {
      Eventually.within(
          PATIENCE, () -> detail(store), () -> store.health().detail().contains("may evict"));
      assertThat(detail(store)).contains("evicted 0 keys");
      String value = "x".repeat(10_000);
      for (int i = 0; i < 1_000; i++) {
        redis.command("SET", "k" + i, value);
      }
      String evicted = redis.info("stats").get("evicted_keys");
      assertThat(Long.parseLong(evicted)).isGreaterThan(500);
      Eventually.within(
          PATIENCE,
          () -> evicted + ", but: " + detail(store),
          () -> evicted(store) >= Long.parseLong(evicted));
    }
  }

  private static long evicted(RedisQuotaStore store) {
    return Long.parseLong(detail(store).replaceAll("(?s).*evicted (\\d+) keys.*", "$1"));
  }
}
