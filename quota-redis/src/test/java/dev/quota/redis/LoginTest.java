package dev.quota.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quota.policy.Capacity;
import dev.quota.policy.Window;
import dev.quota.redis.History.Outcome;
import dev.quota.spi.Change;
import dev.quota.spi.Entry;
import dev.quota.spi.Hold;
import dev.quota.spi.LimitResult;
import dev.quota.spi.LimitSpec;
import dev.quota.spi.OnShort;
import dev.quota.spi.Operation;
import dev.quota.spi.StoreCommand;
import dev.quota.spi.StoreReply;
import dev.quota.store.QuotaStoreException;
import java.net.URL;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.redisson.api.RedissonClient;

/** Passwords, users with few rights, and TLS. */
@Timeout(60)
final class LoginTest {

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** All that a store with a client of its own does; docs/operations.md repeats it. */
  private static final String LEAST =
      "~q{* +evalsha +script|load +time +get +set +pttl +del +expire +zadd +zcount +zrangebyscore"
          + " +zrem +zscore +ping +client|setname";

  private final MonthlyUnits units = MonthlyUnits.of("u");
  private final History history = new History();

  private static RedisQuotaStoreBuilder patient(RedisQuotaStoreBuilder builder) {
    return builder
        .timeBudget(Duration.ofSeconds(2))
        .probeInterval(Duration.ofMillis(100))
        .startUpWait(Duration.ofMillis(500));
  }

  private static RedisQuotaStore storeAs(String login, RedisProcess redis) {
    return patient(RedisQuotaStore.builder("redis://" + login + "@127.0.0.1:" + redis.port()))
        .build();
  }

  private void assertDoesEverything(RedisQuotaStore store) {
    Eventually.within(
        PATIENCE,
        () -> store.health().detail(),
        () -> history.take(store, units.take(2)) == Outcome.GRANTED);
    LimitResult month = store.execute(units.take(3)).entries().get(0).limits().get(0);
    List<Long> ends = List.of(month.resetAtMillis().getAsLong());
    Hold hold = new Hold(units.key(), units.limits(), ends, 3, Optional.empty());
    store.execute(new StoreCommand.Settle(List.of(new Change(hold, 1)), true));
    assertThat(units.used(store)).isEqualTo(3);
    assertHoldsAPermit(store);
    store.execute(new StoreCommand.Reset(units.key()));
    assertThat(units.used(store)).isZero();
  }

  private void assertHoldsAPermit(RedisQuotaStore store) {
    List<LimitSpec> limits = new ArrayList<>(units.limits());
    limits.add(
        new LimitSpec("running", new Window.Concurrent(Duration.ofMinutes(1)), Capacity.of(9)));
    Optional<Operation> operation =
        Optional.of(Operation.reservation("r" + System.nanoTime(), Duration.ofMinutes(1)));
    Entry entry = new Entry(units.key(), limits, 1, 1, 1, OnShort.REFUSE_ALL);
    assertThat(store.execute(new StoreCommand.Take(List.of(entry), operation)).outcome())
        .isEqualTo(StoreReply.Outcome.DONE);
    List<Long> ends = Collections.nCopies(limits.size(), 0L);
    Hold hold = new Hold(units.key(), limits, ends, 1, operation);
    assertThat(store.execute(new StoreCommand.Renew(List.of(hold))).outcome())
        .isEqualTo(StoreReply.Outcome.DONE);
    assertThat(store.execute(new StoreCommand.Settle(List.of(new Change(hold, 0)), true)).outcome())
        .isEqualTo(StoreReply.Outcome.DONE);
  }

  @Test
  void logsInWithAPasswordAndAsAUser() {
    try (RedisProcess redis =
        RedisConfig.with("user some%one on >p@ss:w/ord ~* +@all").password("s3cret").start()) {
      try (RedisQuotaStore store = storeAs(":s3cret", redis)) {
        assertDoesEverything(store);
      }
      try (RedisQuotaStore store = storeAs("some%25one:p%40ss:w%2Ford", redis)) {
        assertDoesEverything(store);
      }
    }
  }

  @Test
  void needsNoMoreThanTheseRights() {
    try (RedisProcess redis = RedisConfig.with().password("s3cret").start()) {
      grant(redis, LEAST);
      try (RedisQuotaStore store = storeAs("quota:p", redis)) {
        assertDoesEverything(store);
        assertThat(store.health().detail()).isEqualTo("Answering; 0 calls wait.");
      }
    }
  }

  private static void grant(RedisProcess redis, String rights) {
    List<String> command = new ArrayList<>(List.of("ACL", "SETUSER", "quota", "on", ">p"));
    command.addAll(Arrays.asList(rights.split(" ")));
    redis.command(command.toArray(String[]::new));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "~q{*",
        "+evalsha",
        "+script|load",
        "+time",
        "+get",
        "+set",
        "+pttl",
        "+del",
        "+expire",
        "+zadd",
        "+zcount",
        "+zrangebyscore",
        "+zrem",
        "+zscore",
        "+ping",
        "+client|setname"
      })
  void saysWhereToLookWhenOneOfThemIsMissing(String missing) {
    try (RedisProcess redis = RedisConfig.with().password("s3cret").start()) {
      grant(redis, LEAST.replace(missing, "").replace("  ", " ").strip());
      try (RedisQuotaStore store = storeAs("quota:p", redis)) {
        Eventually.within(
            PATIENCE,
            () -> store.health().detail(),
            () ->
                store
                    .health()
                    .detail()
                    .endsWith(" s: the ACL of this user lacks a permission; ACL LOG names it."));
        assertThatThrownBy(() -> store.execute(units.take(1)))
            .isInstanceOf(QuotaStoreException.class)
            .hasMessageContaining("ACL LOG");
        assertThat("" + redis.command("ACL", "LOG")).contains("username, quota");
        // Without a restart, once somebody has granted it.
        grant(redis, LEAST);
        assertDoesEverything(store);
      }
    }
  }

  @Test
  void speaksTlsThroughAClientThatTrustsTheServerAndWithNobodyElse() throws Exception {
    TestTls.assumeRedisSpeaksTls();
    try (TestTls tls = TestTls.create();
        RedisProcess redis = RedisConfig.with().tls(tls).start()) {
      URL trusted = tls.trustStore().toUri().toURL();
      RedissonClient client =
          PlainRedisson.to(
              redis.address(),
              config ->
                  config.setSslTruststore(trusted).setSslTruststorePassword(TestTls.PASSWORD));
      try (RedisQuotaStore store = patient(RedisQuotaStore.builder(client)).build()) {
        assertDoesEverything(store);
      } finally {
        PlainRedisson.close(client);
      }
      // The JVM's own trust store does not know that authority.
      try (RedisQuotaStore distrusting =
          patient(RedisQuotaStore.builder(redis.address())).build()) {
        assertThat(history.take(distrusting, units.take(1))).isEqualTo(Outcome.FAILED_NO);
        assertThat(distrusting.health().detail()).endsWith(" s: there is no connection to Redis.");
      }
    }
  }
}
