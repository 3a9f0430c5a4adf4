package dev.quota.http.internal.header;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.Decision;
import dev.quota.Quotas;
import dev.quota.Subject;
import dev.quota.policy.QuotaPolicy;
import dev.quota.policy.QuotaPolicyBuilder;
import dev.quota.policy.Scope;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.PriorityQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RetryAdviceTest {

  private static final Instant START = Instant.parse("2026-11-23T14:59:30Z");
  private static final Subject ALICE = Subject.user("alice");

  private final AtomicLong nowMillis = new AtomicLong(START.toEpochMilli());
  private final RetryAdvice advice = new RetryAdvice(Optional.of(Duration.ofSeconds(60)));
  private Quotas quotas = engine(QuotaPolicy.builder("chat").limit("burst", "10 per minute"));

  private Quotas engine(QuotaPolicyBuilder policy) {
    return Quotas.builder().policy(policy.build()).clock(nowMillis::get).build();
  }

  @AfterEach
  void close() {
    quotas.close();
  }

  private long refused(Subject subject, long cost) {
    Decision decision = quotas.charge(subject, "chat", cost);
    assertThat(decision.isAllowed()).isFalse();
    return advice.seconds(decision).orElseThrow();
  }

  /** A client that asks again as it was told, three times at the most, as many clients do. */
  private record Client(long atMillis, int tries) {}

  @Test
  void clientsThatAreRefusedTogetherAllSucceedWhenTheyComeBackAsTold() {
    quotas.charge(ALICE, "chat", 10);
    PriorityQueue<Client> clients = new PriorityQueue<>(Comparator.comparing(Client::atMillis));
    long start = nowMillis.get();
    for (int i = 0; i < 8; i++) {
      clients.add(new Client(start + i * 20L, 1));
    }
    int requests = 0;
    int successes = 0;
    while (!clients.isEmpty()) {
      Client client = clients.remove();
      nowMillis.set(client.atMillis());
      Decision decision = quotas.charge(ALICE, "chat", 1);
      requests++;
      if (decision.isAllowed()) {
        successes++;
      } else if (client.tries() < 3) {
        long waitMillis = 1_000 * advice.seconds(decision).orElseThrow();
        clients.add(new Client(client.atMillis() + waitMillis, client.tries() + 1));
      }
    }
    assertThat(successes).as("of 8 that sent %d requests", requests).isEqualTo(8);
    assertThat(requests).isEqualTo(16);
  }

  @Test
  void theFirstIsToldTheTruthAndNobodyLess() {
    quotas.charge(ALICE, "chat", 10);
    assertThat(refused(ALICE, 1)).isEqualTo(6);
    for (int i = 0; i < 100; i++) {
      assertThat(refused(ALICE, 1)).isBetween(6L, 60L);
    }
    nowMillis.addAndGet(120_000);
    quotas.charge(ALICE, "chat", 10);
    assertThat(refused(ALICE, 1)).as("whoever waited is gone").isEqualTo(6);
  }

  @Test
  void aCostOfSeveralUnitsTakesAsLongAsItNeeds() {
    quotas.charge(ALICE, "chat", 10);
    assertThat(refused(ALICE, 3)).isEqualTo(18);
    assertThat(refused(ALICE, 3)).isEqualTo(36);
  }

  @Test
  void peopleWithLimitsOfTheirOwnDoNotWaitForEachOther() {
    quotas.charge(ALICE, "chat", 10);
    quotas.charge(Subject.user("bob"), "chat", 10);
    assertThat(refused(ALICE, 1)).isEqualTo(6);
    assertThat(refused(Subject.user("bob"), 1)).isEqualTo(6);
  }

  @Test
  void thoseWhoShareALimitWaitInTurn() {
    quotas.close();
    quotas = engine(QuotaPolicy.builder("chat").scope(Scope.TEAM).limit("burst", "10 per minute"));
    Subject ann = Subject.builder(Subject.Kind.USER, "ann").group(Scope.TEAM, "blue").build();
    Subject ben = Subject.builder(Subject.Kind.USER, "ben").group(Scope.TEAM, "blue").build();
    quotas.charge(ann, "chat", 10);
    assertThat(refused(ann, 1)).isEqualTo(6);
    assertThat(refused(ben, 1)).isEqualTo(12);
  }

  @Test
  void aBudgetIsBackForEverybodyAtTheSameMoment() {
    quotas.close();
    quotas = engine(QuotaPolicy.builder("chat").limit("daily", "10 per calendar day"));
    quotas.charge(ALICE, "chat", 10);
    assertThat(refused(ALICE, 1)).isEqualTo(refused(ALICE, 1));
  }

  @Test
  void aWaitAboveTheCeilingIsNotInTheHeader() {
    assertThat(advice.header(OptionalLong.of(60))).hasValue(60);
    assertThat(advice.header(OptionalLong.of(61))).isEmpty();
    assertThat(advice.header(OptionalLong.empty())).isEmpty();
    assertThat(new RetryAdvice(Optional.empty()).header(OptionalLong.of(16_335))).hasValue(16_335);
  }
}
