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
import dev.quota.spi.StoreCommand;
import dev.quota.store.Accuracy;
import dev.quota.store.Availability;
import dev.quota.store.ManualClock;
import dev.quota.store.QuotaStoreException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the engine decides and reports while the store cannot answer. */
class StoreAwayTest {

  /** Returns the API of an engine that this suite tests. */
  EngineApi api(Quotas quotas) {
    return EngineApi.blocking(quotas);
  }

  private static final Subject ALICE = Subject.user("alice");

  private final ManualClock clock = ManualClock.at("2026-11-23T14:59:30Z");
  private final FailingStore store = new FailingStore(clock);
  private final Heard heard = Heard.withAccuracy();

  private static QuotaPolicyBuilder quota(String name, String phrase, OnStoreFailure choice) {
    return QuotaPolicy.builder(name).limit("only", phrase).onStoreFailure(choice);
  }

  private static QuotaPolicyBuilder chat(OnStoreFailure choice) {
    return QuotaPolicy.builder("chat")
        .limit("burst", "10 per minute")
        .limit("daily", "50 per calendar day")
        .warnAt("80%", "95%")
        .onStoreFailure(choice);
  }

  private EngineApi quotas(int nodes, QuotaPolicyBuilder... policies) {
    QuotasBuilder builder = Quotas.builder().clock(clock).store(store).listener(heard);
    for (QuotaPolicyBuilder policy : policies) {
      builder.policy(policy.build());
    }
    return api(builder.nodes(nodes).build());
  }

  private static QuotaState state(Decision decision) {
    return decision.states().quotas().get(0);
  }

  private static LimitState limit(QuotaState state, String name) {
    return state.limits().stream().filter(limit -> limit.name().equals(name)).findFirst().get();
  }

  private static void assertNothingIsKnown(QuotaState state) {
    assertThat(state.accuracy()).isEqualTo(Accuracy.UNKNOWN);
    assertThat(state.level()).isEqualTo(Level.UNKNOWN);
    assertThat(state.largestFittingCost()).isEmpty();
    assertThat(state.nextAvailableAt()).isEmpty();
    assertThat(state.remainingShare()).isEmpty();
    assertThat(state.own()).isEmpty();
    assertThat(state.blockedBy()).isEmpty();
    assertThat(state.isDegraded()).isFalse();
    for (LimitState limit : state.limits()) {
      assertThat(limit.level()).isEqualTo(Level.UNKNOWN);
      assertNoNumbersOfUse(limit);
      assertThat(limit.resetAt()).isEmpty();
      assertThat(limit.nextAvailableAt()).isEmpty();
    }
  }

  private static void assertNoNumbersOfUse(LimitState limit) {
    assertThat(limit.used()).isEmpty();
    assertThat(limit.remaining()).isEmpty();
    assertThat(limit.remainingShare()).isEmpty();
    assertThat(limit.fullAt()).isEmpty();
    assertThat(limit.highestCrossed()).isEmpty();
  }

  private static void assertIsPoll(Duration wait) {
    assertThat(wait).isBetween(Duration.ofSeconds(2), Duration.ofSeconds(5));
  }

  @Test
  void denyRefusesWithAValueAndASecondsWait() {
    EngineApi quotas = quotas(1, chat(OnStoreFailure.DENY));
    store.goAway();

    Decision.Unavailable refused = (Decision.Unavailable) quotas.charge(ALICE, "chat", 3);

    assertIsPoll(refused.retryAfter());
    assertThat(refused.isAllowed()).isFalse();
    assertNothingIsKnown(state(refused));
    assertThat(state(refused).allowed()).isFalse();
    assertThat(state(refused).cost()).isEqualTo(3);
    assertThat(state(refused).retryAfter()).contains(refused.retryAfter());
    assertThat(limit(state(refused), "daily").availability())
        .isInstanceOf(Availability.WhenReleased.class);
    assertThat(refused.states().binding()).isSameAs(state(refused));
    assertThat(heard.events).containsExactly("failed chat UNKNOWN NO", "denied chat UNKNOWN");
  }

