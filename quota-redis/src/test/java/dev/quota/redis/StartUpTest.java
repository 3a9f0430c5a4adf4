package dev.quota.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.redis.History.Outcome;
import dev.quota.redis.ProxyFault.Direction;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.redisson.api.RedissonClient;

/** An application starts, and serves, with Redis down; Redis may come later. */
@Timeout(300)
@Tag("timing")
final class StartUpTest {

  private static final Duration WAIT = Duration.ofMillis(300);
  private static final Duration BUDGET = Duration.ofMillis(50);

  /** Classes are loaded, threads are started, and the machine is busy. */
  private static final Duration SLACK = Duration.ofSeconds(20);

  private static final Duration RECOVERY = Duration.ofSeconds(100);

  private final MonthlyUnits units = MonthlyUnits.of("early");
  private final History history = new History();

  private static RedisQuotaStoreBuilder impatient(RedisQuotaStoreBuilder builder) {
    return builder.startUpWait(WAIT).timeBudget(BUDGET).probeInterval(Duration.ofMillis(100));
  }

  private static RedisQuotaStore builtInTime(RedisQuotaStoreBuilder builder) {
    long start = System.nanoTime();
    RedisQuotaStore store = impatient(builder).build();
    assertThat(Duration.ofNanos(System.nanoTime() - start))
        .as("the time to build")
        .isBetween(WAIT, WAIT.plus(SLACK));
    return store;
  }

  private void assertFailsQuicklyUnsent(RedisQuotaStore store) {
    for (int i = 0; i < 2_000; i++) {
      assertThat(history.take(store, units.take(1))).isEqualTo(Outcome.FAILED_NO);
    }
    history.check().withinBudget(Duration.ZERO);
    long median = history.calls().stream().mapToLong(History.Call::nanos).sorted().toArray()[1_000];
    assertThat(median).as("median in nanoseconds").isLessThan(500_000);
    assertThat(store.health().available()).isFalse();
    assertThat(store.health().detail()).startsWith("Not asked for ");
  }

  private void assertAnswers(RedisQuotaStore store, RedisProcess redis) {
    long start = System.nanoTime();
    Eventually.within(
        RECOVERY,
        () -> "answers: " + store.health(),
        () -> history.take(store, units.take(1)) == Outcome.GRANTED);
    System.out.printf("answers after %d ms%n", (System.nanoTime() - start) / 1_000_000);
    assertThat(store.health().available()).isTrue();
    history.check().usedIs(units.used(redis));
  }

  @Test
  void worksOnceRedisIsThereWithoutARestart() {
    int port = FreePort.next();
    try (RedisQuotaStore store =
        builtInTime(RedisQuotaStore.builder("redis://127.0.0.1:" + port))) {
      assertFailsQuicklyUnsent(store);
      try (RedisProcess redis = RedisConfig.with().port(port).start()) {
        assertAnswers(store, redis);
      }
    }
  }

  @Test
  void worksWithALazyClientOfTheApplicationOnceRedisIsThere() {
    int port = FreePort.next();
    RedissonClient client =
        PlainRedisson.to("redis://127.0.0.1:" + port, config -> config.setLazyInitialization(true));
    try (RedisQuotaStore store = builtInTime(RedisQuotaStore.builder(client))) {
      assertFailsQuicklyUnsent(store);
      try (RedisProcess redis = RedisConfig.with().port(port).start()) {
        assertAnswers(store, redis);
      }
    } finally {
      PlainRedisson.close(client);
    }
  }

  @Test
  void doesNotWaitForAServerThatAcceptsAndSaysNothing() {
    try (RedisProcess redis = RedisProcess.start();
        TcpProxy proxy = TcpProxy.to(redis)) {
      proxy.lose(Direction.TO_CLIENT);
      try (RedisQuotaStore store = builtInTime(RedisQuotaStore.builder(proxy.address()))) {
        assertFailsQuicklyUnsent(store);
        proxy.pass();
        assertAnswers(store, redis);
      }
    }
  }

  @Test
  void waitsAtStartForARedisThatIsAboutToComeUp() {
    try (RedisProcess redis = RedisProcess.start();
        TcpProxy proxy = TcpProxy.to(redis)) {
      proxy.refuse();
      Thread door =
          new Thread(
              () -> {
                long refusedUntil = System.nanoTime() + WAIT.toNanos();
                Eventually.within(
                    RECOVERY, "the time is over", () -> System.nanoTime() - refusedUntil > 0);
                proxy.pass();
              });
      door.start();
      RedisQuotaStoreBuilder patient =
          RedisQuotaStore.builder(proxy.address())
              .startUpWait(RECOVERY)
              .timeBudget(Duration.ofSeconds(2))
              .probeInterval(Duration.ofMillis(100));
      try (RedisQuotaStore store = patient.build()) {
        assertThat(history.take(store, units.take(1))).isEqualTo(Outcome.GRANTED);
      }
    }
  }
}
