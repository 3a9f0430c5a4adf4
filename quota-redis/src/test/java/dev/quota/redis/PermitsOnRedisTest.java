package dev.quota.redis;

import static dev.quota.redis.Charges.ALICE;
import static dev.quota.redis.Charges.daily;
import static dev.quota.redis.Charges.name;
import static dev.quota.redis.Charges.used;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quota.policy.Capacity;
import dev.quota.policy.Window;
import dev.quota.spi.Change;
import dev.quota.spi.Entry;
import dev.quota.spi.EntryResult;
import dev.quota.spi.Hold;
import dev.quota.spi.LimitSpec;
import dev.quota.spi.OnShort;
import dev.quota.spi.Operation;
import dev.quota.spi.StoreCommand;
import dev.quota.spi.StoreReply;
import dev.quota.spi.StoreReply.Outcome;
import dev.quota.store.QuotaStoreException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Permits in Redis: a sorted set for each key, and what they cost when there are many. */
final class PermitsOnRedisTest extends OnRedis {

  private static final Duration LEASE = Duration.ofSeconds(10);
  private static final Duration KEEP = Duration.ofMinutes(5);

  private static final String PERMITS = name(ALICE) + ":p";

  private int operations;

  private static LimitSpec running(long capacity) {
    return new LimitSpec("running", new Window.Concurrent(LEASE), Capacity.of(capacity));
  }

  private Hold reserve(RedisQuotaStore store, LimitSpec... limits) {
    return reserve(store, "operation" + ++operations, limits);
  }

  private Hold reserve(RedisQuotaStore store, String id, LimitSpec... limits) {
    Optional<Operation> operation = Optional.of(Operation.reservation(id, KEEP));
    Entry entry = new Entry(ALICE, List.of(limits), 1, 1, 1, OnShort.REFUSE_ALL);
    StoreReply reply = store.execute(new StoreCommand.Take(List.of(entry), operation));
    assertThat(reply.outcome()).isEqualTo(Outcome.DONE);
    Hold hold = Hold.of(entry, reply.entries().get(0), clock.millis());
    return new Hold(ALICE, hold.limits(), hold.windowEndsMillis(), 1, operation);
  }

  private static void settle(RedisQuotaStore store, Hold hold) {
    store.execute(new StoreCommand.Settle(List.of(new Change(hold, 1)), true));
  }

  private static long card() {
    return (Long) redis.command("ZCARD", PERMITS);
  }

  private static Map<String, Long> calls() {
    Map<String, Long> calls = new TreeMap<>();
    redis
        .info("commandstats")
        .forEach(
            (name, line) ->
                calls.put(
                    name.substring("cmdstat_".length()),
                    Long.parseLong(line.replaceFirst("calls=(\\d+),.*", "$1"))));
    calls.keySet().retainAll(List.of("evalsha", "get", "set", "zadd", "zcount", "zrem", "del"));
    return calls;
  }

  @Test
  void aPermitIsAMemberOfASortedSetUntilItsOperationEnds() {
    RedisQuotaStore store = store();
    Hold hold = reserve(store, running(3), daily(50));
    assertThat(card()).isEqualTo(1);
    assertThat(pttl(PERMITS)).isBetween(LEASE.toMillis(), 90_000L);
    assertThat(used(store, ALICE, running(3))).isEqualTo(1);

    settle(store, hold);

    assertThat(redis.command("EXISTS", PERMITS)).isEqualTo(0L);
    assertThat(used(store, ALICE, running(3))).isZero();
  }

  @Test
  void limitsOfOneKeyCountTheirPermitsApart() {
    RedisQuotaStore store = store();
    LimitSpec longer =
        new LimitSpec("longer", new Window.Concurrent(LEASE.multipliedBy(3)), Capacity.of(9));
    reserve(store, running(3), longer);
    clock.advance(LEASE);

    assertThat(used(store, ALICE, running(3))).isZero();
    assertThat(used(store, ALICE, longer)).isEqualTo(1);
  }

  @Test
  void aResetLetsGoOfAllPermits() {
    RedisQuotaStore store = store();
    reserve(store, running(3), daily(50));
    reserve(store, running(3), daily(50));

    store.execute(new StoreCommand.Reset(ALICE));

    assertThat(used(store, ALICE, running(3))).isZero();
    assertThat(redis.command("EXISTS", PERMITS)).isEqualTo(0L);
  }

  @Test
  void permitsOfTheDeadLeaveLittleByLittle() {
    RedisQuotaStore store = store();
    for (int i = 0; i < 250; i++) {
      reserve(store, running(10_000), daily(10_000));
    }
    clock.advance(LEASE);
    assertThat(used(store, ALICE, running(10_000))).isZero();

    Hold hold = reserve(store, running(10_000), daily(10_000));

    assertThat(card()).isEqualTo(151);
    assertThat(used(store, ALICE, running(10_000))).isEqualTo(1);
    settle(store, hold);
    reserve(store, running(10_000), daily(10_000));
    reserve(store, running(10_000), daily(10_000));
    assertThat(card()).isEqualTo(2);
  }

