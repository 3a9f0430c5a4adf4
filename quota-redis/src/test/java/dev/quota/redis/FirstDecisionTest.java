package dev.quota.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.Decision;
import dev.quota.Quotas;
import dev.quota.Reservation;
import dev.quota.Subject;
import dev.quota.policy.QuotaPolicy;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The first decision of a process that has loaded nothing yet, by an engine without a filter. */
@Timeout(300)
final class FirstDecisionTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int PROCESSES = 10;

  private static QuotaPolicy chat() {
    return QuotaPolicy.builder("chat")
        .limit("burst", "10 per minute")
        .limit("daily", "50 per calendar day")
        .limit("at-once", "2 at once")
        .build();
  }

  /** Makes an engine, and with it one charge and one reservation. */
  static final class Cold {
    private Cold() {}

    public static void main(String[] arguments) {
      RedisQuotaStoreBuilder store =
          RedisQuotaStore.builder(arguments[0]).timeBudget(Duration.ofMillis(50));
      try (Quotas quotas = Quotas.builder().policy(chat()).store(store.build()).build()) {
        Decision first = quotas.charge(Subject.user("alice"), "chat", 1);
        System.out.println(first instanceof Decision.Allowed);
        try (Reservation reserved = quotas.reserve(Subject.user("bob"), "chat", 5)) {
          System.out.println(reserved.isAllowed());
        }
      }
    }
  }

  @Test
  void isNeverRefused() {
    try (RedisProcess redis = RedisProcess.start()) {
      for (int i = 0; i < PROCESSES; i++) {
        redis.command("FLUSHALL");
        redis.command("SCRIPT", "FLUSH");
        try (ChildJvm child = ChildJvm.start(Cold.class, redis.address())) {
          child.awaitLine("true", PATIENCE);
          child.awaitLine("true", PATIENCE);
        }
      }
    }
  }

  @Test
  void buildingLoadsTheScriptsThatDecisionsNeed() {
    try (RedisProcess redis = RedisProcess.start();
        RedisQuotaStore store = RedisQuotaStore.connect(redis.address());
        Quotas quotas = Quotas.builder().policy(chat()).store(store).build()) {
      assertThat(redis.databaseSize()).as("nothing is left behind").isZero();
      long loads = loads(redis);
      assertThat(loads).isPositive();

      assertThat(quotas.charge(Subject.user("alice"), "chat", 1))
          .isInstanceOf(Decision.Allowed.class);
      quotas.reserve(Subject.user("bob"), "chat", 5).close();

      assertThat(loads(redis)).isEqualTo(loads);
    }
  }

  private static long loads(RedisProcess redis) {
    return redis.calls("script") + redis.calls("script|load");
  }

  @Test
  void anEngineIsBuiltWhileRedisIsAway() {
    RedisQuotaStoreBuilder nowhere =
        RedisQuotaStore.builder("redis://127.0.0.1:" + FreePort.next()).startUpWait(Duration.ZERO);
    try (Quotas quotas = Quotas.builder().policy(chat()).store(nowhere.build()).build()) {
      assertThat(quotas.charge(Subject.user("alice"), "chat", 1))
          .isInstanceOf(Decision.Unavailable.class);
    }
  }
}
