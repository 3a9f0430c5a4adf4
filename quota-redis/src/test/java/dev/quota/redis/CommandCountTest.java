package dev.quota.redis;

import static dev.quota.redis.Charges.ACME;
import static dev.quota.redis.Charges.ALICE;
import static dev.quota.redis.Charges.BOB;
import static dev.quota.redis.Charges.IMAGES;
import static dev.quota.redis.Charges.burst;
import static dev.quota.redis.Charges.daily;
import static dev.quota.redis.Charges.entry;
import static dev.quota.redis.Charges.isDone;
import static dev.quota.redis.Charges.monthly;
import static dev.quota.redis.Charges.name;
import static dev.quota.redis.Charges.peek;
import static dev.quota.redis.Charges.take;
import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.spi.Change;
import dev.quota.spi.Entry;
import dev.quota.spi.Hold;
import dev.quota.spi.Key;
import dev.quota.spi.LimitSpec;
import dev.quota.spi.Operation;
import dev.quota.spi.StoreCommand;
import dev.quota.spi.StoreReply;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What decisions cost Redis: how many commands, how many writes, how many bytes. */
final class CommandCountTest extends OnRedis {

  private static final LimitSpec[] LIMITS = {burst(10), daily(50), monthly(500)};

  /** Returns how often each command was called by the store: not by the test, nor on connecting. */
  private static Map<String, Long> calls() {
    Map<String, Long> calls = new TreeMap<>();
    redis
        .info("commandstats")
        .forEach(
            (name, line) ->
                calls.put(
                    name.substring("cmdstat_".length()),
                    Long.parseLong(line.replaceFirst("calls=(\\d+),.*", "$1"))));
    calls
        .keySet()
        .removeIf(name -> name.matches("config\\|?.*|info|auth|hello|client.*|ping|dbsize"));
    return calls;
  }

  /** Lets the store load the script and connect, and starts counting. */
  private static void countAfter(RedisQuotaStore store, StoreCommand first) {
    store.execute(first);
    redis.resetStatistics();
  }

  @Test
  void aChargeIsOneCallThatReadsAndWritesOnce() {
    RedisQuotaStore store = store(builder -> builder);
    countAfter(store, take(ALICE, 1, LIMITS));

    store.execute(take(ALICE, 1, LIMITS));

    assertThat(calls()).isEqualTo(Map.of("evalsha", 1L, "time", 1L, "get", 1L, "set", 1L));
  }

  @Test
  void aChargeOfSeveralKeysIsOneCallToo() {
    RedisQuotaStore store = store(builder -> builder);
    StoreCommand take =
        take(
            entry(ALICE, 1, LIMITS),
            entry(ACME, 1, daily(500)),
            entry(IMAGES, 2, daily(50)),
            entry(new Key("org", "group", "acme", "image"), 2, monthly(5_000)));
    countAfter(store, take);

    store.execute(take);

    assertThat(calls()).isEqualTo(Map.of("evalsha", 1L, "time", 1L, "get", 4L, "set", 4L));
  }

  @Test
  void refusalsWriteNothing() {
    RedisQuotaStore store = store(builder -> builder);
    store.execute(take(BOB, 50, daily(50)));
    countAfter(store, take(ALICE, 10, LIMITS));

    for (int i = 0; i < 100; i++) {
      assertThat(isDone(store.execute(take(ALICE, 9, LIMITS)))).isFalse();
      assertThat(isDone(store.execute(take(entry(ALICE, 9, LIMITS), entry(BOB, 1, daily(50))))))
          .isFalse();
    }

    Map<String, Long> calls = calls();
    // The second shape was loaded on the way.
    calls.keySet().removeIf(name -> name.startsWith("script"));
    assertThat(calls).containsOnlyKeys("evalsha", "get", "time");
    assertThat(calls.get("evalsha")).isBetween(200L, 201L);
  }

  @Test
  void refusalsOfSubjectsThatAreNotThereCreateNothing() {
    RedisQuotaStore store = store(builder -> builder);
    countAfter(store, take(ALICE, 10, LIMITS));
    long keys = redis.databaseSize();

    for (int i = 0; i < 100; i++) {
      Key key = new Key("user", "user", "u" + i, "chat");
      assertThat(isDone(store.execute(take(key, 11, LIMITS)))).isFalse();
      store.execute(take(key, 0, LIMITS));
    }

    assertThat(calls()).isEqualTo(Map.of("evalsha", 200L, "get", 200L, "time", 200L));
    assertThat(redis.databaseSize()).isBetween(keys - 1, keys);
  }

