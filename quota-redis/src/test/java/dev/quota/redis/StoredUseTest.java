package dev.quota.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.GrantRequest;
import dev.quota.Quotas;
import dev.quota.Subject;
import dev.quota.policy.LimitPolicy;
import dev.quota.policy.Mode;
import dev.quota.policy.QuotaPolicy;
import dev.quota.policy.QuotaPolicyBuilder;
import dev.quota.policy.Scope;
import dev.quota.redis.StoredUse.Above;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** How many people stand above a smaller capacity. */
final class StoredUseTest extends OnRedis {

  private static final QuotaPolicy CHAT =
      QuotaPolicy.builder("chat")
          .limit("burst", "1000 per minute")
          .limit("monthly", "100 per calendar month in UTC")
          .limit("all", "900 per calendar month in UTC per org")
          .limit(LimitPolicy.of("tried", "100 per calendar month in UTC").withMode(Mode.SHADOW))
          .build();

  private final StoredUse use = StoredUse.connect(redis.address(), "q");

  private static LimitPolicy limit(QuotaPolicy policy, String name) {
    return policy.limits().stream().filter(it -> it.name().equals(name)).findFirst().orElseThrow();
  }

  private Above above(QuotaPolicy policy, String name, long units) {
    return use.above(policy, limit(policy, name), units).orElseThrow();
  }

  private Quotas engine(QuotaPolicy... policies) {
    var builder = Quotas.builder().store(store(it -> it));
    for (QuotaPolicy policy : policies) {
      builder.policy(policy);
    }
    return builder.build();
  }

  @Test
  void countsWhoIsAboveInTheirPresentWindow() {
    QuotaPolicy other =
        QuotaPolicy.builder("chats").limit("monthly", "9 per calendar month").build();
    Quotas quotas = engine(CHAT, other);
    for (int i = 1; i <= 50; i++) {
      Subject person =
          Subject.user("person-" + i).toBuilder().group(Scope.ORG, "org-" + i % 3).build();
      assertThat(quotas.charge(person, "chat", i).isAllowed()).isTrue();
      quotas.charge(person, "chats", 1);
    }
    assertThat(above(CHAT, "monthly", 40)).isEqualTo(new Above(50, 10, 0));
    assertThat(above(CHAT, "monthly", 50)).isEqualTo(new Above(50, 0, 0));
    assertThat(above(CHAT, "monthly", 0)).isEqualTo(new Above(50, 50, 0));
    assertThat(above(CHAT, "tried", 45)).isEqualTo(new Above(50, 5, 0));
    assertThat(above(CHAT, "all", 400)).isEqualTo(new Above(3, 3, 0));
    assertThat(above(CHAT, "all", 600)).isEqualTo(new Above(3, 0, 0));
    assertThat(use.above(CHAT, limit(CHAT, "burst"), 1)).isEmpty();
    use.close();
  }

  @Test
  void aWindowThatHasEndedIsNotCounted() {
    QuotaPolicy daily = QuotaPolicy.builder("chat").limit("daily", "9 per calendar day").build();
    clock.set(Instant.ofEpochMilli(redisMillis()).minus(Duration.ofDays(3)));
    Quotas before = Quotas.builder().store(store()).policy(daily).build();
    before.charge(Subject.user("alice"), "chat", 5);
    assertThat(above(daily, "daily", 1)).isEqualTo(new Above(0, 0, 0));
    use.close();
  }

  @Test
  void aQuotaWithManyLimitsIsReadToo() {
    QuotaPolicyBuilder many = QuotaPolicy.builder("chat");
    for (int i = 0; i < 24; i++) {
      many.limit("limit-" + i, (100 + i) + " per calendar month");
    }
    many.limit("slow", "1000 per hour");
    QuotaPolicy policy = many.build();
    Quotas quotas = engine(policy);
    quotas.charge(Subject.user("alice"), "chat", 30);
    quotas.charge(Subject.user("bob"), "chat", 10);
    assertThat(above(policy, "limit-23", 20)).isEqualTo(new Above(2, 1, 0));
    use.close();
  }

  @Test
  void aValueOfAnotherFormIsSaidToBeUnread() {
    QuotaPolicy policy =
        QuotaPolicy.builder("chat").limit("monthly", "9 per calendar month").build();
    Quotas quotas = engine(policy);
    Subject alice = Subject.user("alice");
    quotas.charge(alice, "chat", 5);
    quotas.grant(
        GrantRequest.builder(alice, "chat", 5)
            .reason("a test")
            .operationId("one")
            .expiresAt(Instant.ofEpochMilli(redisMillis()).plus(Duration.ofHours(1)))
            .build());
    Above above = above(policy, "monthly", 3);
    assertThat(above.above() + above.unread()).isEqualTo(1);
    use.close();
  }
}
