package dev.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quota.QuotaEvent.Reason;
import dev.quota.policy.OnStoreFailure;
import dev.quota.policy.Plan;
import dev.quota.policy.Policies;
import dev.quota.policy.QuotaPolicy;
import dev.quota.policy.QuotaPolicyBuilder;
import dev.quota.policy.Scope;
import dev.quota.policy.WhenExhausted;
import dev.quota.spi.FailingStore;
import dev.quota.store.Accuracy;
import dev.quota.store.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What listeners hear of decisions, and why each was made. */
final class QuotaEventTest {

  private static final Subject ALICE =
      Subject.builder(Subject.Kind.USER, "alice@example.com")
          .group(Scope.ORG, "secret-org")
          .build();

  private final ManualClock clock = ManualClock.at("2026-11-23T14:59:30Z");
  private final FailingStore store = new FailingStore(clock);
  private final Heard heard = new Heard();

  private static QuotaPolicyBuilder quota(String name, String... limits) {
    QuotaPolicyBuilder policy = QuotaPolicy.builder(name);
    for (int i = 0; i < limits.length; i++) {
      policy.limit("limit" + i, limits[i]);
    }
    return policy;
  }

  private Quotas engine(QuotaPolicyBuilder... policies) {
    Policies.Builder all =
        Policies.builder().plan(Plan.of("free")).plan(Plan.of("pro")).defaultPlan("free");
    for (QuotaPolicyBuilder policy : policies) {
      all.quota(policy.build());
    }
    return Quotas.builder().policies(all.build()).store(store).clock(clock).listener(heard).build();
  }

  private static GrantRequest tenMore() {
    return GrantRequest.builder(ALICE, "chat", 10)
        .reason("sorry")
        .expiresAt(Instant.parse("2026-11-30T00:00:00Z"))
        .operationId("ticket-1")
        .build();
  }

  private Reason reasonOfOnly() {
    return heard.only(QuotaEvent.OfDecision.class).reason();
  }

  private List<Reason> reasons() {
    return heard.all.stream()
        .filter(QuotaEvent.OfDecision.class::isInstance)
        .map(event -> ((QuotaEvent.OfDecision) event).reason())
        .toList();
  }

  @Test
  void aChargeSaysWhoWhatWhenOnWhichPlanAndWhy() {
    Decision decision = engine(quota("chat", "5 per calendar day")).charge(ALICE, "chat", 2);

    QuotaEvent.Charged event = heard.only(QuotaEvent.Charged.class);
    assertThat(event.subject()).isSameAs(ALICE);
    assertThat(event.quota()).isEqualTo("chat");
    assertThat(event.plan().orElseThrow().name()).isEqualTo("free");
    assertThat(event.at()).isEqualTo(Instant.parse("2026-11-23T14:59:30Z"));
    assertThat(event.units()).isEqualTo(2);
    assertThat(event.state()).isSameAs(decision.states().quotas().get(0));
    assertThat(event.decision()).isSameAs(decision);
    assertThat(event.reason()).isEqualTo(Reason.WITHIN_LIMITS);
    assertThat(event.refusalId()).isEmpty();
    assertThat(heard.events).hasSize(1);
  }

  @Test
  void aRefusalHasAnIdThatTheDecisionHasToo() {
    Quotas quotas = engine(quota("chat", "5 per calendar day"));
    quotas.charge(ALICE, "chat", 4);
    heard.clear();

    Decision decision = quotas.charge(ALICE, "chat", 2);

    QuotaEvent.Refused event = heard.only(QuotaEvent.Refused.class);
    assertThat(event.decision()).isSameAs(decision);
    assertThat(event.reason()).isEqualTo(Reason.LIMIT_REACHED);
    String id = event.refusalId().orElseThrow().text();
    assertThat(id).matches("urn:uuid:[0-9a-f-]{36}");
    assertThat(decision.refusalId().orElseThrow()).hasToString(id);
    assertThat(quotas.charge(ALICE, "chat", 2).refusalId().orElseThrow().text())
        .as("the next refusal is another")
        .isNotEqualTo(id);
  }

  @Test
  void twoQuotasOfOneRefusalShareItsIdAndHaveReasonsOfTheirOwn() {
    Quotas quotas = engine(quota("chat", "5 per calendar day"), quota("image", "3 per hour"));
    quotas.charge(ALICE, "image", 3);
    heard.clear();

    Decision decision =
        quotas.charge(ALICE, List.of(new Charge("chat", 6), new Charge("image", 1)));

    assertThat(heard.events).containsExactly("denied chat", "denied image");
    assertThat(reasons()).containsExactly(Reason.TOO_LARGE, Reason.LIMIT_REACHED);
    assertThat(heard.all)
        .extracting(event -> ((QuotaEvent.OfDecision) event).refusalId())
        .containsOnly(decision.refusalId());
  }

