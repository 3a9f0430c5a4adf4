package dev.quota.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quota.redis.History.Outcome;
import dev.quota.store.QuotaStoreException;
import dev.quota.store.QuotaStoreException.Applied;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.redisson.api.RedissonClient;
import org.redisson.client.codec.StringCodec;

/** What a closed store leaves behind: nothing of its own, and everything of the application's. */
@Timeout(60)
final class ClosingTest {

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private static RedisProcess redis;

  private final MonthlyUnits units = MonthlyUnits.of("u");

  @BeforeAll
  static void startRedis() {
    redis = RedisProcess.start();
  }

  @AfterAll
  static void stopRedis() {
    redis.close();
  }

  private static RedisQuotaStoreBuilder patient(RedisQuotaStoreBuilder builder) {
    return builder.timeBudget(Duration.ofSeconds(2));
  }

  private void assertClosed(RedisQuotaStore store) {
    assertThatThrownBy(() -> store.execute(units.take(1)))
        .isInstanceOfSatisfying(
            QuotaStoreException.class, e -> assertThat(e.applied()).isEqualTo(Applied.NO))
        .hasMessage("the store is closed");
    assertThatThrownBy(() -> store.executeAsync(units.take(1)).toCompletableFuture().join())
        .hasRootCauseMessage("the store is closed");
    assertThat(store.health().available()).isFalse();
    assertThat(store.health().detail()).isEqualTo("Closed.");
    store.close();
  }

  @Test
  void leavesNoThreadOfItsOwnClientAndFailsWhatComesLater() {
    RunningThreads before = RunningThreads.now();
    RedisQuotaStore store = patient(RedisQuotaStore.builder(redis.address())).build();
    store.execute(units.take(1));
    store.close();
    before.assertNoMore(PATIENCE);
    assertClosed(store);
  }

  @Test
  void leavesNoThreadWithRedisDownOrMute() {
    RunningThreads before = RunningThreads.now();
    Duration wait = Duration.ofMillis(50);
    RedisQuotaStore refused =
        RedisQuotaStore.builder("redis://127.0.0.1:" + FreePort.next()).startUpWait(wait).build();
    refused.close();
    try (TcpProxy proxy = TcpProxy.to(redis)) {
      proxy.hold(ProxyFault.Direction.TO_CLIENT);
      RedisQuotaStore mute = RedisQuotaStore.builder(proxy.address()).startUpWait(wait).build();
      long start = System.nanoTime();
      mute.close();
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(PATIENCE);
    }
    before.assertNoMore(PATIENCE);
  }

  @Test
  void leavesTheClientOfTheApplicationAlone() {
    RedissonClient client = PlainRedisson.to(redis.address());
    try {
      RunningThreads before = RunningThreads.now();
      RedisQuotaStore store = patient(RedisQuotaStore.builder(client)).build();
      store.execute(units.take(1));
      store.close();
      Eventually.within(
          PATIENCE,
          () -> "only threads of the client: " + RunningThreads.now().since(before),
          () ->
              RunningThreads.now().since(before).stream()
                  .allMatch(name -> name.startsWith("redisson-")));
      assertClosed(store);
      client.getBucket("k", StringCodec.INSTANCE).set("v");
      assertThat(redis.command("GET", "k")).isEqualTo("v");
    } finally {
      PlainRedisson.close(client);
    }
  }

  @Test
  void tellsEveryCallerWhenItIsClosedInTheMiddleOfTraffic() {
    History history = new History();
    MonthlyUnits busy = MonthlyUnits.of("busy");
    RunningThreads before = RunningThreads.now();
    RedisQuotaStore store = patient(RedisQuotaStore.builder(redis.address())).build();
    try (Traffic traffic =
        Traffic.start(
            12,
            caller -> {
              MonthlyUnits asked = caller < 6 ? busy : MonthlyUnits.of("busy" + caller);
              history.record(asked.identity(), 1, () -> store.execute(asked.take(1)));
            })) {
      traffic.await(2_000);
      store.close();
      long closed = System.nanoTime();
      traffic.await(500);
      traffic.stop();
      assertThat(history.calls())
          .filteredOn(call -> call.startNanos() - closed > 0)
          .hasSizeGreaterThan(100)
          .allMatch(call -> call.outcome() == Outcome.FAILED_NO);
      history.check().without(traffic.stalls()).withinBudget(Duration.ofSeconds(2));
      history.check().of("busy").usedIs(busy.used(redis));
      for (int caller = 6; caller < 12; caller++) {
        MonthlyUnits own = MonthlyUnits.of("busy" + caller);
        history.check().of(own.identity()).usedIs(own.used(redis));
      }
    }
    before.assertNoMore(PATIENCE);
  }
}