  @Test
  void denyIsWhatHappensUnlessThePolicySays() {
    EngineApi quotas =
        api(
            Quotas.builder()
                .policy(QuotaPolicy.builder("chat").limit("daily", "5 per calendar day").build())
                .store(store)
                .build());
    store.goAway();

    assertThat(quotas.charge(ALICE, "chat", 1)).isInstanceOf(Decision.Unavailable.class);
  }

  @Test
  void refusedClientsDoNotComeBackAllAtOnce() {
    EngineApi quotas = quotas(1, chat(OnStoreFailure.DENY));
    store.goAway();
    Set<Duration> waits = new HashSet<>();
    for (int i = 0; i < 50; i++) {
      waits.add(((Decision.Unavailable) quotas.charge(ALICE, "chat", 1)).retryAfter());
    }

    assertThat(waits).hasSizeGreaterThan(10).allSatisfy(StoreAwayTest::assertIsPoll);
  }

  @Test
  void allowLetsThroughWhatNobodyCounts() {
    EngineApi quotas = quotas(1, chat(OnStoreFailure.ALLOW));
    store.goAway();

    for (int i = 0; i < 100; i++) {
      Decision.Allowed allowed = (Decision.Allowed) quotas.charge(ALICE, "chat", 5);
      assertNothingIsKnown(state(allowed));
      assertThat(state(allowed).allowed()).isTrue();
      assertThat(state(allowed).retryAfter()).isEmpty();
      assertThat(state(allowed).cost()).isEqualTo(1);
      assertThat(allowed.isDegraded()).isFalse();
      assertThat(quotas.refund(allowed.receipt())).as("nothing was taken").isFalse();
    }
    assertThat(heard.events)
        .hasSize(200)
        .startsWith("failed chat UNKNOWN NO", "allowed chat 0 UNKNOWN");
    store.comeBack();
    assertThat(limit(quotas.states(ALICE).quotas().get(0), "daily").used()).hasValue(0);
  }