  @Test
  void whatThePlanLacksIsRefusedForThat() {
    engine(quota("chat", "0 per calendar day")).charge(ALICE, "chat", 1);
    assertThat(heard.events).containsExactly("denied chat");
    assertThat(reasonOfOnly()).isEqualTo(Reason.NOT_IN_PLAN);
    assertThat(heard.only(QuotaEvent.Refused.class).refusalId()).isPresent();
  }

  @Test
  void aConversationIsSpentOrTooLong() {
    Subject run = ALICE.toBuilder().conversation("run-1").build();
    engine(quota("tokens", "10 per conversation")).charge(run, "tokens", 10);
    heard.clear();
    engine(quota("tokens", "10 per conversation")).charge(run, "tokens", 1);
    assertThat(reasonOfOnly()).isEqualTo(Reason.CONVERSATION_SPENT);

    Quotas hops = engine(quota("hops", "1 calls per conversation"));
    hops.charge(run, "hops", 1);
    heard.clear();
    hops.charge(run, "hops", 1);
    assertThat(reasonOfOnly()).isEqualTo(Reason.CONVERSATION_TOO_LONG);
  }

  @Test
  void aPermitThatSomebodyElseHoldsIsALimitThatIsReached() {
    Quotas quotas = engine(quota("chat", "1 at once"));
    Decision first = quotas.charge(ALICE, "chat", 1);
    heard.clear();
    quotas.charge(ALICE, "chat", 1);
    assertThat(reasonOfOnly()).isEqualTo(Reason.LIMIT_REACHED);
    ((Decision.Allowed) first).receipt().close();
  }

  @Test
  void whatIsOnlyObservedIsChargedAndSaysThatTheLimitIsReached() {
    Quotas quotas =
        engine(quota("chat", "2 per calendar day").whenExhausted(WhenExhausted.OBSERVE));
    for (int i = 0; i < 3; i++) {
      quotas.charge(ALICE, "chat", 1);
    }
    assertThat(heard.events).containsOnly("allowed chat 1").hasSize(3);
    assertThat(reasons())
        .containsExactly(Reason.WITHIN_LIMITS, Reason.WITHIN_LIMITS, Reason.LIMIT_REACHED);
  }

  @Test
  void whatIsUnlimitedSaysSo() {
    engine(quota("chat", "unlimited per calendar day")).charge(ALICE, "chat", 7);
    assertThat(heard.events).containsExactly("allowed chat 7");
    assertThat(reasonOfOnly()).isEqualTo(Reason.UNLIMITED);
  }

  @Test
  void whatDegradesSaysWhy() {
    Quotas quotas =
        engine(quota("chat", "2 per calendar day").whenExhausted(WhenExhausted.DEGRADE));
    quotas.charge(ALICE, "chat", 2);
    heard.clear();
    quotas.charge(ALICE, "chat", 1);
    assertThat(heard.events).containsExactly("allowed chat 0");
    assertThat(reasonOfOnly()).isEqualTo(Reason.LIMIT_REACHED);
    assertThat(heard.only(QuotaEvent.Charged.class).decision().isDegraded()).isTrue();

    heard.clear();
    quotas.charge(ALICE, "chat", 3);
    assertThat(reasonOfOnly()).isEqualTo(Reason.TOO_LARGE);
  }

  @Test
  void bothQuotasAreHeardWhereAnotherIsCharged() {
    Quotas quotas =
        engine(
            quota("large", "2 per calendar day")
                .whenExhausted(WhenExhausted.DEGRADE)
                .degradeTo("small"),
            quota("none", "0 per calendar day")
                .whenExhausted(WhenExhausted.DEGRADE)
                .degradeTo("small"),
            quota("small", "5 per calendar day"));
    quotas.charge(ALICE, "large", 2);
    heard.clear();

    quotas.charge(ALICE, "large", 1);
    assertThat(heard.events).containsExactly("allowed large 0", "allowed small 1");
    assertThat(reasons()).containsExactly(Reason.LIMIT_REACHED, Reason.WITHIN_LIMITS);

    heard.clear();
    quotas.charge(ALICE, "none", 1);
    assertThat(heard.events).containsExactly("allowed none 0", "allowed small 1");
    assertThat(reasons()).containsExactly(Reason.NOT_IN_PLAN, Reason.WITHIN_LIMITS);
  }

