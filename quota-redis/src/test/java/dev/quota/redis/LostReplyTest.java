package dev.quota.redis;

import static dev.quota.redis.Charges.ALICE;
import static dev.quota.redis.Charges.daily;
import static dev.quota.redis.Charges.entry;
import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.redis.History.Outcome;
import dev.quota.redis.ProxyFault.Direction;
import dev.quota.store.QuotaStoreException.Applied;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.redisson.Redisson;
import org.redisson.api.RedissonClient;
import org.redisson.config.Config;

/**
 * What a caller is told when its charge was carried out and the reply was lost, or when it was
 * never sent: "not applied" is said only of the latter, and nothing is sent twice.
 */
@Tag("topology")
final class LostReplyTest extends OnRedis {

  private static final Duration BUDGET = Duration.ofMillis(500);
  private static final int CALLERS = 24;

  private final History history = new History();
  private final MonthlyUnits units = MonthlyUnits.of("lost");
  private TcpProxy proxy;
  private RedissonClient own;

  @BeforeEach
  void openProxy() {
    proxy = TcpProxy.to(redis);
  }

  @AfterEach
  void closeProxy() {
    if (own != null) {
      PlainRedisson.close(own);
    }
    proxy.close();
  }

  /** Whose connections a store uses, and how eager they are to try again. */
  private enum Connections {
    OF_THE_STORE(address -> RedisAddress.parse(address).connect()),
    OF_AN_APPLICATION(address -> redisson(address, 4, settings -> {})),
    /** With ten connections or more, Redisson sends one command at a time on each. */
    OF_AN_APPLICATION_WITH_MANY(address -> redisson(address, 16, settings -> {})),
    OF_AN_APPLICATION_THAT_IS_EAGER(
        address ->
            redisson(
                address,
                4,
                config ->
                    config
                        .useSingleServer()
                        .setRetryAttempts(10)
                        .setRetryDelay(attempt -> Duration.ofMillis(5))));

    @SuppressWarnings("ImmutableEnumChecker") // none of them holds anything
    final Function<String, RedissonClient> opening;

    Connections(Function<String, RedissonClient> opening) {
      this.opening = opening;
    }
  }

  /** Connects as an application does that leaves the retries as they are. */
  private static RedissonClient redisson(
      String address, int connections, Consumer<Config> settings) {
    Config config = new Config().setThreads(2).setNettyThreads(1);
    config
        .useSingleServer()
        .setAddress(address)
        .setConnectionPoolSize(connections)
        .setConnectionMinimumIdleSize(1)
        .setSubscriptionConnectionPoolSize(1)
        .setSubscriptionConnectionMinimumIdleSize(1);
    settings.accept(config);
    return Redisson.create(config);
  }

  private RedisQuotaStore storeBehindProxy(Connections connections) {
    own = connections.opening.apply(proxy.address());
    RedisQuotaStore store =
        RedisQuotaStore.builder(own)
            .timeBudget(BUDGET)
            .startUpWait(PATIENCE)
            .probeInterval(Duration.ofMillis(50))
            .build();
    Eventually.within(
        PATIENCE, "charges", () -> history.take(store, units.take(1)) == Outcome.GRANTED);
    return store;
  }

  private long used() {
    return units.used(store(builder -> builder));
  }

  @ParameterizedTest
  @EnumSource
  void isToldThatItIsUnknownAndChargedOnce(Connections connections) {
    try (RedisQuotaStore store = storeBehindProxy(connections)) {
      long before = used();
      proxy.lose(Direction.TO_CLIENT);
      CompletableFuture<Outcome> told =
          CompletableFuture.supplyAsync(() -> history.take(store, units.take(1)));
      Eventually.within(PATIENCE, "it is carried out", () -> used() == before + 1);
      proxy.refuse();
      proxy.reset();

      assertThat(told).succeedsWithin(PATIENCE).isEqualTo(Outcome.FAILED_UNKNOWN);

      proxy.pass();
      Eventually.within(
          PATIENCE, "charges again", () -> history.take(store, units.take(1)) == Outcome.GRANTED);
      history.check().usedIs(used());
    }
  }

