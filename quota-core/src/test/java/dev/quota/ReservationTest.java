package dev.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quota.policy.Capacity;
import dev.quota.policy.OnStoreFailure;
import dev.quota.policy.Overuse;
import dev.quota.policy.QuotaPolicy;
import dev.quota.policy.QuotaPolicyBuilder;
import dev.quota.policy.ReservationBounds;
import dev.quota.policy.WhenExhausted;
import dev.quota.spi.FailingStore;
import dev.quota.spi.Race;
import dev.quota.store.ManualClock;
import dev.quota.usage.UsageReport;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReservationTest {

  /** Returns the API of an engine that this suite tests. */
  EngineApi api(Quotas quotas) {
    return EngineApi.blocking(quotas);
  }

  private static final Subject ALICE = Subject.user("alice");

  private final ManualClock clock = ManualClock.at("2026-11-23T14:59:30Z");
  private final FailingStore store = new FailingStore(clock);
  private final Heard heard = new Heard();
  private EngineApi quotas = engine(tokens().build());

  private static QuotaPolicyBuilder tokens() {
    return QuotaPolicy.builder("tokens")
        .limit("daily", "1000 per calendar day")
        .warnAt("80%")
        .grace("100");
  }

  private EngineApi engine(QuotaPolicy... policies) {
    QuotasBuilder builder = Quotas.builder().store(store).clock(clock).listener(heard);
    for (QuotaPolicy policy : policies) {
      builder.policy(policy);
    }
    return api(builder.build());
  }

  private void use(QuotaPolicy... policies) {
    quotas = engine(policies);
  }

  @AfterEach
  void close() {
    quotas.close();
  }

  private long charged() {
    return charged("tokens");
  }

  /** Returns what is used and reserved, by what is left. */
  private long charged(String quota) {
    LimitState limit = quotas.states(ALICE, List.of(quota)).quotas().get(0).primary();
    return limit.limit().orElseThrow() - limit.remaining().orElseThrow();
  }

  @Test
  void anEstimateIsTakenAtOnceAndSettledToWhatWasUsed() {
    Reservation reservation = quotas.reserve(ALICE, "tokens", 400);
    assertThat(reservation.isAllowed()).isTrue();
    assertThat(reservation.held()).isEqualTo(400);
    assertThat(charged()).isEqualTo(400);

    Settlement settlement = reservation.settle(150);

    assertThat(settlement.outcome()).isEqualTo(Settlement.Outcome.SETTLED);
    assertThat(settlement.charged()).isEqualTo(150);
    assertThat(settlement.uncharged()).isZero();
    assertThat(settlement.states().quotas().get(0).primary().used()).hasValue(150);
    assertThat(charged()).isEqualTo(150);
    assertThat(reservation.isOver()).isTrue();
    assertThat(heard.events).containsExactly("reserved tokens 400", "settled 400 150 150");
  }

  @Test
  void reservingAndSettlingAreOneCommandEach() {
    store.commands().clear();
    quotas.reserve(ALICE, "tokens", 400).settle(150);
    assertThat(store.commands()).hasSize(2);
  }

  @Test
  void anEstimateIsCutToWhatThePlanCanGrant() {
    Reservation first = quotas.reserve(ALICE, "tokens", 4_000);
    assertThat(first.isAllowed()).isTrue();
    assertThat(first.held()).isEqualTo(1_000);
    first.settle(10);

    assertThat(quotas.reserve(ALICE, "tokens", 4_000).isAllowed()).as("990 are left").isFalse();
    assertThat(charged()).isEqualTo(10);
  }

  @Test
  void aRangeTakesWhatIsThereFromItsLeastOn() {
    quotas.charge(ALICE, "tokens", 700);

    Reservation some = quotas.reserve(new ReserveRequest(ALICE, "tokens", 100, 800));
    assertThat(some.held()).isEqualTo(300);
    some.settle(250);

    Reservation none = quotas.reserve(new ReserveRequest(ALICE, "tokens", 100, 800));
    assertThat(none.decision()).isInstanceOf(Decision.Denied.class);
    assertThat(none.decision().states().binding().cost()).as("the least").isEqualTo(100);
    assertThat(charged()).isEqualTo(950);
  }

  @Test
  void aRangeWhoseLeastIsMoreThanThePlanHasNeverFits() {
    assertThat(quotas.reserve(new ReserveRequest(ALICE, "tokens", 1_001, 2_000)).decision())
        .isInstanceOf(Decision.NeverFits.class);
  }

  @Test
  void aRefusedReservationHoldsNothingAndCannotBeUsed() {
    quotas.charge(ALICE, "tokens", 900);
    heard.events.clear();

    try (Reservation refused = quotas.reserve(ALICE, "tokens", 200)) {
      assertThat(refused.isAllowed()).isFalse();
      assertThat(refused.held()).isZero();
      assertThat(refused.isOver()).isTrue();
      assertThat(refused.refund()).isFalse();
      assertThatThrownBy(() -> refused.used(1))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("refused");
      assertThatThrownBy(() -> refused.settle(1)).isInstanceOf(IllegalStateException.class);
    }
    assertThat(charged()).isEqualTo(900);
    assertThat(heard.events).containsExactly("denied tokens");
  }

  @Test
  void whatStaysBelowTheEstimateAsksNobody() {
    Reservation reservation = quotas.reserve(ALICE, "tokens", 400);
    store.commands().clear();
    for (int soFar = 0; soFar <= 400; soFar++) {
      assertThat(reservation.used(soFar)).isTrue();
    }
    assertThat(store.commands()).isEmpty();
    assertThat(reservation.usedSoFar()).contains(400L);
  }

  @Test
  void whatGoesBeyondTheEstimateGrowsInSteps() {
    Reservation reservation = quotas.reserve(ALICE, "tokens", 100);
    store.commands().clear();
    for (int soFar = 1; soFar <= 800; soFar++) {
      assertThat(reservation.used(soFar)).isTrue();
      assertThat(charged()).isGreaterThanOrEqualTo(soFar);
    }
    long steps =
        store.commands().stream()
            .filter(dev.quota.spi.StoreCommand.Settle.class::isInstance)
            .count();
    assertThat(steps).isBetween(5L, 12L);
    assertThat(reservation.settle(800).charged()).isEqualTo(800);
    assertThat(charged()).isEqualTo(800);
  }

  @Test
  void lessThanBeforeChangesNothing() {
    Reservation reservation = quotas.reserve(ALICE, "tokens", 100);
    reservation.used(60);
    reservation.used(20);
    assertThat(reservation.settleAsUsed().charged()).isEqualTo(60);
  }

  @Test
  void whatBeganUnderTheQuotaFinishesWithinTheGrace() {
    Reservation reservation = quotas.reserve(ALICE, "tokens", 1_000);

    assertThat(reservation.used(1_100)).isTrue();
    assertThat(quotas.charge(ALICE, "tokens", 1).isAllowed()).as("new work").isFalse();
    assertThat(reservation.used(1_101)).as("beyond the grace").isFalse();
    assertThat(reservation.used(1_101)).as("and for good").isFalse();

    Settlement settlement = reservation.settle(1_300);
    assertThat(settlement.charged()).as("a debt").isEqualTo(1_300);
    assertThat(settlement.uncharged()).isZero();
  }

  @Test
  void saysWhenTheWorkGoesOnWithinTheGrace() {
    Reservation reservation = quotas.reserve(ALICE, "tokens", 900);
    assertThat(reservation.isInGrace()).isFalse();
    assertThat(reservation.used(1_000)).isTrue();
    assertThat(reservation.isInGrace()).as("it holds more, and used no more than fits").isFalse();
    assertThat(reservation.used(1_001)).isTrue();
    assertThat(reservation.isInGrace()).isTrue();

    store.commands().clear();
    assertThat(reservation.isInGrace()).isTrue();
    assertThat(store.commands()).as("it asks nothing").isEmpty();

    Reservation resumed = quotas.resume(ALICE, "tokens", reservation.id().orElseThrow());
    assertThat(resumed.isInGrace()).as("resumed elsewhere").isTrue();
    reservation.settle(1_001);
    assertThat(reservation.isInGrace()).as("it stays as it was").isTrue();
  }

  @Test
  void isInNoGraceWhereThereIsNoneAndWhereNothingIsHeld() {
    use(tokens().grace("0").build());
    Reservation cut = quotas.reserve(ALICE, "tokens", 900);
    assertThat(cut.used(1_000)).isTrue();
    assertThat(cut.isInGrace()).isFalse();
    assertThat(quotas.resume(ALICE, "tokens", cut.id().orElseThrow()).isInGrace()).isFalse();
    assertThat(quotas.reserve(ALICE, "tokens", 100).isInGrace()).as("refused").isFalse();

    use(tokens().whenExhausted(WhenExhausted.OBSERVE).build());
    Reservation observed = quotas.reserve(ALICE, "tokens", 500);
    assertThat(observed.used(9_000)).isTrue();
    assertThat(observed.isInGrace()).as("only observed").isFalse();
  }

  @Test
  void aGrantEndsTheGraceAtTheNextGrowth() {
    Reservation reservation = quotas.reserve(ALICE, "tokens", 1_000);
    assertThat(reservation.used(1_001)).isTrue();
    assertThat(reservation.isInGrace()).isTrue();
    quotas.grant(
        GrantRequest.builder(ALICE, "tokens", 500)
            .reason("more")
            .expiresAt(Instant.parse("2026-11-30T00:00:00Z"))
            .operationId("g-1")
            .build());
    assertThat(reservation.used(1_200)).isTrue();
    assertThat(reservation.isInGrace()).isFalse();
  }

  @Test
  void graceThatOthersHoldIsNotCountedForWorkThatFits() {
    Reservation first = quotas.reserve(ALICE, "tokens", 500);
    Reservation second = quotas.reserve(ALICE, "tokens", 500);
    assertThat(first.used(501)).isTrue();
    assertThat(first.isInGrace()).isTrue();
    assertThat(second.used(500)).isTrue();
    assertThat(second.isInGrace()).isFalse();
  }

  @Test
  void aRollingLimitHasAGraceToo() {
    use(QuotaPolicy.builder("tokens").limit("hourly", "3600 per hour").grace("10%").build());
    Reservation reservation = quotas.reserve(ALICE, "tokens", 3_600);
    assertThat(reservation.used(3_601)).isTrue();
    assertThat(reservation.isInGrace()).isTrue();
  }

  @Test
  void whatAPolicyForgivesIsChargedToNobody() {
    use(tokens().overuse(Overuse.FORGIVE).build());
    Settlement settlement = quotas.reserve(ALICE, "tokens", 1_000).settle(1_300);
    assertThat(settlement.charged()).isEqualTo(1_100);
    assertThat(settlement.uncharged()).isEqualTo(200);
  }

  @Test
  void aRollingDebtIsPaidByTheRefillFirst() {
    use(QuotaPolicy.builder("tokens").limit("hourly", "3600 per hour").grace("10%").build());
    Reservation reservation = quotas.reserve(ALICE, "tokens", 3_600);
    assertThat(reservation.settle(3_960).charged()).isEqualTo(3_960);

    Decision refused = quotas.charge(ALICE, "tokens", 1);
    assertThat(((Decision.Denied) refused).retryAfter()).isEqualTo(Duration.ofSeconds(361));
    clock.advance(Duration.ofSeconds(361));
    assertThat(quotas.charge(ALICE, "tokens", 1).isAllowed()).isTrue();
  }

  @Test
  void withoutAGraceGrowthStopsAtTheLimit() {
    use(tokens().grace("0").build());
    Reservation reservation = quotas.reserve(ALICE, "tokens", 900);
    assertThat(reservation.used(1_000)).isTrue();
    assertThat(reservation.used(1_001)).isFalse();
    assertThat(reservation.settle(1_001).charged()).isEqualTo(1_001);
  }

  @Test
  void whatIsOnlyWatchedGrowsWithoutBound() {
    use(tokens().whenExhausted(WhenExhausted.OBSERVE).build());
    Reservation reservation = quotas.reserve(ALICE, "tokens", 5_000);
    assertThat(reservation.used(9_000)).isTrue();
    assertThat(reservation.settle(9_000).charged()).isEqualTo(9_000);
  }

  @Test
  void closingKeepsTheEstimate() {
    quotas.reserve(ALICE, "tokens", 400).close();
    assertThat(charged()).isEqualTo(400);
    assertThat(heard.events).containsExactly("reserved tokens 400", "settled 400 400 400");
  }

  @Test
  void closingKeepsWhatWasUsedBeyondTheEstimate() {
    Reservation reservation = quotas.reserve(ALICE, "tokens", 400);
    reservation.used(450);
    reservation.close();
    assertThat(charged()).isEqualTo(450);
  }

  @Test
  void closingAfterSettlingChangesNothing() {
    try (Reservation reservation = quotas.reserve(ALICE, "tokens", 400)) {
      reservation.settle(150);
    }
    assertThat(charged()).isEqualTo(150);
  }

  @Test
  void endingEarlyChargesWhatWasUsedOrElseTheEstimate() {
    Reservation told = quotas.reserve(ALICE, "tokens", 400);
    told.used(30);
    assertThat(told.settleAsUsed().charged()).isEqualTo(30);
    assertThat(told.settleAsUsed()).as("again").isEqualTo(told.settle(30));

    assertThat(quotas.reserve(ALICE, "tokens", 400).settleAsUsed().charged()).isEqualTo(400);
  }

  @Test
  void givingBackReturnsAllOfItOnce() {
    Reservation reservation = quotas.reserve(ALICE, "tokens", 400);
    reservation.used(450);
    assertThat(reservation.refund()).isTrue();
    assertThat(reservation.refund()).isFalse();
    assertThat(reservation.held()).isZero();
    assertThat(charged()).isZero();
    assertThatThrownBy(() -> reservation.settle(10))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("refunded");
    assertThat(heard.events).contains("back tokens 400");
  }

  @Test
  void settlingAgainToTheSameReturnsTheSame() {
    Reservation reservation = quotas.reserve(ALICE, "tokens", 400);
    Settlement first = reservation.settle(150);
    store.commands().clear();

    assertThat(reservation.settle(150)).isSameAs(first);
    assertThat(store.commands()).isEmpty();
    assertThatThrownBy(() -> reservation.settle(151))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("settled to 150");
    assertThatThrownBy(() -> reservation.used(151)).isInstanceOf(IllegalStateException.class);
    assertThat(charged()).isEqualTo(150);
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, Long.MIN_VALUE, Capacity.MAX_UNITS + 1, Long.MAX_VALUE})
  void absurdAmountsAreRefusedAndLeaveTheReservationAsItWas(long absurd) {
    Reservation reservation = quotas.reserve(ALICE, "tokens", 400);
    assertThatThrownBy(() -> reservation.settle(absurd))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("actual must be between 0 and " + Capacity.MAX_UNITS);
    assertThatThrownBy(() -> reservation.used(absurd))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("soFar");
    assertThatThrownBy(() -> quotas.reserve(ALICE, "tokens", absurd))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(reservation.isOver()).isFalse();
    assertThat(reservation.settle(150).charged()).isEqualTo(150);
    assertThat(charged()).isEqualTo(150);
  }

  @Test
  void aReportIsSettledByThePolicysFormula() {
    use(tokens().cost("input_tokens + 4 * output_tokens").build());
    Reservation reservation = quotas.reserve(ALICE, "tokens", 900);
    UsageReport report = UsageReport.builder().inputTokens(100).outputTokens(50).build();
    assertThat(reservation.settle(report).charged()).isEqualTo(300);
  }

  @Test
  void aReportOfAnUnknownModelLeavesTheReservationOpen() {
    use(tokens().modelCost("small-*", "output_tokens").build());
    Reservation reservation = quotas.reserve(ALICE, "tokens", 900);
    UsageReport unknown = UsageReport.builder().model("huge").outputTokens(5).build();
    assertThatThrownBy(() -> reservation.settle(unknown))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("huge");
    assertThat(reservation.isOver()).isFalse();
    reservation.close();
    assertThat(charged()).isEqualTo(900);
  }

  @Test
  void anEstimateOfZeroHoldsTheLeast() {
    Reservation reservation = quotas.reserve(ALICE, "tokens", 0);
    assertThat(reservation.held()).isEqualTo(1);

    assertThat(reservation.used(20)).isTrue();
    assertThat(reservation.settle(35).charged()).isEqualTo(35);
    assertThat(quotas.reserve(ALICE, "tokens", 0).settle(0).charged()).isZero();
    assertThat(charged()).isEqualTo(35);
  }

  private static QuotaPolicyBuilder zeroPasses() {
    return tokens().reservation(new ReservationBounds(0, Optional.empty()));
  }

  @Test
  void whereTheLeastIsZeroAnEstimateOfZeroHoldsNothing() {
    use(zeroPasses().build());
    Reservation reservation = quotas.reserve(ALICE, "tokens", 0);
    assertThat(reservation.isAllowed()).isTrue();
    assertThat(reservation.held()).isZero();
    assertThat(charged()).isZero();

    assertThat(reservation.used(20)).isTrue();
    assertThat(reservation.settle(35).charged()).isEqualTo(35);
    assertThat(charged()).isEqualTo(35);
  }

  @Test
  void whereTheLeastIsZeroAnEstimateOfZeroPassesASpentQuotaAndOwesWhatItUses() {
    use(zeroPasses().limit("running", "2 at once").build());
    quotas.charge(ALICE, "tokens", 1_000);
    assertThat(quotas.reserve(ALICE, "tokens", 0).settle(0).charged()).isZero();

    Reservation late = quotas.reserve(ALICE, "tokens", 0);
    assertThat(late.used(30)).isFalse();
    heard.events.clear();
    Settlement settlement = late.settle(40);
    assertThat(settlement.charged()).isEqualTo(40);
    assertThat(settlement.uncharged()).isZero();
    assertThat(quotas.states(ALICE).quotas().get(0).primary().overage()).hasValue(40);
    assertThat(heard.events).containsExactly("settled 0 40 40");
    assertThat(quotas.maintenance().size()).as("no place is held for it").isLessThanOrEqualTo(1);
  }

  @Test
  void whereTheLeastIsZeroAndOveruseIsForgivenNothingIsOwed() {
    use(zeroPasses().overuse(Overuse.FORGIVE).build());
    quotas.charge(ALICE, "tokens", 1_000);
    Settlement late = quotas.reserve(ALICE, "tokens", 0).settle(40);
    assertThat(late.charged()).isZero();
    assertThat(late.uncharged()).isEqualTo(40);
  }

  @Test
  void anUnlimitedPlanCountsWhatWasUsed() {
    use(
        QuotaPolicy.builder("tokens")
            .limit("daily", "unlimited per calendar day")
            .limit("rate", "unlimited per minute")
            .build());
    Reservation reservation = quotas.reserve(ALICE, "tokens", 400);
    assertThat(reservation.used(1_000_000)).isTrue();
    assertThat(reservation.settle(1_000_000).charged()).isEqualTo(1_000_000);
    assertThat(quotas.states(ALICE).quotas().get(0).primary().used()).hasValue(1_000_000);
  }

  @Test
  void whatNoStoreCountsIsGrantedAndSettled() {
    use(QuotaPolicy.builder("tokens").limit("rate", "unlimited per minute").build());
    Reservation reservation = quotas.reserve(ALICE, "tokens", 400);
    assertThat(reservation.used(9_000)).isTrue();
    assertThat(reservation.settle(9_000).charged()).isEqualTo(9_000);
  }

  @Test
  void aPlanWithoutTheQuotaRefuses() {
    use(QuotaPolicy.builder("tokens").limit("daily", "0 per calendar day").build());
    Decision refused = quotas.reserve(ALICE, "tokens", 400).decision();
    assertThat(((Decision.NeverFits) refused).reason())
        .isEqualTo(Decision.NeverFits.Reason.NOT_IN_PLAN);
  }

  @Test
  void aThresholdThatGrowthCrossesIsHeardOnce() {
    Reservation reservation = quotas.reserve(ALICE, "tokens", 500);
    reservation.used(850);
    reservation.used(900);
    reservation.settle(900);
    assertThat(heard.events)
        .filteredOn(it -> it.startsWith("crossed"))
        .containsExactly("crossed tokens.daily 80");
  }

  @Test
  void anotherNodeSettlesByTheId() {
    Reservation here = quotas.reserve(ALICE, "tokens", 400);
    try (EngineApi there = engine(tokens().build())) {
      Reservation resumed = there.resume(ALICE, "tokens", here.id().orElseThrow());
      assertThat(resumed.settle(150).charged()).isEqualTo(150);
      assertThat(charged()).isEqualTo(150);

      Settlement late = here.settle(300);
      assertThat(late.outcome()).isEqualTo(Settlement.Outcome.GONE);
      assertThat(charged()).as("nothing is charged twice").isEqualTo(150);
    }
  }

  @Test
  void aResumedReservationThatNobodySettlesIsLeftToItsNode() {
    Reservation here = quotas.reserve(ALICE, "tokens", 400);
    quotas.resume(ALICE, "tokens", here.id().orElseThrow()).close();
    assertThat(here.settle(150).outcome()).isEqualTo(Settlement.Outcome.SETTLED);
  }

  @Test
  void anIdThatIsNoneIsMisuse() {
    assertThatThrownBy(() -> quotas.resume(ALICE, "tokens", "alice' OR 1=1"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("reservationId");
  }

  @Test
  void renewalKeepsAReservationForAsLongAsItsNodeLives() {
    Reservation reservation = quotas.reserve(ALICE, "tokens", 400);
    for (int i = 0; i < 10; i++) {
      clock.advance(Duration.ofMinutes(3));
      quotas.maintenance().attendAll();
    }
    assertThat(reservation.settle(150).outcome()).isEqualTo(Settlement.Outcome.SETTLED);
    assertThat(charged()).isEqualTo(150);
    quotas.maintenance().attendAll();
    assertThat(quotas.maintenance().size()).as("nothing is left to look after").isZero();
  }

  @Test
  void aNodeThatDiesLeavesTheEstimateCharged() {
    Reservation reservation = quotas.reserve(ALICE, "tokens", 400);
    clock.advance(Duration.ofHours(1));
    assertThat(charged()).isEqualTo(400);
    assertThat(reservation.isOver()).isFalse();
  }

  @Test
  void aSettlementTheStoreDoesNotAnswerIsSentAgain() {
    Reservation reservation = quotas.reserve(ALICE, "tokens", 400);
    store.goAway();
    Settlement settlement = reservation.settle(150);
    assertThat(settlement.outcome()).isEqualTo(Settlement.Outcome.PENDING);
    assertThat(settlement.states().quotas().get(0).level()).isEqualTo(Level.UNKNOWN);

    quotas.maintenance().attendAll();
    store.comeBack();
    assertThat(charged()).isEqualTo(400);
    quotas.maintenance().attendAll();
    assertThat(charged()).isEqualTo(150);
    assertThat(quotas.maintenance().size()).isZero();
  }

  @Test
  void aSettlementWhoseReplyIsLostIsNotChargedTwice() {
    Reservation reservation = quotas.reserve(ALICE, "tokens", 400);
    store.loseReplies();
    reservation.settle(150);
    store.comeBack();
    quotas.maintenance().attendAll();
    assertThat(charged()).isEqualTo(150);
  }

  @Test
  void anOutageWhileItGrowsCutsNothing() {
    Reservation reservation = quotas.reserve(ALICE, "tokens", 100);
    store.goAway();
    assertThat(reservation.used(200)).isTrue();
    store.comeBack();
    assertThat(reservation.settle(240).charged()).isEqualTo(240);
  }

  @Test
  void whileTheStoreIsAwayThePolicyDecides() {
    store.goAway();
    assertThat(quotas.reserve(ALICE, "tokens", 100).decision())
        .isInstanceOf(Decision.Unavailable.class);

    use(tokens().onStoreFailure(OnStoreFailure.ALLOW).build());
    Reservation uncounted = quotas.reserve(ALICE, "tokens", 100);
    assertThat(uncounted.isAllowed()).isTrue();
    assertThat(uncounted.used(5_000)).isTrue();
    assertThat(uncounted.settle(5_000).charged()).isZero();

    use(tokens().onStoreFailure(OnStoreFailure.LOCAL).build());
    Reservation local = quotas.reserve(ALICE, "tokens", 600);
    assertThat(quotas.reserve(ALICE, "tokens", 600).isAllowed()).isFalse();
    assertThat(local.settle(100).charged()).isEqualTo(100);
    assertThat(quotas.reserve(ALICE, "tokens", 600).isAllowed()).isTrue();
  }

  @Test
  void eightFirstEverReservationsAtOnceNeverOverspend() throws Exception {
    AtomicInteger allowed = new AtomicInteger();
    Race.run(
        8,
        thread -> {
          if (quotas.reserve(ALICE, "tokens", 300).isAllowed()) {
            allowed.incrementAndGet();
          }
        });
    assertThat(allowed).hasValue(3);
    assertThat(charged()).isEqualTo(900);
  }

  @Test
  void aThousandWithFailuresSettleToTheExactSum() throws Exception {
    use(QuotaPolicy.builder("tokens").limit("daily", "100000000 per calendar day").build());
    AtomicLong expected = new AtomicLong();
    Race.run(
        8,
        thread -> {
          SplittableRandom random = new SplittableRandom(thread);
          for (int i = 0; i < 125; i++) {
            Reservation reservation = quotas.reserve(ALICE, "tokens", random.nextLong(1, 500));
            long soFar = 0;
            for (int step = random.nextInt(20); step > 0; step--) {
              soFar += random.nextLong(100);
              assertThat(reservation.used(soFar)).isTrue();
            }
            switch (random.nextInt(4)) {
              case 0 -> reservation.refund();
              case 1 -> expected.addAndGet(reservation.settleAsUsed().charged());
              default -> {
                long actual = soFar + random.nextLong(50);
                expected.addAndGet(actual);
                assertThat(reservation.settle(actual).charged()).isEqualTo(actual);
              }
            }
          }
        });
    assertThat(charged()).isEqualTo(expected.get());
    assertThat(quotas.states(ALICE).quotas().get(0).primary().used()).hasValue(expected.get());
  }
}