  @Test
  void peeksWriteNothing() {
    RedisQuotaStore store = store();
    countAfter(store, take(ALICE, 10, LIMITS));

    for (int i = 0; i < 50; i++) {
      clock.advance(Duration.ofHours(9));
      store.execute(peek(ALICE, LIMITS));
      store.execute(peek(BOB, LIMITS));
      store.execute(peek(ALICE, burst(7), daily(2), monthly(3)));
    }

    assertThat(calls()).isEqualTo(Map.of("evalsha", 150L, "get", 150L));
  }

  @Test
  void peeksOfAnotherPolicyReadTheTimeToLiveAndWriteNothing() {
    RedisQuotaStore store = store();
    store.execute(take(ALICE, 10, LIMITS));
    countAfter(store, peek(ALICE, monthly(500), burst(10)));

    store.execute(peek(ALICE, monthly(500), burst(10)));

    assertThat(calls()).isEqualTo(Map.of("evalsha", 1L, "get", 1L, "pttl", 1L));
  }

  @Test
  void aRefusalThatFindsAnotherCapacityWritesOnce() {
    RedisQuotaStore store = store();
    countAfter(store, take(ALICE, 10, LIMITS));

    for (int i = 0; i < 20; i++) {
      assertThat(isDone(store.execute(take(ALICE, 1, burst(5), daily(50), monthly(500)))))
          .isFalse();
    }

    assertThat(calls()).isEqualTo(Map.of("evalsha", 20L, "get", 20L, "set", 1L));
  }

  @Test
  void aSettlementReadsAndWritesOnce() {
    RedisQuotaStore store = store();
    store.execute(take(ALICE, 10, LIMITS));
    Hold hold =
        new Hold(ALICE, List.of(daily(50)), List.of(1_795_478_400_000L), 10, Optional.empty());
    StoreCommand settle = new StoreCommand.Settle(List.of(new Change(hold, 9)), true);
    countAfter(store, settle);

    store.execute(settle);

    assertThat(calls()).isEqualTo(Map.of("evalsha", 1L, "get", 1L, "pttl", 1L, "set", 1L));
  }

  private static Hold reserve(RedisQuotaStore store, String id) {
    Optional<Operation> operation = Optional.of(Operation.reservation(id, Duration.ofMinutes(5)));
    Entry entry = entry(ALICE, 3, LIMITS);
    StoreReply reply = store.execute(new StoreCommand.Take(List.of(entry), operation));
    Hold hold = Hold.of(entry, reply.entries().get(0), reply.now().toEpochMilli());
    return new Hold(ALICE, hold.limits(), hold.windowEndsMillis(), hold.units(), operation);
  }

  @Test
  void aReservationIsTwoShortCallsAndChargesBesideItAreAsShortAsEver() {
    RedisQuotaStore store = store();
    store.execute(new StoreCommand.Settle(List.of(new Change(reserve(store, "a"), 1)), true));
    countAfter(store, take(ALICE, 0, LIMITS));

    Hold hold = reserve(store, "b");
    assertThat(calls()).isEqualTo(Map.of("evalsha", 1L, "get", 1L, "set", 2L));
    redis.resetStatistics();
    store.execute(take(ALICE, 1, LIMITS));
    assertThat(calls()).isEqualTo(Map.of("evalsha", 1L, "get", 1L, "set", 1L));
    redis.resetStatistics();
    store.execute(new StoreCommand.Settle(List.of(new Change(hold, 1)), true));
    assertThat(calls()).isEqualTo(Map.of("evalsha", 1L, "get", 2L, "set", 1L, "del", 1L));
  }

  @Test
  void aSubjectTakesAtMost160Bytes() {
    RedisQuotaStore store = store();
    for (String quota : new String[] {"chat", "reports"}) {
      Key key = new Key("user", "user", "somebody-with-a-long-name@example.org", quota);
      store.execute(take(key, 7, LIMITS));

      assertThat(redis.memoryUsage(name(key))).as(quota).isBetween(60L, 160L);
    }
  }

  @Test
  void theNumberOfRequestsDoesNotChangeTheSize() {
    RedisQuotaStore store = store();
    LimitSpec[] wide = {burst(1_000_000), daily(1_000_000_000), monthly(1_000_000_000_000L)};
    store.execute(take(ALICE, 1, wide));
    long first = redis.memoryUsage(name(ALICE));
    for (int i = 0; i < 200; i++) {
      clock.advanceMillis(17);
      store.execute(take(ALICE, 4_999, wide));
    }

    assertThat(redis.memoryUsage(name(ALICE))).isEqualTo(first);
  }
}
