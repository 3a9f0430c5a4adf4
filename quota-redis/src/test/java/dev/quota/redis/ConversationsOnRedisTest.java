package dev.quota.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.Charge;
import dev.quota.Decision;
import dev.quota.Quotas;
import dev.quota.Subject;
import dev.quota.policy.QuotaPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the first request of a conversation took, counted by several nodes on Redis. */
final class ConversationsOnRedisTest extends OnRedis {

  private final List<Quotas> engines = new ArrayList<>();

  private Quotas node() {
    Quotas quotas =
        Quotas.builder()
            .store(RedisQuotaStore.builder(redis.address()).timeBudget(PATIENCE).build())
            .policy(
                QuotaPolicy.builder("tokens")
                    .limit("daily", "1000000 per calendar day")
                    .limit("run", "100 per conversation")
                    .limit("steps", "3 calls per conversation")
                    .build())
            .build();
    engines.add(quotas);
    return quotas;
  }

  @AfterEach
  void closeEngines() {
    engines.forEach(Quotas::close);
  }

  private static Subject in(String conversation) {
    return Subject.builder(Subject.Kind.USER, "alice").conversation(conversation).build();
  }

  private static List<Long> used(Quotas quotas, Subject subject) {
    return quotas.states(subject).quotas().get(0).limits().stream()
        .map(limit -> limit.used().orElseThrow())
        .toList();
  }

  @Test
  void itCountsOnceHoweverManyNodesBringIt() {
    List<Quotas> nodes = List.of(node(), node());
    boolean allAllowed =
        IntStream.range(0, 40)
            .parallel()
            .mapToObj(i -> nodes.get(i % 2))
            .map(node -> node.chargeConversation(in("run-1"), new Charge("tokens", 140)))
            .allMatch(Decision::isAllowed);
    assertThat(allAllowed).isTrue();
    assertThat(used(nodes.get(0), in("run-1"))).containsExactly(0L, 140L, 1L);
  }

  @Test
  void whatCameBackIsNotCounted() {
    Quotas quotas = node();
    Decision.Allowed counted =
        (Decision.Allowed) quotas.chargeConversation(in("run-1"), new Charge("tokens", 40));
    assertThat(quotas.refund(counted.receipt())).isTrue();
    assertThat(used(quotas, in("run-1"))).containsExactly(0L, 0L, 0L);
  }
}
