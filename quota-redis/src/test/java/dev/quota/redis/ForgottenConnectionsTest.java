package dev.quota.redis;

import dev.quota.redis.History.Outcome;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Connections that a firewall has forgotten: nobody is told, and new ones work. */
@Timeout(300)
@Tag("topology")
final class ForgottenConnectionsTest {

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** Ten times what it takes; without pings Redisson took 40 seconds and more. */
  private static final Duration RECOVERY = Duration.ofSeconds(100);

  private final MonthlyUnits units = MonthlyUnits.of("forgotten");
  private final History history = new History();

  private boolean grants(RedisQuotaStore store) {
    return history.take(store, units.take(1)) == Outcome.GRANTED;
  }

  @Test
  void areReplacedWhileCallersAsk() {
    try (RedisProcess redis = RedisProcess.start();
        TcpProxy proxy = TcpProxy.to(redis);
        RedisQuotaStore store = RedisQuotaStore.builder(proxy.address()).build()) {
      Eventually.within(PATIENCE, "granted", () -> grants(store));
      proxy.forget();
      long forgotten = System.nanoTime();
      Eventually.within(RECOVERY, () -> "granted: " + store.health(), () -> grants(store));
      System.out.printf(
          "granted %d ms after the connections were forgotten%n",
          (System.nanoTime() - forgotten) / 1_000_000);
      Eventually.within(PATIENCE, "well", () -> store.health().available());
      history.check().usedIs(units.used(redis));
    }
  }

  @Test
  void areReplacedBeforeAnybodyAsks() {
    try (RedisProcess redis = RedisProcess.start();
        TcpProxy proxy = TcpProxy.to(redis);
        RedisQuotaStore store = RedisQuotaStore.builder(proxy.address()).build()) {
      Eventually.within(PATIENCE, "granted", () -> grants(store));
      long before = proxy.accepted();
      proxy.forget();
      Eventually.within(RECOVERY, "all are replaced", () -> proxy.accepted() >= before + 8);
      Eventually.within(RECOVERY, () -> "granted: " + store.health(), () -> grants(store));
      history.check().usedIs(units.used(redis));
    }
  }
}
