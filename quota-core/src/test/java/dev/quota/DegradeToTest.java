package dev.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quota.policy.OnStoreFailure;
import dev.quota.policy.Plan;
import dev.quota.policy.Policies;
import dev.quota.policy.QuotaPolicy;
import dev.quota.policy.QuotaPolicyBuilder;
import dev.quota.policy.WhenExhausted;
import dev.quota.spi.FailingStore;
import dev.quota.store.ManualClock;
import java.util.List;
import org.junit.jupiter.api.Test;

class DegradeToTest {

  /** Returns the API of an engine that this suite tests. */
  EngineApi api(Quotas quotas) {
    return EngineApi.blocking(quotas);
  }

  private static final Subject ALICE = Subject.user("alice");

  private final ManualClock clock = ManualClock.at("2026-11-23T14:59:30Z");
  private final FailingStore store = new FailingStore(clock);
  private final Heard heard = new Heard();
  private final EngineApi quotas =
      api(
          Quotas.builder()
              .store(store)
              .clock(clock)
              .policy(large().build())
              .policy(small().build())
              .listener(heard)
              .build());

  private static QuotaPolicyBuilder large() {
    return QuotaPolicy.builder("large")
        .limit("daily", "3 per calendar day")
        .whenExhausted(WhenExhausted.DEGRADE)
        .degradeTo("small");
  }

  private static QuotaPolicyBuilder small() {
    return QuotaPolicy.builder("small").limit("hourly", "5 per hour");
  }

  private long used(String quota) {
    return quotas.states(ALICE, List.of(quota)).quotas().get(0).primary().used().orElseThrow();
  }

  private void spend() {
    quotas.charge(ALICE, "large", 3);
    heard.clear();
    store.commands().clear();
  }

  @Test
  void whatFitsChargesTheQuotaItselfInOneCommand() {
    Decision decision = quotas.charge(ALICE, "large", 3);
    assertThat(((Decision.Allowed) decision).isDegraded()).isFalse();
    assertThat(store.commands()).hasSize(1);
    assertThat(used("small")).isZero();
  }

  @Test
  void theOtherQuotaIsChargedWhereItIsShort() {
    spend();

    Decision.Allowed decision = (Decision.Allowed) quotas.charge(ALICE, "large", 2);

    assertThat(decision.isDegraded()).isTrue();
    assertThat(used("large")).isEqualTo(3);
    assertThat(used("small")).isEqualTo(2);
    assertThat(decision.states().quotas())
        .extracting(QuotaState::name)
        .containsExactly("large", "small");
    assertThat(decision.states().quotas().get(0).level()).isEqualTo(Level.DEGRADED);
    assertThat(heard.events).containsExactly("allowed large 0", "allowed small 2");
  }

  @Test
  void givingBackReturnsWhatTheOtherQuotaTook() {
    spend();
    Decision.Allowed decision = (Decision.Allowed) quotas.charge(ALICE, "large", 2);
    assertThat(quotas.refund(decision.receipt())).isTrue();
    assertThat(used("small")).isZero();
    assertThat(used("large")).isEqualTo(3);
  }

  @Test
  void theOtherQuotaRefusesLikeAnyOther() {
    spend();
    quotas.charge(ALICE, "small", 5);
    heard.clear();

    Decision decision = quotas.charge(ALICE, "large", 2);

    assertThat(decision).isInstanceOf(Decision.Denied.class);
    assertThat(decision.states().binding().name()).isEqualTo("small");
    assertThat(used("small")).isEqualTo(5);
    assertThat(heard.events).containsExactly("denied small");
  }

  @Test
  void aQuestionLooksAtTheOtherQuotaToo() {
    spend();
    assertThat(quotas.check(ALICE, "large", 2).quotas()).hasSize(1);
    assertThat(quotas.check(ALICE, "large", 2).quotas().get(0).allowed()).isTrue();

    quotas.charge(ALICE, "small", 5);

    QuotaState state = quotas.check(ALICE, "large", 2).quotas().get(0);
    assertThat(state.allowed()).isFalse();
    assertThat(state.blockedBy()).isNotEmpty();
  }