  @Test
  void aPermitCostsTheSameHoweverManyAreHeld() {
    RedisQuotaStore store = store();
    reserve(store, running(10_000), daily(10_000));
    redis.resetStatistics();
    settle(store, reserve(store, running(10_000), daily(10_000)));
    Map<String, Long> few = calls();
    long bytes = value(name(ALICE)).length;
    for (int i = 0; i < 2_000; i++) {
      reserve(store, running(10_000), daily(10_000));
    }
    redis.resetStatistics();
    settle(store, reserve(store, running(10_000), daily(10_000)));

    assertThat(calls()).isEqualTo(few);
    assertThat(value(name(ALICE))).hasSizeLessThanOrEqualTo((int) bytes);
  }

  @Test
  void manyAreRenewedInFewCallsAndLastFromThen() {
    RedisQuotaStore store = store();
    List<Hold> holds = new ArrayList<>();
    for (int i = 0; i < 250; i++) {
      holds.add(reserve(store, running(10_000), daily(10_000)));
    }
    clock.advance(LEASE.minusMillis(1));
    redis.resetStatistics();

    StoreReply reply = store.execute(new StoreCommand.Renew(holds));

    assertThat(reply.entries()).hasSize(250).noneMatch(EntryResult::gone);
    assertThat(calls())
        .containsEntry("evalsha", 3L)
        .containsEntry("zadd", 3L)
        .containsEntry("get", 253L)
        .containsEntry("set", 253L);
    clock.advance(LEASE.minusMillis(1));
    assertThat(used(store, ALICE, running(10_000))).isEqualTo(250);
    clock.advanceMillis(1);
    assertThat(used(store, ALICE, running(10_000))).isZero();
  }

  @Test
  void aRenewalTellsWhichAreGone() {
    RedisQuotaStore store = store();
    Hold settled = reserve(store, running(9), daily(50));
    Hold running = reserve(store, running(9), daily(50));
    settle(store, settled);

    StoreReply reply = store.execute(new StoreCommand.Renew(List.of(settled, running)));

    assertThat(reply.outcome()).isEqualTo(Outcome.DONE);
    assertThat(reply.entries()).extracting(EntryResult::gone).containsExactly(true, false);
    assertThat(used(store, ALICE, running(9))).isEqualTo(1);
    assertThat(store.execute(new StoreCommand.Renew(List.of(settled))).outcome())
        .isEqualTo(Outcome.GONE);
  }

  @Test
  void aRenewalLeavesTheLayoutThatShortScriptsRead() {
    RedisQuotaStore store = store();
    Hold hold = reserve(store, daily(50));
    byte[] before = value(name(ALICE));

    store.execute(new StoreCommand.Renew(List.of(hold)));

    assertThat(value(name(ALICE))).hasSameSizeAs(before).startsWith(0x11);
    redis.resetStatistics();
    settle(store, hold);
    assertThat(calls()).isEqualTo(Map.of("evalsha", 1L, "get", 2L, "set", 1L, "del", 1L));
  }

  @Test
  void permitsOfAnotherApplicationAreLeftAlone() {
    RedisQuotaStore store = store();
    redis.command("SET", PERMITS, "theirs");

    assertThatThrownBy(() -> reserve(store, running(3)))
        .isInstanceOf(QuotaStoreException.class)
        .hasMessageStartingWith("another application uses a key of this store");
    assertThat(redis.command("GET", PERMITS)).isEqualTo("theirs");
    assertThat(redis.command("EXISTS", name(ALICE))).isEqualTo(0L);
  }

  @Test
  void whatALaterVersionRememberedOfAnOperationIsLeftAlone() {
    RedisQuotaStore store = store();
    Hold hold = reserve(store, "theirs", daily(50));
    String key = name(ALICE) + ":o:theirs";
    byte[] later = {0x21, 1, 2, 3};
    put(key, later);

    for (StoreCommand command :
        List.of(
            new StoreCommand.Settle(List.of(new Change(hold, 0)), true),
            new StoreCommand.Settle(List.of(new Change(hold, 3)), false),
            new StoreCommand.Renew(List.of(hold)),
            new StoreCommand.Take(
                List.of(new Entry(ALICE, hold.limits(), 1, 1, 1, OnShort.REFUSE_ALL)),
                hold.operation()))) {
      assertThatThrownBy(() -> store.execute(command))
          .as(command.toString())
          .isInstanceOf(QuotaStoreException.class)
          .hasMessageContaining("has the format of a later version");
    }
    assertThat(value(key)).isEqualTo(later);
    assertThat(used(store, ALICE, daily(50))).isZero();
  }

  @Test
  void limitsWhosePermitsWouldMixAreRefused() {
    LimitSpec first = running(3);
    for (int i = 0; ; i++) {
      LimitSpec other = new LimitSpec("running" + i, new Window.Concurrent(LEASE), Capacity.of(3));
      if (StoredLimit.of(other).id % 1_024 == StoredLimit.of(first).id % 1_024) {
        assertThatThrownBy(() -> EntryLayout.of(List.of(first, other)))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("rename one of them");
        return;
      }
    }
  }
}