  @Test
  void whatAPlanExcludesAndDegradesSaysSo() {
    engine(quota("chat", "0 per calendar day").whenExhausted(WhenExhausted.DEGRADE))
        .charge(ALICE, "chat", 1);
    assertThat(heard.events).containsExactly("allowed chat 0");
    assertThat(reasonOfOnly()).isEqualTo(Reason.NOT_IN_PLAN);
  }

  @ParameterizedTest
  @EnumSource(OnStoreFailure.class)
  void withoutAStoreThePolicyDecides(OnStoreFailure choice) {
    Quotas quotas = engine(quota("chat", "2 per calendar day").onStoreFailure(choice));
    store.goAway();
    clock.set(Instant.parse("2026-11-23T15:00:00Z"));

    Decision decision = quotas.charge(ALICE, "chat", 1);

    assertThat(heard.all).hasSize(2);
    QuotaEvent.StoreFailed failed = heard.only(QuotaEvent.StoreFailed.class);
    assertThat(heard.all.get(0)).as("heard before the decision").isSameAs(failed);
    assertThat(failed.at()).isEqualTo(Instant.parse("2026-11-23T15:00:00Z"));
    assertThat(failed.plan().orElseThrow().name()).isEqualTo("free");
    assertThat(failed.failure()).isNotNull();
    QuotaEvent.OfDecision decided = heard.only(QuotaEvent.OfDecision.class);
    assertThat(decided.decision()).isSameAs(decision);
    switch (choice) {
      case ALLOW -> assertThat(decided.reason()).isEqualTo(Reason.STORE_UNAVAILABLE);
      case DENY -> {
        assertThat(decided.reason()).isEqualTo(Reason.STORE_UNAVAILABLE);
        assertThat(decided.refusalId()).isPresent().isEqualTo(decision.refusalId());
      }
      case LOCAL -> {
        assertThat(decided.reason()).isEqualTo(Reason.WITHIN_LIMITS);
        assertThat(decided.state().accuracy()).isEqualTo(Accuracy.APPROXIMATE);
      }
    }
  }

  @Test
  void theShareOfThisNodeCanBeUsedUp() {
    Quotas quotas =
        engine(quota("chat", "2 per calendar day").onStoreFailure(OnStoreFailure.LOCAL));
    store.goAway();
    quotas.charge(ALICE, "chat", 2);
    heard.clear();
    quotas.charge(ALICE, "chat", 1);
    assertThat(heard.events).containsExactly("failed chat NO", "denied chat");
    assertThat(reasonOfOnly()).isEqualTo(Reason.LIMIT_REACHED);
    heard.clear();
    quotas.charge(ALICE, "chat", 3);
    assertThat(heard.events).containsExactly("failed chat NO", "denied chat");
    assertThat(reasonOfOnly()).isEqualTo(Reason.TOO_LARGE);
  }

  @ParameterizedTest
  @EnumSource(OnStoreFailure.class)
  void aReservationWithoutAStoreIsHeardOnce(OnStoreFailure choice) {
    Quotas quotas = engine(quota("tokens", "20 per calendar day").onStoreFailure(choice));
    store.goAway();
    try (Reservation reservation = quotas.reserve(ALICE, "tokens", 5)) {
      assertThat(heard.events)
          .containsExactly(
              "failed tokens NO",
              switch (choice) {
                case ALLOW -> "reserved tokens 0";
                case DENY -> "denied tokens";
                case LOCAL -> "reserved tokens 5";
              });
      assertThat(heard.only(QuotaEvent.OfDecision.class).decision())
          .isSameAs(reservation.decision());
      heard.clear();
      if (reservation.isAllowed()) {
        reservation.settle(3);
      }
    }
    assertThat(heard.events)
        .isEqualTo(choice == OnStoreFailure.LOCAL ? List.of("settled 5 3 3") : List.of());
  }

  @Test
  void aReservationIsHeardFromItsBeginningToItsEnd() {
    Quotas quotas = engine(quota("tokens", "20 per calendar day").warnAt("80%"));
    try (Reservation reservation = quotas.reserve(ALICE, "tokens", 10)) {
      assertThat(heard.only(QuotaEvent.Reserved.class).reason()).isEqualTo(Reason.WITHIN_LIMITS);
      assertThat(heard.only(QuotaEvent.Reserved.class).decision()).isSameAs(reservation.decision());
      reservation.used(11);
      clock.set(Instant.parse("2026-11-23T15:00:00Z"));
      reservation.settle(17);
    }
    assertThat(heard.events)
        .containsExactly(
            "reserved tokens 10", "grown tokens 3", "settled 10 17 17", "crossed tokens.limit0 80");
    QuotaEvent.ReservationSettled settled = heard.only(QuotaEvent.ReservationSettled.class);
    assertThat(settled.at()).isEqualTo(Instant.parse("2026-11-23T15:00:00Z"));
    assertThat(settled.plan().orElseThrow().name()).isEqualTo("free");
  }

