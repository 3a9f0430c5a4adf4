package dev.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quota.policy.QuotaPolicy;
import dev.quota.policy.Scope;
import dev.quota.store.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class GrantTest {

  /** Returns the API of an engine that this suite tests. */
  EngineApi api(Quotas quotas) {
    return EngineApi.blocking(quotas);
  }

  private static final Subject ALICE = Subject.user("alice");
  private static final Instant IN_A_WEEK = Instant.parse("2026-11-30T00:00:00Z");

  private final ManualClock clock = ManualClock.at("2026-11-23T14:59:30Z");
  private final Heard heard = new Heard();
  private final EngineApi quotas =
      api(
          Quotas.builder()
              .clock(clock)
              .policy(
                  QuotaPolicy.builder("tokens")
                      .limit("rate", "5000 per minute")
                      .limit("daily", "100 per calendar day")
                      .limit("monthly", "1000 per calendar month per org")
                      .build())
              .policy(QuotaPolicy.builder("search").limit("rate", "30 per minute").build())
              .listener(heard)
              .build());

  private QuotaState grant(long units, String id) {
    return quotas.grant(
        GrantRequest.builder(ALICE, "tokens", units)
            .reason("apology")
            .expiresAt(IN_A_WEEK)
            .operationId(id)
            .build());
  }

  private static LimitState limit(QuotaState state, String name) {
    return state.limits().stream()
        .filter(limit -> limit.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aGrantGoesToTheLongestCalendarLimitAndTakesEffectAtOnce() {
    QuotaState state = grant(500, "ticket-1");
    assertThat(limit(state, "monthly").granted()).hasValue(500);
    assertThat(limit(state, "monthly").limit()).hasValue(1_500);
    assertThat(limit(state, "daily").granted()).hasValue(0);
    assertThat(heard.events).containsExactly("granted tokens 500 apology");
  }

  @Test
  void aLimitCanBeNamed() {
    QuotaState state =
        quotas.grant(
            GrantRequest.builder(ALICE, "tokens", 50)
                .limit("daily")
                .reason("apology")
                .expiresAt(IN_A_WEEK)
                .operationId("ticket-1")
                .build());
    assertThat(limit(state, "daily").granted()).hasValue(50);
    assertThat(limit(state, "monthly").granted()).hasValue(0);
    assertThatThrownBy(
            () ->
                quotas.grant(
                    GrantRequest.builder(ALICE, "tokens", 50)
                        .limit("rate")
                        .reason("apology")
                        .expiresAt(IN_A_WEEK)
                        .operationId("ticket-2")
                        .build()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("limit must be a calendar or session limit of quota tokens");
  }

  @Test
  void theSameOperationGrantsOnce() {
    grant(500, "ticket-1");
    assertThat(limit(grant(500, "ticket-1"), "monthly").granted()).hasValue(500);
    assertThat(limit(grant(500, "ticket-2"), "monthly").granted()).hasValue(1_000);
  }

  @Test
  void aSeventeenthExpiryIsRefusedAndSaysSo() {
    for (int day = 0; day < 16; day++) {
      quotas.grant(
          GrantRequest.builder(ALICE, "tokens", 1)
              .reason("trial")
              .expiresAt(IN_A_WEEK.plusSeconds(day))
              .operationId("grant-" + day)
              .build());
    }
    assertThatThrownBy(
            () ->
                quotas.grant(
                    GrantRequest.builder(ALICE, "tokens", 1)
                        .reason("trial")
                        .expiresAt(IN_A_WEEK.plusSeconds(99))
                        .operationId("grant-99")
                        .build()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("tokens.monthly has no room for another grant");
  }

  @Test
  void aQuotaWithoutACalendarLimitCannotBeGrantedAnything() {
    assertThatThrownBy(
            () ->
                quotas.grant(
                    GrantRequest.builder(ALICE, "search", 1)
                        .reason("trial")
                        .expiresAt(IN_A_WEEK)
                        .operationId("g")
                        .build()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("search has no calendar or session limit");
  }

  @Test
  void blankReasonsAndIdsAreMisuse() {
    assertThatThrownBy(
            () ->
                quotas.grant(
                    GrantRequest.builder(ALICE, "tokens", 1)
                        .reason(" ")
                        .expiresAt(IN_A_WEEK)
                        .operationId("g")
                        .build()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("reason must have 1 to 200 characters");
    assertThatThrownBy(
            () ->
                quotas.grant(
                    GrantRequest.builder(ALICE, "tokens", 1)
                        .reason("trial")
                        .expiresAt(IN_A_WEEK)
                        .operationId("g".repeat(201))
                        .build()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("operationId");
    assertThatThrownBy(
            () ->
                quotas.grant(
                    GrantRequest.builder(ALICE, "tokens", 0)
                        .reason("trial")
                        .expiresAt(IN_A_WEEK)
                        .operationId("g")
                        .build()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("units must be between 1");
  }

  @Test
  void aResetForgetsThePersonsOwnUseAndNotTheGroups() {
    Subject member = Subject.builder(Subject.Kind.USER, "alice").group(Scope.ORG, "acme").build();
    quotas.charge(member, "tokens", 60);

    QuotaState state = quotas.reset(member, "tokens", "support case");

    assertThat(limit(state, "daily").used()).hasValue(0);
    assertThat(limit(state, "monthly").used()).hasValue(60);
    assertThat(limit(quotas.reset(member, "tokens", Scope.ORG, "new contract"), "monthly").used())
        .hasValue(0);
    assertThat(heard.events)
        .filteredOn(event -> event.startsWith("reset"))
        .containsExactly("reset tokens support case", "reset tokens new contract");
  }

  @Test
  void aResetOfAScopeThatIsNotCountedIsMisuse() {
    assertThatThrownBy(() -> quotas.reset(ALICE, "tokens", Scope.GLOBAL, "mistake"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("counts nothing on the scope global; it counts on [user, org]");
  }

  @Test
  void whatRunsDuringAResetIsNotChargedAnyMore() {
    Reservation running = quotas.reserve(ALICE, "search", 20);
    quotas.reset(ALICE, "search", "support case");
    assertThat(running.settle(25).outcome()).isEqualTo(Settlement.Outcome.GONE);
    assertThat(quotas.states(ALICE, List.of("search")).quotas().get(0).primary().used())
        .hasValue(0);
    clock.advance(Duration.ofMinutes(1));
  }
}