  @Test
  void localCountsOnThisNodeWithItsShare() {
    EngineApi quotas = quotas(4, chat(OnStoreFailure.LOCAL));
    store.goAway();
    Decision.Allowed first = (Decision.Allowed) quotas.charge(ALICE, "chat", 1);
    quotas.charge(ALICE, "chat", 1);

    QuotaState state = state(first);
    assertThat(state.accuracy()).isEqualTo(Accuracy.APPROXIMATE);
    assertThat(state.level()).isEqualTo(Level.OK);
    assertThat(state.largestFittingCost()).isEmpty();
    assertThat(limit(state, "burst").limit()).as("never a divided number").hasValue(10);
    assertThat(limit(state, "daily").limit()).hasValue(50);
    assertThat(state.limits()).allSatisfy(StoreAwayTest::assertNoNumbersOfUse);
    assertThat(limit(state, "daily").resetAt()).contains(Instant.parse("2026-11-24T00:00:00Z"));
    // ⌊10 / 4⌋ = 2 a minute, so that one comes back every 30 seconds.
    Decision.Denied denied = (Decision.Denied) quotas.charge(ALICE, "chat", 1);
    assertThat(denied.retryAfter()).isEqualTo(Duration.ofSeconds(30));
    assertThat(state(denied).accuracy()).isEqualTo(Accuracy.APPROXIMATE);
    assertThat(state(denied).level()).isEqualTo(Level.EXHAUSTED);
    assertThat(state(denied).blockedBy()).extracting(LimitState::name).containsExactly("burst");
    assertThat(state(denied).limits()).allSatisfy(StoreAwayTest::assertNoNumbersOfUse);
    clock.advance(denied.retryAfter().minusMillis(1));
    assertThat(quotas.charge(ALICE, "chat", 1).isAllowed()).isFalse();
    clock.advanceMillis(1);
    assertThat(quotas.charge(ALICE, "chat", 1).isAllowed()).isTrue();
    assertThat(quotas.charge(Subject.user("bob"), "chat", 1).isAllowed()).isTrue();
    assertThat(heard.events)
        .startsWith(
            "failed chat APPROXIMATE NO",
            "allowed chat 1 APPROXIMATE",
            "failed chat APPROXIMATE NO",
            "allowed chat 1 APPROXIMATE",
            "failed chat APPROXIMATE NO",
            "denied chat APPROXIMATE");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 10, 11, 1_000})
  void aShareIsRoundedDownAndAtLeastOne(int nodes) {
    EngineApi quotas = quotas(nodes, quota("chat", "10 per calendar day", OnStoreFailure.LOCAL));
    store.goAway();
    int granted = 0;
    while (quotas.charge(ALICE, "chat", 1).isAllowed()) {
      granted++;
    }

    assertThat(granted).isEqualTo(Math.max(1, 10 / nodes));
  }

  @Test
  void whatHasNoShareStaysAsItIs() {
    EngineApi quotas =
        quotas(
            4,
            quota("off", "0 per calendar day", OnStoreFailure.LOCAL),
            quota("free", "unlimited per calendar day", OnStoreFailure.LOCAL));
    store.goAway();

    assertThat(quotas.charge(ALICE, "off", 1))
        .isInstanceOfSatisfying(
            Decision.NeverFits.class,
            never -> assertThat(never.reason()).isEqualTo(Decision.NeverFits.Reason.NOT_IN_PLAN));
    Decision free = quotas.charge(ALICE, "free", 1_000_000);
    assertThat(free.isAllowed()).isTrue();
    assertThat(state(free).level()).isEqualTo(Level.UNLIMITED);
  }

  @Test
  void nodesAreAtLeastOne() {
    assertThatThrownBy(() -> Quotas.builder().nodes(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("nodes must be at least 1, was 0");
  }

  @Test
  void aCostAboveTheShareIsNotMoreThanCouldEverFit() {
    EngineApi quotas = quotas(4, chat(OnStoreFailure.LOCAL));
    store.goAway();

    Decision.Unavailable refused = (Decision.Unavailable) quotas.charge(ALICE, "chat", 3);

    assertIsPoll(refused.retryAfter());
    assertNothingIsKnown(state(refused));
    assertThat(state(refused).allowed()).isFalse();
    QuotaState check = quotas.check(ALICE, "chat", 3).quotas().get(0);
    assertNothingIsKnown(check);
    assertThat(check.allowed()).isFalse();
    assertIsPoll(check.retryAfter().get());
    assertThat(quotas.charge(ALICE, "chat", 2).isAllowed()).as("nothing was taken").isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"DENY", "ALLOW", "LOCAL"})
  void moreThanThePolicyEverGrantsNeverFits(OnStoreFailure choice) {
    EngineApi quotas = quotas(4, chat(choice), quota("ping", "5 per minute", OnStoreFailure.DENY));
    store.goAway();

    Decision.NeverFits never =
        (Decision.NeverFits)
            quotas.charge(ALICE, List.of(new Charge("ping", 1), new Charge("chat", 11)));

    assertThat(never.reason()).isEqualTo(Decision.NeverFits.Reason.TOO_LARGE);
    assertThat(never.states().quotas()).extracting(QuotaState::name).containsExactly("chat");
    QuotaState state = never.states().binding();
    assertThat(state.level()).isEqualTo(Level.EXHAUSTED);
    assertThat(state.accuracy()).isEqualTo(Accuracy.APPROXIMATE);
    assertThat(state.retryAfter()).isEmpty();
    assertThat(state.blockedBy()).extracting(LimitState::name).containsExactly("burst");
    assertThat(state.limits()).allSatisfy(StoreAwayTest::assertNoNumbersOfUse);
    QuotaState check = quotas.check(ALICE, "chat", 11).quotas().get(0);
    assertThat(check.allowed()).isFalse();
    assertThat(check.retryAfter()).isEmpty();
    assertThat(check.binding().availability()).isInstanceOf(Availability.Never.class);
    assertThat(heard.events).contains("denied chat APPROXIMATE").doesNotContain("denied ping");
  }

  @Test
  void anyDenyRefusesAndNothingIsTakenOnThisNode() {
    EngineApi quotas =
        quotas(
            1,
            quota("a", "2 per calendar day", OnStoreFailure.ALLOW),
            quota("l", "2 per calendar day", OnStoreFailure.LOCAL),
            quota("d", "2 per calendar day", OnStoreFailure.DENY));
    store.goAway();
    List<Charge> all = List.of(new Charge("a", 1), new Charge("l", 2), new Charge("d", 1));

    Decision.Unavailable refused = (Decision.Unavailable) quotas.charge(ALICE, all);

    assertThat(refused.states().binding().name()).isEqualTo("d");
    assertThat(refused.states().quotas())
        .extracting(QuotaState::accuracy)
        .containsExactly(Accuracy.UNKNOWN, Accuracy.APPROXIMATE, Accuracy.UNKNOWN);
    assertThat(refused.states().quotas())
        .extracting(QuotaState::allowed)
        .containsExactly(true, true, false);
    assertThat(heard.events)
        .containsExactly(
            "failed a UNKNOWN NO",
            "failed l APPROXIMATE NO",
            "failed d UNKNOWN NO",
            "denied d UNKNOWN");
    assertThat(quotas.charge(ALICE, "l", 2).isAllowed()).isTrue();
  }

  @Test
  void localQuotasAreTakenTogetherOrNotAtAll() {
    EngineApi quotas =
        quotas(
            1,
            quota("allow", "2 per calendar day", OnStoreFailure.ALLOW),
            quota("day", "2 per calendar day", OnStoreFailure.LOCAL),
            quota("minute", "4 per minute", OnStoreFailure.LOCAL));
    store.goAway();
    List<Charge> all =
        List.of(new Charge("allow", 1), new Charge("day", 1), new Charge("minute", 4));

    assertThat(quotas.charge(ALICE, all).isAllowed()).isTrue();
    Decision.Denied denied = (Decision.Denied) quotas.charge(ALICE, all);

    assertThat(denied.retryAfter()).isEqualTo(Duration.ofMinutes(1));
    assertThat(denied.states().binding().name()).isEqualTo("minute");
    assertThat(quotas.charge(ALICE, "day", 1).isAllowed()).as("none of the day").isTrue();
    assertThat(quotas.charge(ALICE, "day", 1).isAllowed()).isFalse();
    assertThat(heard.events)
        .startsWith(
            "failed allow UNKNOWN NO",
            "failed day APPROXIMATE NO",
            "failed minute APPROXIMATE NO",
            "allowed allow 0 UNKNOWN",
            "allowed day 1 APPROXIMATE",
            "allowed minute 4 APPROXIMATE");
  }

  @Test
  void oneQuotaAboveItsShareMakesTheWholeChargeUnavailable() {
    EngineApi quotas =
        quotas(
            4,
            quota("day", "4 per calendar day", OnStoreFailure.LOCAL),
            quota("minute", "8 per minute", OnStoreFailure.LOCAL));
    store.goAway();
    quotas.charge(ALICE, "minute", 2);

    assertThat(quotas.charge(ALICE, List.of(new Charge("minute", 1), new Charge("day", 2))))
        .isInstanceOf(Decision.Unavailable.class);
  }

  @Test
  void zeroIsAlwaysAllowed() {
    EngineApi quotas =
        quotas(1, chat(OnStoreFailure.DENY), quota("ping", "5 per minute", OnStoreFailure.LOCAL));
    store.goAway();

    assertThat(quotas.charge(ALICE, "chat", 0).isAllowed()).isTrue();
    assertThat(quotas.check(ALICE, "chat", 0).quotas().get(0).allowed()).isTrue();
    Decision both = quotas.charge(ALICE, List.of(new Charge("chat", 0), new Charge("ping", 1)));
    assertThat(both.isAllowed()).isTrue();
    assertThat(both.states().quota("chat").get().accuracy()).isEqualTo(Accuracy.UNKNOWN);
    assertThat(heard.events)
        .as("a quota that is charged nothing has no part in it")
        .containsExactly("failed ping APPROXIMATE NO", "allowed ping 1 APPROXIMATE");
  }

  @Test
  void anObservedQuotaRefusesNobody() {
    EngineApi quotas =
        quotas(
            1,
            chat(OnStoreFailure.DENY).whenExhausted(WhenExhausted.OBSERVE),
            quota("seen", "2 per calendar day", OnStoreFailure.LOCAL)
                .whenExhausted(WhenExhausted.OBSERVE));
    store.goAway();

    Decision decision =
        quotas.charge(ALICE, List.of(new Charge("chat", 60), new Charge("seen", 3)));

    assertThat(decision.isAllowed()).isTrue();
    assertThat(decision.states().quotas()).allMatch(QuotaState::allowed);
    assertThat(decision.states().quota("seen").get().level()).isEqualTo(Level.OK);
  }

  @Test
  void aQuotaWithoutAnyLimitRefusesNobody() {
    EngineApi quotas =
        quotas(
            1,
            quota("chat", "unlimited per calendar day", OnStoreFailure.DENY),
            quota("paced", "unlimited per calendar day", OnStoreFailure.DENY)
                .limit("pace", "5 per minute"));
    store.goAway();

    assertThat(quotas.charge(ALICE, "chat", 1_000).isAllowed()).isTrue();
    assertThat(quotas.states(ALICE).quota("chat").get().allowed()).isTrue();
    assertThat(quotas.charge(ALICE, "paced", 1)).isInstanceOf(Decision.Unavailable.class);
  }

  @Test
  void policiesThatChooseDifferentlyDiffer() {
    assertThat(chat(OnStoreFailure.DENY).build())
        .isEqualTo(chat(OnStoreFailure.DENY).build())
        .isNotEqualTo(chat(OnStoreFailure.LOCAL).build());
  }

  @Test
  void aDegradingQuotaDegradesWhereItsShareIsUsedUp() {
    EngineApi quotas =
        quotas(
            2,
            quota("chat", "4 per calendar day", OnStoreFailure.LOCAL)
                .whenExhausted(WhenExhausted.DEGRADE));
    store.goAway();

    Decision.Allowed whole = (Decision.Allowed) quotas.charge(ALICE, "chat", 2);
    Decision.Allowed reduced = (Decision.Allowed) quotas.charge(ALICE, "chat", 1);
    Decision.Allowed aboveTheShare = (Decision.Allowed) quotas.charge(ALICE, "chat", 3);
    Decision.Allowed aboveAll = (Decision.Allowed) quotas.charge(ALICE, "chat", 5);

    assertThat(whole.isDegraded()).isFalse();
    assertThat(reduced.isDegraded()).isTrue();
    assertThat(state(reduced).degradedUntil()).contains(Instant.parse("2026-11-24T00:00:00Z"));
    assertThat(aboveTheShare.isDegraded()).isTrue();
    assertThat(state(aboveTheShare).level()).isEqualTo(Level.DEGRADED);
    assertThat(state(aboveTheShare).degradedUntil()).isEmpty();
    assertThat(aboveAll.isDegraded()).isTrue();
    assertThat(heard.events).endsWith("allowed chat 0 APPROXIMATE");
  }

  @ParameterizedTest
  @ValueSource(strings = {"DENY", "ALLOW"})
  void whatAlwaysDegradesNeedsNoStore(OnStoreFailure choice) {
    EngineApi quotas =
        quotas(
            1,
            quota("chat", "4 per calendar day", choice).whenExhausted(WhenExhausted.DEGRADE),
            quota("ping", "5 per minute", OnStoreFailure.ALLOW));
    store.goAway();

    Decision.Allowed allowed =
        (Decision.Allowed)
            quotas.charge(ALICE, List.of(new Charge("chat", 5), new Charge("ping", 1)));

    assertThat(allowed.isDegraded()).isTrue();
    assertThat(state(allowed).level()).isEqualTo(Level.DEGRADED);
    assertThat(state(quotas.charge(ALICE, "chat", 1)).accuracy()).isEqualTo(Accuracy.UNKNOWN);
  }

  @Test
  void aPlanWithoutTheQuotaSaysSoInEveryState() {
    EngineApi quotas =
        quotas(1, chat(OnStoreFailure.ALLOW).limit("monthly", "0 per calendar month"));
    store.goAway();

    assertThat(quotas.charge(ALICE, "chat", 1)).isInstanceOf(Decision.NeverFits.class);
    QuotaState state = quotas.states(ALICE).quotas().get(0);
    assertThat(state.allowed()).isFalse();
    assertThat(state.retryAfter()).isEmpty();
    assertThat(state.binding().name()).isEqualTo("monthly");
  }

  @Test
  void statesAndChecksAreAnsweredAndCreateNothing() {
    EngineApi quotas =
        quotas(
            2,
            quota("a", "10 per calendar day", OnStoreFailure.ALLOW),
            quota("l", "10 per calendar day", OnStoreFailure.LOCAL),
            quota("d", "10 per calendar day", OnStoreFailure.DENY));
    store.goAway();

    for (int i = 0; i < 3; i++) {
      QuotaSnapshot states = quotas.states(ALICE);
      assertThat(states.now()).isEqualTo(clock.instant());
      assertNothingIsKnown(states.quota("a").get());
      assertThat(states.quota("a").get().allowed()).isTrue();
      assertThat(states.quota("l").get().accuracy()).isEqualTo(Accuracy.APPROXIMATE);
      assertThat(states.quota("l").get().allowed()).isTrue();
      assertThat(states.quota("l").get().primary().limit()).hasValue(10);
      assertNothingIsKnown(states.quota("d").get());
      assertThat(states.quota("d").get().allowed()).isFalse();
      assertIsPoll(states.quota("d").get().retryAfter().get());
    }
    assertThat(quotas.check(ALICE, "l", 5).quotas().get(0).allowed()).isTrue();
    assertThat(heard.events).isEmpty();
    assertThat(quotas.charge(ALICE, "l", 5).isAllowed()).isTrue();
  }

  @Test
  void aChargeWithoutReplyIsDecidedTheSameWayAndMayCountTwice() {
    EngineApi quotas = quotas(1, quota("chat", "10 per calendar day", OnStoreFailure.LOCAL));
    store.loseReplies();

    assertThat(quotas.charge(ALICE, "chat", 4).isAllowed()).isTrue();

    assertThat(heard.events).startsWith("failed chat APPROXIMATE UNKNOWN");
    store.comeBack();
    assertThat(quotas.states(ALICE).quotas().get(0).primary().used())
        .as("under-admits, and never over-admits")
        .hasValue(4);
  }

  @Test
  void everythingIsAsBeforeWhenTheStoreAnswersAgain() {
    EngineApi quotas =
        quotas(1, chat(OnStoreFailure.DENY), quota("l", "9 per week", OnStoreFailure.LOCAL));
    quotas.charge(ALICE, "chat", 2);
    store.goAway();
    quotas.charge(ALICE, "chat", 1);
    quotas.charge(ALICE, "l", 5);
    store.comeBack();

    QuotaState chat = state(quotas.charge(ALICE, "chat", 1));

    assertThat(chat.accuracy()).isEqualTo(Accuracy.EXACT);
    assertThat(limit(chat, "daily").used()).hasValue(3);
    assertThat(quotas.states(ALICE).quota("l").get().primary().used()).hasValue(0);
  }

  @Test
  void thresholdsAreHeardOnlyOfExactCounts() {
    EngineApi quotas = quotas(1, chat(OnStoreFailure.LOCAL).limit("weekly", "5 per calendar week"));
    store.goAway();
    for (int i = 0; i < 5; i++) {
      QuotaState state = state(quotas.charge(ALICE, "chat", 1));
      assertThat(state.level()).isNotEqualTo(Level.WARNING);
    }

    assertThat(heard.events).noneMatch(event -> event.startsWith("crossed"));
    store.comeBack();
    quotas.charge(ALICE, "chat", 5);
    assertThat(heard.events)
        .contains("crossed chat.weekly 80")
        .filteredOn(event -> event.startsWith("crossed"))
        .hasSize(2);
  }

  @Test
  void givesBackToTheStoreItWasTakenFrom() {
    EngineApi quotas = quotas(2, quota("chat", "10 per calendar day", OnStoreFailure.LOCAL));
    Receipt fromStore = ((Decision.Allowed) quotas.charge(ALICE, "chat", 7)).receipt();
    store.goAway();
    Receipt fromNode = ((Decision.Allowed) quotas.charge(ALICE, "chat", 5)).receipt();
    assertThat(quotas.charge(ALICE, "chat", 1).isAllowed()).isFalse();

    assertThatThrownBy(() -> quotas.refund(fromStore)).isInstanceOf(QuotaStoreException.class);
    assertThat(quotas.refund(fromNode)).isTrue();
    assertThat(quotas.refund(fromNode)).isFalse();

    assertThat(quotas.charge(ALICE, "chat", 5).isAllowed()).as("back on this node").isTrue();
    store.comeBack();
    assertThat(quotas.states(ALICE).quotas().get(0).primary().used()).hasValue(7);
    assertThat(quotas.refund(fromStore)).as("it was not applied").isTrue();
    assertThat(quotas.states(ALICE).quotas().get(0).primary().used()).hasValue(0);
    assertThat(heard.events).contains("back chat 5", "back chat 7");
  }

  @Test
  void aShareDrainsAtItsOwnPaceWhenItIsGivenBack() {
    EngineApi quotas = quotas(2, quota("chat", "10 per minute", OnStoreFailure.LOCAL));
    store.goAway();
    Receipt receipt = ((Decision.Allowed) quotas.charge(ALICE, "chat", 5)).receipt();
    clock.advance(Duration.ofSeconds(48));
    // Of 5 a minute, 4 have drained: only 1 is left to refund.
    quotas.charge(ALICE, "chat", 4);
    quotas.refund(receipt);

    assertThat(quotas.charge(ALICE, "chat", 1).isAllowed()).isTrue();
    assertThat(quotas.charge(ALICE, "chat", 1).isAllowed()).isFalse();
  }

  @Test
  void changedPoliciesAndDefinitionsInPlaceHaveTheirShareToo() {
    EngineApi quotas = quotas(4, quota("chat", "8 per calendar day", OnStoreFailure.LOCAL));
    quotas.define(quota("ping", "12 per calendar day", OnStoreFailure.LOCAL).build(), "Ping");
    store.goAway();
    assertThat(quotas.charge(ALICE, "chat", 2).isAllowed()).isTrue();
    assertThat(quotas.charge(ALICE, "chat", 1).isAllowed()).isFalse();

    quotas.replacePolicies(
        Policies.builder()
            .plan(Plan.of("free"))
            .plan(Plan.of("pro"))
            .quota(
                quota("chat", "16 per calendar day", OnStoreFailure.LOCAL)
                    .planCapacity("pro", "only", 40)
                    .build())
            .build());

    assertThat(quotas.charge(ALICE, "chat", 2).isAllowed()).as("2 of 4 were used").isTrue();
    assertThat(quotas.charge(ALICE, "chat", 1).isAllowed()).isFalse();
    Subject pro = Subject.builder(Subject.Kind.USER, "alice").plan("pro").build();
    assertThat(quotas.charge(pro, "chat", 6).isAllowed()).as("4 of 10 were used").isTrue();
    assertThat(quotas.charge(pro, "chat", 1).isAllowed()).isFalse();
    assertThat(quotas.charge(ALICE, "ping", 3).isAllowed()).isTrue();
    assertThat(quotas.charge(ALICE, "ping", 1).isAllowed()).isFalse();
  }

  @Test
  void theStoreIsAskedOnceAndFirst() {
    EngineApi quotas = quotas(1, chat(OnStoreFailure.LOCAL));
    store.goAway();
    quotas.charge(ALICE, "chat", 1);

    assertThat(store.commands()).hasSize(1).allMatch(StoreCommand.Take.class::isInstance);
  }

  @Test
  void aClosedEngineDecidesNothing() {
    EngineApi quotas = quotas(1, chat(OnStoreFailure.ALLOW));
    quotas.close();

    assertThatThrownBy(() -> quotas.charge(ALICE, "chat", 1))
        .isInstanceOf(QuotaStoreException.class);
    assertThatThrownBy(() -> quotas.states(ALICE)).isInstanceOf(QuotaStoreException.class);
    EngineApi inProcess = api(Quotas.builder().policy(chat(OnStoreFailure.ALLOW).build()).build());
    inProcess.close();
    assertThatThrownBy(() -> inProcess.charge(ALICE, "chat", 1))
        .isInstanceOf(QuotaStoreException.class);
  }
}