  @Test
  void aRefundedReservationIsHeardAsRefundAndAsEnd() {
    Quotas quotas = engine(quota("tokens", "20 per calendar day"));
    Reservation reservation = quotas.reserve(ALICE, "tokens", 10);
    heard.clear();
    assertThat(reservation.refund()).isTrue();
    assertThat(reservation.refund()).isFalse();
    assertThat(heard.events).containsExactly("back tokens 10", "settled 10 0 0");
    QuotaEvent.Refunded refunded = heard.only(QuotaEvent.Refunded.class);
    assertThat(refunded.subject()).isSameAs(ALICE);
    assertThat(refunded.plan().orElseThrow().name()).isEqualTo("free");
    assertThat(refunded.at()).isEqualTo(Instant.parse("2026-11-23T14:59:30Z"));
  }

  @Test
  void aRefusedReservationIsHeardOnceAndHasAnId() {
    Quotas quotas = engine(quota("tokens", "20 per calendar day"));
    quotas.charge(ALICE, "tokens", 18);
    heard.clear();
    Reservation refused = quotas.reserve(new ReserveRequest(ALICE, "tokens", 5, 10));
    refused.close();
    QuotaEvent.Refused event = heard.only(QuotaEvent.Refused.class);
    assertThat(heard.all).hasSize(1);
    assertThat(event.reason()).isEqualTo(Reason.LIMIT_REACHED);
    assertThat(event.refusalId()).isPresent().isEqualTo(refused.decision().refusalId());
  }

  @Test
  void aRefundSaysWhenAndOnWhichPlanItWasCharged() {
    Quotas quotas = engine(quota("chat", "5 per calendar day"));
    Subject pro = ALICE.toBuilder().plan("pro").build();
    Receipt receipt = ((Decision.Allowed) quotas.charge(pro, "chat", 2)).receipt();
    heard.clear();
    clock.set(Instant.parse("2026-11-23T15:00:00Z"));

    assertThat(quotas.refund(receipt)).isTrue();
    assertThat(quotas.refund(receipt)).isFalse();

    assertThat(heard.events).containsExactly("back chat 2");
    QuotaEvent.Refunded event = heard.only(QuotaEvent.Refunded.class);
    assertThat(event.subject()).isSameAs(pro);
    assertThat(event.plan().orElseThrow().name()).isEqualTo("pro");
    assertThat(event.at()).isEqualTo(Instant.parse("2026-11-23T15:00:00Z"));
  }

  @Test
  void aRefundOfACallIsHeardWhereOnlyCallsAreCounted() {
    Subject run = ALICE.toBuilder().conversation("run-1").build();
    Quotas quotas = engine(quota("hops", "3 calls per conversation"));
    Receipt receipt = ((Decision.Allowed) quotas.charge(run, "hops", 1)).receipt();
    heard.clear();
    assertThat(quotas.refund(receipt)).isTrue();
    assertThat(heard.events).containsExactly("back hops 1");
  }

  @Test
  void aQuotaThatCountsUnitsAndCallsIsRefundedOnce() {
    Subject run = ALICE.toBuilder().conversation("run-1").build();
    Quotas quotas =
        engine(quota("tokens", "50 per calendar day", "9 per minute", "3 calls per conversation"));
    Receipt receipt = ((Decision.Allowed) quotas.charge(run, "tokens", 7)).receipt();
    heard.clear();
    assertThat(quotas.refund(receipt)).isTrue();
    assertThat(heard.events).containsExactly("back tokens 7");
  }

  @Test
  void aRefundOfACallAfterTheUnitsHaveEndedSaysHowMuchWasTaken() {
    Subject run = ALICE.toBuilder().conversation("run-1").build();
    Quotas quotas = engine(quota("tokens", "50 per minute", "3 calls per conversation"));
    Receipt receipt = ((Decision.Allowed) quotas.charge(run, "tokens", 7)).receipt();
    heard.clear();
    clock.set(Instant.parse("2026-11-23T15:05:00Z"));
    assertThat(quotas.refund(receipt)).isTrue();
    assertThat(heard.events).containsExactly("back tokens 7");
  }

