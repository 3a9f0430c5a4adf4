package dev.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quota.policy.QuotaPolicy;
import dev.quota.spi.FailingStore;
import dev.quota.store.Accuracy;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the first request of a conversation took, counted on the conversation alone. */
class ConversationChargeTest {

  /** Returns the API of an engine that this suite tests. */
  EngineApi api(Quotas quotas) {
    return EngineApi.blocking(quotas);
  }

  private static final Subject ALICE = in("run-1");

  private final AtomicLong now = new AtomicLong(1_764_000_000_000L);
  private final FailingStore store = new FailingStore(now::get);
  private final EngineApi quotas =
      api(
          Quotas.builder()
              .policy(
                  QuotaPolicy.builder("tokens")
                      .limit("daily", "1000 per calendar day")
                      .limit("run", "100 per conversation")
                      .limit("steps", "3 calls per conversation")
                      .build())
              .policy(QuotaPolicy.builder("chat").limit("daily", "10 per calendar day").build())
              .clock(now::get)
              .store(store)
              .build());

  private static Subject in(String conversation) {
    return Subject.builder(Subject.Kind.USER, "alice").conversation(conversation).build();
  }

  @AfterEach
  void close() {
    quotas.close();
  }

  private List<Long> used(Subject subject) {
    return quotas.states(subject).quota("tokens").orElseThrow().limits().stream()
        .map(limit -> limit.used().orElseThrow())
        .toList();
  }

  @Test
  void itCountsOnTheConversationAloneAndOnce() {
    for (int i = 0; i < 3; i++) {
      assertThat(quotas.chargeConversation(ALICE, new Charge("tokens", 40)).isAllowed()).isTrue();
    }
    assertThat(used(ALICE)).containsExactly(0L, 40L, 1L);
    assertThat(used(in("run-2"))).containsExactly(0L, 0L, 0L);
    assertThat(quotas.charge(ALICE, "tokens", 61).isAllowed()).isFalse();
    assertThat(quotas.charge(ALICE, "tokens", 60).isAllowed()).isTrue();
  }

  @Test
  void whatWasTakenCountsAlsoWhereItDoesNotFit() {
    quotas.charge(ALICE, "tokens", 90);
    assertThat(quotas.chargeConversation(ALICE, new Charge("tokens", 40)).isAllowed()).isTrue();
    assertThat(used(ALICE)).containsExactly(90L, 130L, 2L);
  }

  @Test
  void itIsOnceAlsoForAnotherSubjectOfTheConversation() {
    Subject bob = Subject.builder(Subject.Kind.USER, "bob").conversation("run-1").build();
    quotas.chargeConversation(ALICE, new Charge("tokens", 40));
    quotas.chargeConversation(bob, new Charge("tokens", 40));
    assertThat(used(ALICE)).containsExactly(0L, 40L, 1L);
  }

  @Test
  void itComesBack() {
    Decision.Allowed counted =
        (Decision.Allowed) quotas.chargeConversation(ALICE, new Charge("tokens", 40));
    assertThat(quotas.refund(counted.receipt())).isTrue();
    assertThat(used(ALICE)).containsExactly(0L, 0L, 0L);
  }

  private QuotaState extend(Subject subject, String limit, long units) {
    return quotas.grant(
        GrantRequest.builder(subject, "tokens", units)
            .limit(limit)
            .reason("the report is not finished")
            .expiresAt(Instant.ofEpochMilli(now.get()).plus(Duration.ofDays(1)))
            .operationId("extend-" + limit)
            .build());
  }

  @Test
  void whatReachedItsLimitGoesOnWhereItStoppedAfterAGrant() {
    assertThat(quotas.charge(ALICE, "tokens", 100).isAllowed()).isTrue();
    assertThat(quotas.charge(ALICE, "tokens", 1).isAllowed()).isFalse();

    QuotaState state = extend(ALICE, "run", 50);

    assertThat(state.limits().get(1).granted()).hasValue(50);
    assertThat(quotas.charge(ALICE, "tokens", 51).isAllowed()).isFalse();
    assertThat(quotas.charge(ALICE, "tokens", 50).isAllowed()).isTrue();
    assertThat(used(in("run-2"))).as("another conversation").containsExactly(150L, 0L, 0L);
    assertThat(quotas.charge(in("run-2"), "tokens", 101).isAllowed()).isFalse();
  }

  @Test
  void whatWasPassedOnTooOftenGoesOnAfterAGrantOfCalls() {
    for (int i = 0; i < 3; i++) {
      assertThat(quotas.charge(ALICE, "tokens", 1).isAllowed()).isTrue();
    }
    assertThat(quotas.charge(ALICE, "tokens", 1).isAllowed()).isFalse();

    extend(ALICE, "steps", 2);

    assertThat(quotas.charge(ALICE, "tokens", 1).isAllowed()).isTrue();
    assertThat(quotas.charge(ALICE, "tokens", 1).isAllowed()).isTrue();
    assertThat(quotas.charge(ALICE, "tokens", 1).isAllowed()).isFalse();
  }

  @Test
  void onlyASubjectThatNamesAConversationCanBeGrantedMoreOfIt() {
    assertThatThrownBy(() -> extend(Subject.user("alice"), "run", 50))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the conversation that the subject names");
  }

  @Test
  void aQuotaWithoutLimitsOnConversationsCountsNothing() {
    assertThat(quotas.chargeConversation(ALICE, new Charge("chat", 40)).isAllowed()).isTrue();
    assertThat(quotas.states(ALICE).quota("chat").orElseThrow().primary().used()).hasValue(0);
  }

  @Test
  void whileTheStoreIsAwayItDoesNotSayThatItCounted() {
    store.goAway();
    Decision away = quotas.chargeConversation(ALICE, new Charge("tokens", 40));
    assertThat(away.states().quotas().get(0).accuracy()).isNotEqualTo(Accuracy.EXACT);
    store.comeBack();
    assertThat(quotas.chargeConversation(ALICE, new Charge("tokens", 40)).isAllowed()).isTrue();
    assertThat(used(ALICE)).containsExactly(0L, 40L, 1L);
  }

  @Test
  void misuseIsRefused() {
    assertThatThrownBy(
            () -> quotas.chargeConversation(Subject.user("alice"), new Charge("tokens", 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("subject must take part in a conversation");
    assertThatThrownBy(() -> quotas.chargeConversation(ALICE, new Charge("unknown", 1)))
        .isInstanceOf(UnknownQuotaException.class);
  }
}
