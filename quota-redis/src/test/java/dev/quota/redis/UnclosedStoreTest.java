package dev.quota.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.Quotas;
import dev.quota.Subject;
import dev.quota.policy.QuotaPolicy;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A JVM whose application never closes the store ends with its last thread. */
@Timeout(120)
final class UnclosedStoreTest {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** Charges once, reserves, and ends without closing anything. */
  static final class Forgetful {
    private Forgetful() {}

    public static void main(String[] arguments) {
      Quotas quotas =
          Quotas.builder()
              .policy(QuotaPolicy.builder("chat").limit("daily", "50 per calendar day").build())
              .policy(
                  QuotaPolicy.builder("tokens")
                      .limit("daily", "50 per calendar day")
                      .limit("running", "2 at once")
                      .build())
              .store(RedisQuotaStore.connect(arguments[0]))
              .build();
      Subject alice = Subject.user("alice");
      System.out.println(quotas.charge(alice, "chat", 1).isAllowed());
      System.out.println(quotas.reserve(alice, "tokens", 10).isAllowed());
    }
  }

  @Test
  void endsThoughNobodyClosesTheStore() {
    try (RedisProcess redis = RedisProcess.start();
        ChildJvm child = ChildJvm.start(Forgetful.class, redis.address())) {
      child.awaitLine("true", PATIENCE);
      child.awaitLine("true", PATIENCE);
      assertThat(child.end(PATIENCE)).isZero();
      assertThat(child.errors()).doesNotContain("Exception");
    }
  }

  @Test
  void endsAlsoWhileRedisIsAway() {
    String nobody = "redis://127.0.0.1:" + FreePort.next();
    try (ChildJvm child = ChildJvm.start(Forgetful.class, nobody)) {
      child.awaitLine("false", PATIENCE);
      child.awaitLine("false", PATIENCE);
      assertThat(child.end(PATIENCE)).isZero();
    }
  }
}