  @Test
  void administrationIsHeardWithItsReason() {
    Quotas quotas = engine(quota("chat", "5 per calendar day"));
    quotas.grant(tenMore());
    quotas.reset(ALICE, "chat", "support case");
    assertThat(heard.events).containsExactly("granted chat 10 sorry", "reset chat support case");
    assertThat(heard.all)
        .allSatisfy(
            event -> {
              assertThat(event.subject()).isSameAs(ALICE);
              assertThat(event.plan().orElseThrow().name()).isEqualTo("free");
              assertThat(event.at()).isEqualTo(Instant.parse("2026-11-23T14:59:30Z"));
            });
  }

  @Test
  void looksChecksAndRepetitionsAreNoEvents() {
    Quotas quotas = engine(quota("chat", "5 per calendar day"));
    Idempotency once = new Idempotency("POST /chat|k1", Duration.ofHours(24));
    quotas.charge(ALICE, List.of(new Charge("chat", 1)), once);
    quotas.charge(ALICE, List.of(new Charge("chat", 1)), once);
    quotas.charge(ALICE, "chat", 0);
    quotas.states(ALICE);
    quotas.check(ALICE, "chat", 9);
    assertThat(heard.events).containsExactly("allowed chat 1");
  }

  @Test
  void everyEventCanBeLogged() {
    Quotas quotas = engine(quota("chat", "5 per calendar day per org").warnAt("80%"));
    quotas.charge(ALICE, "chat", 4);
    quotas.charge(ALICE, "chat", 4);
    quotas.refund(((Decision.Allowed) quotas.charge(ALICE, "chat", 1)).receipt());
    quotas.reserve(ALICE, "chat", 1).refund();
    quotas.grant(tenMore());
    quotas.reset(ALICE, "chat", Scope.ORG, "support case");
    store.goAway();
    quotas.charge(ALICE, "chat", 1);
    assertThat(heard.all).hasSizeGreaterThan(9);
    assertThat(heard.all)
        .allSatisfy(
            event ->
                assertThat(event.toString())
                    .contains("user:")
                    .doesNotContain("alice", "secret-org"));
  }

  @Test
  void allListenersHearEachEventOnceInTheirOrder() {
    List<String> order = new ArrayList<>();
    Quotas quotas =
        Quotas.builder()
            .policy(quota("chat", "5 per calendar day").build())
            .clock(clock)
            .listener(event -> order.add("first " + event.quota()))
            .listener(event -> order.add("second " + event.quota()))
            .build();
    quotas.charge(ALICE, "chat", 1);
    assertThat(order).containsExactly("first chat", "second chat");
  }

  @Test
  void aListenerCanHearOneKindAlone() {
    List<String> refused = new ArrayList<>();
    List<String> decided = new ArrayList<>();
    Quotas quotas =
        Quotas.builder()
            .policy(quota("chat", "5 per calendar day").warnAt("80%").build())
            .clock(clock)
            .listener(
                QuotaListener.on(QuotaEvent.Refused.class, it -> refused.add(it.reason().name())))
            .listener(
                QuotaListener.on(
                    QuotaEvent.OfDecision.class, it -> decided.add(it.reason().name())))
            .build();
    quotas.charge(ALICE, "chat", 5);
    quotas.charge(ALICE, "chat", 1);
    assertThat(refused).containsExactly("LIMIT_REACHED");
    assertThat(decided).containsExactly("WITHIN_LIMITS", "LIMIT_REACHED");
  }

  /** Throws what the compiler would not let a listener throw, as other languages do. */
  @SuppressWarnings("unchecked")
  private static <T extends Throwable> void sneak(Throwable thrown) throws T {
    throw (T) thrown;
  }

  private Quotas withBroken(Throwable thrown) {
    return Quotas.builder()
        .policy(quota("chat", "5 per calendar day").build())
        .clock(clock)
        .listener(event -> QuotaEventTest.<RuntimeException>sneak(thrown))
        .listener(heard)
        .build();
  }

  @Test
  void whateverAListenerThrowsChangesNoDecision() {
    List<Throwable> all =
        List.of(
            new IllegalStateException("on purpose"),
            new Exception("checked, on purpose"),
            new AssertionError("on purpose"),
            new NoClassDefFoundError("on purpose"));
    for (Throwable thrown : all) {
      heard.clear();
      assertThat(withBroken(thrown).charge(ALICE, "chat", 1).isAllowed()).isTrue();
      assertThat(heard.events).containsExactly("allowed chat 1");
    }
  }

  @Test
  void aMachineThatIsBrokenIsNotHidden() {
    Quotas quotas = withBroken(new InternalError("on purpose"));
    assertThatThrownBy(() -> quotas.charge(ALICE, "chat", 1)).isInstanceOf(InternalError.class);
  }
}
