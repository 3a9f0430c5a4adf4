package dev.quota.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.Charge;
import dev.quota.Decision;
import dev.quota.GrantRequest;
import dev.quota.Idempotency;
import dev.quota.Quotas;
import dev.quota.Receipt;
import dev.quota.Reservation;
import dev.quota.Subject;
import dev.quota.policy.QuotaPolicy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Nothing in Redis is what somebody without the secret can compute of an id that they guess. */
final class SecretTest extends OnRedis {

  private static final Subject ALICE = Subject.user("alice");
  private static final Idempotency ONCE = new Idempotency("POST /chat 1", Duration.ofHours(1));

  private static QuotaPolicy chat() {
    return QuotaPolicy.builder("chat")
        .limit("daily", "50 per calendar day")
        .limit("at-once", "5 at once")
        .build();
  }

  /** Does all that leaves an operation in Redis, and returns the names of all keys. */
  private Set<String> names(String secret) {
    redis.command("FLUSHALL");
    RedisQuotaStore store =
        store(builder -> builder.secret(secret.getBytes(StandardCharsets.UTF_8)));
    try (Quotas quotas = Quotas.builder().policy(chat()).store(store).build()) {
      Decision decision = quotas.charge(ALICE, List.of(new Charge("chat", 1)), ONCE);
      assertThat(decision).isInstanceOf(Decision.Allowed.class);
      quotas.grant(
          GrantRequest.builder(ALICE, "chat", 5)
              .reason("sorry")
              .expiresAt(Instant.now().plusSeconds(3_600))
              .operationId("ticket-1")
              .build());
      Reservation open = quotas.reserve(ALICE, "chat", 1);
      assertThat(open.isAllowed()).isTrue();
      Set<String> names = new HashSet<>();
      for (Object name : (List<?>) redis.command("KEYS", "*")) {
        names.add(((String) name).replaceAll("\\{.*?}", "{}"));
      }
      assertThat(names).hasSizeGreaterThanOrEqualTo(4);
      return names;
    }
  }

  @Test
  void anotherSecretChangesTheNameOfEveryOperation() {
    Set<String> one = names("a secret of 16 bytes");
    Set<String> other = names("another one of some bytes");
    // Neither the count nor the permits of a key are named by an operation.
    one.removeIf(name -> !name.contains(":") || name.endsWith(":p"));

    assertThat(one).hasSize(3);
    assertThat(other).doesNotContainAnyElementsOf(one);
    assertThat(one).allMatch(name -> name.matches("q\\{}chat:[og]:~[A-Za-z0-9_-]{43}"));
  }

  @Test
  void settlingFindsWhatWasReservedUnderTheSecret() {
    RedisQuotaStore store =
        store(builder -> builder.secret("0123456789abcdef".getBytes(StandardCharsets.UTF_8)));
    try (Quotas quotas = Quotas.builder().policy(chat()).store(store).build()) {
      Reservation open = quotas.reserve(ALICE, "chat", 10);
      assertThat(open.settle(3).states().quotas().get(0).limits().get(0).used().orElseThrow())
          .isEqualTo(3);
      Decision first = quotas.charge(ALICE, List.of(new Charge("chat", 1)), ONCE);
      Decision again = quotas.charge(ALICE, List.of(new Charge("chat", 1)), ONCE);
      assertThat(((Decision.Allowed) again).isRepetition()).isTrue();
      Receipt receipt = ((Decision.Allowed) first).receipt();
      assertThat(quotas.refund(receipt)).isTrue();
    }
  }
}