  @Test
  void aReservationIsHeldOfTheOtherQuota() {
    spend();
    Reservation reservation = quotas.reserve(ALICE, "large", 2);
    assertThat(reservation.isDegraded()).isTrue();
    assertThat(reservation.quota()).isEqualTo("small");
    assertThat(reservation.settle(4).charged()).isEqualTo(4);
    assertThat(used("small")).isEqualTo(4);
    assertThat(used("large")).isEqualTo(3);
  }

  @Test
  void bothAtOnceAreAddedUp() {
    spend();
    quotas.charge(ALICE, List.of(new Charge("large", 2), new Charge("small", 1)));
    assertThat(used("small")).isEqualTo(3);
  }

  @Test
  void freeWorkStaysOpenWhereBothAreSpent() {
    spend();
    quotas.charge(ALICE, "small", 5);
    assertThat(quotas.charge(ALICE, "large", 0).isAllowed()).isTrue();
  }

  @Test
  void aPlanWithoutTheQuotaGetsTheOther() {
    try (EngineApi other =
        api(
            Quotas.builder()
                .clock(clock)
                .policy(large().limit("monthly", "0 per calendar month").build())
                .policy(small().build())
                .build())) {
      Decision.Allowed decision = (Decision.Allowed) other.charge(ALICE, "large", 2);
      assertThat(decision.isDegraded()).isTrue();
      assertThat(decision.states().quota("small").orElseThrow().primary().used()).hasValue(2);
    }
  }

  @Test
  void aPlanWithoutTheOtherQuotaIsRefused() {
    Policies policies =
        Policies.builder()
            .plan(Plan.of("free"))
            .plan(Plan.of("pro"))
            .quota(large().build())
            .quota(small().planCapacity("free", "hourly", 0).build())
            .build();
    try (EngineApi plans = api(Quotas.builder().clock(clock).policies(policies).build())) {
      Subject pro = Subject.builder(Subject.Kind.USER, "pro").plan("pro").build();
      for (Subject subject : List.of(ALICE, pro)) {
        plans.charge(subject, "large", 3);
      }
      Decision refused = plans.charge(ALICE, "large", 1);
      assertThat(refused).isInstanceOf(Decision.Denied.class);
      assertThat(refused.states().binding().name()).isEqualTo("large");
      assertThat(refused.states().binding().level()).isEqualTo(Level.EXHAUSTED);
      assertThat(((Decision.Allowed) plans.charge(pro, "large", 1)).isDegraded()).isTrue();
    }
  }

  @Test
  void whatThisNodeCountsAloneDegradesToo() {
    try (EngineApi alone =
        api(
            Quotas.builder()
                .store(store)
                .clock(clock)
                .policy(large().onStoreFailure(OnStoreFailure.LOCAL).build())
                .policy(small().onStoreFailure(OnStoreFailure.LOCAL).build())
                .build())) {
      store.goAway();
      assertThat(((Decision.Allowed) alone.charge(ALICE, "large", 3)).isDegraded()).isFalse();
      assertThat(((Decision.Allowed) alone.charge(ALICE, "large", 3)).isDegraded()).isTrue();
      assertThat(alone.charge(ALICE, "large", 3).isAllowed()).isFalse();
    }
  }

  @Test
  void unknownTargetsAndChainsAreMistakes() {
    assertThatThrownBy(() -> Policies.builder().quota(large().build()).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("quota large degrades to the unknown quota \"small\"; the quotas are [large]");
    QuotaPolicy chain = small().whenExhausted(WhenExhausted.DEGRADE).degradeTo("large").build();
    assertThatThrownBy(() -> Policies.builder().quota(large().build()).quota(chain).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("which degrades to");
    assertThatThrownBy(() -> large().degradeTo("large").build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("itself");
  }
}
