package dev.quota;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.policy.Plan;
import dev.quota.policy.Policies;
import dev.quota.policy.QuotaPolicy;
import dev.quota.policy.QuotaPolicyBuilder;
import dev.quota.policy.WhenExhausted;
import dev.quota.store.ManualClock;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** What an engine says of calls that run in a reduced form, and until when. */
class DegradationTest {

  /** Returns the API of an engine that this suite tests. */
  EngineApi api(Quotas quotas) {
    return EngineApi.blocking(quotas);
  }

  private static final Subject ALICE = Subject.user("alice");

  private final ManualClock clock = ManualClock.at("2026-11-23T14:59:30Z");

  private EngineApi quotas(QuotaPolicyBuilder policy) {
    return api(
        Quotas.builder()
            .policies(
                Policies.builder()
                    .plan(Plan.of("free"))
                    .quota(policy.whenExhausted(WhenExhausted.DEGRADE).build())
                    .build())
            .clock(clock)
            .build());
  }

  private static QuotaPolicyBuilder chat() {
    return QuotaPolicy.builder("chat")
        .limit("burst", "2 per minute")
        .limit("daily", "4 per calendar day");
  }

  private static Decision.Allowed charge(EngineApi quotas, long cost) {
    Decision decision = quotas.charge(ALICE, "chat", cost);
    assertThat(decision).isInstanceOf(Decision.Allowed.class);
    return (Decision.Allowed) decision;
  }

  private static QuotaState state(Decision decision) {
    return decision.states().quotas().get(0);
  }

  @Test
  void aPaceIsWholeAgainAtTheMillisecondThatWasSaid() {
    EngineApi quotas = quotas(chat());
    assertThat(charge(quotas, 2).isDegraded()).isFalse();
    Decision.Allowed reduced = charge(quotas, 1);
    assertThat(reduced.isDegraded()).isTrue();
    assertThat(state(reduced).level()).isEqualTo(Level.DEGRADED);
    assertThat(state(reduced).allowed()).isTrue();
    assertThat(state(reduced).blockedBy()).isEmpty();
    assertThat(state(reduced).binding().name()).isEqualTo("burst");
    Instant until = state(reduced).degradedUntil().orElseThrow();
    assertThat(until).isEqualTo(clock.instant().plusSeconds(30));
    clock.set(until.minusMillis(1));
    assertThat(charge(quotas, 1).isDegraded()).isTrue();
    clock.set(until);
    assertThat(charge(quotas, 1).isDegraded()).isFalse();
  }

  @Test
  void theLastLimitToFreeSaysUntilWhen() {
    EngineApi quotas = quotas(chat());
    charge(quotas, 2);
    clock.advance(Duration.ofMinutes(1));
    charge(quotas, 2);
    QuotaState state = state(charge(quotas, 1));
    assertThat(state.binding().name()).isEqualTo("daily");
    assertThat(state.degradedUntil()).contains(Instant.parse("2026-11-24T00:00:00Z"));
    assertThat(state.primary().used()).as("uncharged").hasValue(4);
  }

  @Test
  void aLargerCostWaitsLonger() {
    EngineApi quotas = quotas(chat());
    charge(quotas, 1);
    assertThat(state(charge(quotas, 2)).degradedUntil()).contains(clock.instant().plusSeconds(30));
    assertThat(quotas.check(ALICE, "chat", 1).binding().isDegraded()).isFalse();
  }

  @Test
  void whatWaitingDoesNotEndHasNoUntil() {
    QuotaState tooLarge = state(charge(quotas(chat()), 3));
    assertThat(tooLarge.isDegraded()).isTrue();
    assertThat(tooLarge.degradedUntil()).isEmpty();
    EngineApi closed = quotas(chat().planCapacity("free", "daily", 0));
    Subject free = Subject.builder(Subject.Kind.USER, "bob").plan("free").build();
    Decision decision = closed.charge(free, "chat", 1);
    assertThat(((Decision.Allowed) decision).isDegraded()).isTrue();
    assertThat(state(decision).level()).isEqualTo(Level.DEGRADED);
    assertThat(state(decision).degradedUntil()).isEmpty();
  }

  @Test
  void nothingIsDegradedOfACostOfZero() {
    EngineApi quotas = quotas(chat());
    charge(quotas, 2);
    assertThat(charge(quotas, 0).isDegraded()).isFalse();
  }
}