  @ParameterizedTest
  @EnumSource
  void whoWaitsBehindALostReplyIsToldTheTruth(Connections connections) {
    try (RedisQuotaStore store = storeBehindProxy(connections)) {
      long before = used();
      proxy.lose(Direction.TO_CLIENT);
      List<CompletableFuture<Outcome>> told =
          IntStream.range(0, CALLERS)
              .mapToObj(
                  i ->
                      CompletableFuture.supplyAsync(
                          () -> history.take(store, units.take(1)),
                          task -> new Thread(task).start()))
              .toList();
      Eventually.within(PATIENCE, "some are carried out", () -> used() > before);
      proxy.refuse();
      proxy.reset();

      told.forEach(one -> assertThat(one).succeedsWithin(PATIENCE));

      proxy.pass();
      Eventually.within(
          PATIENCE, "charges again", () -> history.take(store, units.take(1)) == Outcome.GRANTED);
      HistoryCheck check = history.check();
      assertThat(check.count(Outcome.FAILED_UNKNOWN)).isPositive();
      check.usedIs(used());
    }
  }

  /** Redisson gives up a command that its busy thread has not written, and never writes it then. */
  @Test
  void whatIsCalledUnsentNeverArrives() {
    own = Connections.OF_AN_APPLICATION.opening.apply(proxy.address());
    Wire wire = new Wire(own, Duration.ofMillis(300), Optional.empty());
    TakeCall call = TakeCall.of(List.of(entry(ALICE, 1, daily(50))), false, keys());
    Script script = TakeScript.of(call.shape, Script.Clock.REDIS);
    assertThat(wire.load(script, call.keys)).succeedsWithin(PATIENCE);
    CountDownLatch release = new CountDownLatch(1);
    CompletableFuture<Void> blocked = new CompletableFuture<>();
    long now = redisMillis();
    byte[] argument = call.pack(now - 1, now + 60_000, 1);
    proxy.hold(Direction.TO_CLIENT);
    CompletableFuture<?> busy =
        wire.evaluate(script, call.keys, argument)
            .thenAccept(
                reply -> {
                  blocked.complete(null);
                  await(release);
                });
    proxy.pass();
    assertThat(blocked).succeedsWithin(PATIENCE);
    redis.resetStatistics();

    CompletableFuture<byte[]> unsent = wire.evaluate(script, call.keys, argument);
    Eventually.within(PATIENCE, "it is given up", unsent::isDone);
    Throwable failure = Completed.failure(unsent);
    release.countDown();
    assertThat(busy).succeedsWithin(PATIENCE);

    assertThat(failure).hasMessageContaining("hasn't been written");
    assertThat(RedisFailure.of(failure)).isEqualTo(RedisFailure.NO_CONNECTION);
    assertThat(wire.evaluate(script, call.keys, argument)).succeedsWithin(PATIENCE);
    assertThat(redis.calls("evalsha")).as("only what was sent after it").isEqualTo(1);
  }

  /** What the socket does not take yet may still arrive: nobody calls it unsent. */
  @Test
  void whatTheNetworkDoesNotTakeYetIsNotCalledUnsent() {
    own = Connections.OF_AN_APPLICATION.opening.apply(proxy.address());
    Wire wire = new Wire(own, Duration.ofMillis(300), Optional.empty());
    TakeCall call = TakeCall.of(List.of(entry(ALICE, 1, daily(50))), false, keys());
    Script script = TakeScript.of(call.shape, Script.Clock.REDIS);
    assertThat(wire.load(script, call.keys)).succeedsWithin(PATIENCE);
    long now = redisMillis();
    byte[] argument = call.pack(now - 1, now + 60_000, 1);
    proxy.jam(Direction.TO_REDIS);

    CompletableFuture<byte[]> large = wire.evaluate(script, call.keys, new byte[32 << 20]);
    CompletableFuture<byte[]> small = wire.evaluate(script, call.keys, argument);
    assertThat(small.copy().orTimeout(900, TimeUnit.MILLISECONDS)).failsWithin(PATIENCE);
    boolean toldMeanwhile = small.isDone();
    proxy.pass();
    Eventually.within(PATIENCE, "both are carried out", () -> redis.calls("evalsha") >= 2);

    if (toldMeanwhile) {
      assertThat(RedisFailure.of(Completed.failure(small)).applied).isEqualTo(Applied.UNKNOWN);
    } else {
      assertThat(small).succeedsWithin(PATIENCE);
    }
    assertThat(large).succeedsWithin(PATIENCE);
  }

  private static RedisKeys keys() {
    return new RedisKeys("q", Optional.empty());
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
