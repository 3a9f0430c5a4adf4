package dev.quota;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.message.QuotaMessages;
import dev.quota.policy.LimitPolicy;
import dev.quota.policy.Mode;
import dev.quota.policy.OnStoreFailure;
import dev.quota.policy.Overuse;
import dev.quota.policy.Plan;
import dev.quota.policy.Policies;
import dev.quota.policy.QuotaPolicy;
import dev.quota.policy.QuotaPolicyBuilder;
import dev.quota.policy.Scope;
import dev.quota.policy.WhenExhausted;
import dev.quota.spi.FailingStore;
import dev.quota.store.ManualClock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** Quotas and limits in shadow mode: they count and decide, and refuse nobody. */
class ShadowTest {

  private static final Subject ALICE = Subject.user("alice");

  private final ManualClock clock = ManualClock.at("2026-11-23T14:59:30Z");
  private final FailingStore store = new FailingStore(clock);
  private final Heard heard = new Heard();
  private EngineApi quotas = api(Quotas.builder().store(store).clock(clock).build());

  /** Returns the API of an engine that this suite tests. */
  EngineApi api(Quotas engine) {
    return EngineApi.blocking(engine);
  }

  private void use(QuotaPolicyBuilder... policies) {
    use(Policies.builder(), policies);
  }

  private void use(Policies.Builder all, QuotaPolicyBuilder... policies) {
    for (QuotaPolicyBuilder policy : policies) {
      all.quota(policy.build());
    }
    quotas =
        api(
            Quotas.builder()
                .store(store)
                .clock(clock)
                .policies(all.build())
                .listener(heard)
                .build());
  }

  private static QuotaPolicyBuilder chat() {
    return QuotaPolicy.builder("chat").limit("daily", "3 per calendar day");
  }

  private static QuotaPolicyBuilder mixed() {
    return QuotaPolicy.builder("chat")
        .limit("daily", "10 per calendar day")
        .limit(LimitPolicy.of("hourly", "3 per hour").withMode(Mode.SHADOW));
  }

  private QuotaState state(String quota) {
    return quotas.states(ALICE, List.of(quota)).quota(quota).orElseThrow();
  }

  private QuotaState shadow(String quota) {
    return state(quota).shadow().orElseThrow();
  }

  private Decision.Allowed allowed(String quota, long cost) {
    return (Decision.Allowed) quotas.charge(ALICE, quota, cost);
  }

  @Test
  void aQuotaInShadowCountsAndRefusesNobody() {
    use(chat().mode(Mode.SHADOW).warnAt("60%"));
    allowed("chat", 2);
    Decision.Allowed over = allowed("chat", 2);
    assertThat(over.isDegraded()).isFalse();
    assertThat(heard.events)
        .containsExactly(
            "allowed chat 2",
            "shadow crossed daily 60",
            "allowed chat 0",
            "shadow chat LIMIT_REACHED");
    assertThat(shadow("chat").primary().used()).hasValue(2);
    assertThat(shadow("chat").level()).isEqualTo(Level.WARNING);
    assertThat(state("chat").level()).isEqualTo(Level.UNLIMITED);
    assertThat(state("chat").isShadow()).isTrue();
    assertThat(quotas.states(ALICE).visible().quotas()).isEmpty();
    allowed("chat", 1);
    assertThat(shadow("chat").primary().used()).hasValue(3);
    assertThat(shadow("chat").allowed()).isFalse();
    assertThat(quotas.check(ALICE, "chat", 5).quotas().get(0).allowed()).isTrue();
  }

  @Test
  void theEventHasTheSentenceThatPeopleWouldHaveRead() {
    use(chat().mode(Mode.SHADOW));
    allowed("chat", 3);
    Decision.Allowed over = allowed("chat", 1);
    QuotaState state = heard.only(QuotaEvent.ShadowRefused.class).state();
    assertThat(state.level()).isEqualTo(Level.EXHAUSTED);
    assertThat(state.cost()).isEqualTo(1);
    assertThat(state.retryAfter()).contains(Duration.ofHours(9).plusSeconds(30));
    assertThat(QuotaMessages.create().message(over.states(), state, Locale.ENGLISH).detail())
        .startsWith("All 3 requests for today are used.");
  }

  @Test
  void aLimitInShadowStandsBesideEnforcedOnes() {
    use(mixed());
    allowed("chat", 3);
    Decision.Allowed fourth = allowed("chat", 1);
    QuotaState seen = fourth.states().quotas().get(0);
    assertThat(seen.isShadow()).isFalse();
    assertThat(seen.limits()).extracting(LimitState::name).containsExactly("daily");
    assertThat(seen.primary().used()).hasValue(4);
    QuotaState would = seen.shadow().orElseThrow();
    assertThat(would.blockedBy()).extracting(LimitState::name).containsExactly("hourly");
    assertThat(heard.events)
        .containsExactly("allowed chat 3", "allowed chat 1", "shadow chat LIMIT_REACHED");
    assertThat(store.commands()).hasSize(2);
  }

  @Test
  void whatAnEnforcedLimitRefusesIsCountedNowhere() {
    use(mixed());
    assertThat(quotas.charge(ALICE, "chat", 11).isAllowed()).isFalse();
    assertThat(shadow("chat").limits()).allMatch(limit -> limit.used().orElseThrow() == 0);
    assertThat(heard.events).containsExactly("denied chat");
  }

  @Test
  void severalQuotasAreDecidedByTheEnforcedOnes() {
    use(
        chat().mode(Mode.SHADOW),
        QuotaPolicy.builder("image").limit("daily", "5 per calendar day"));
    List<Charge> both = List.of(new Charge("chat", 4), new Charge("image", 2));
    Decision first = quotas.charge(ALICE, both);
    assertThat(first.isAllowed()).isTrue();
    assertThat(first.states().binding().name()).isEqualTo("image");
    assertThat(heard.events)
        .containsExactly("allowed chat 0", "shadow chat TOO_LARGE", "allowed image 2");
    heard.clear();
    Decision refused = quotas.charge(ALICE, List.of(new Charge("chat", 1), new Charge("image", 4)));
    assertThat(refused).isInstanceOf(Decision.Denied.class);
    assertThat(refused.states().binding().name()).isEqualTo("image");
    assertThat(shadow("chat").primary().used()).hasValue(0);
    assertThat(heard.events).containsExactly("denied image");
  }

  @Test
  void aShadowWithoutRoomOnOneScopeTakesNothingOnAnother() {
    use(
        QuotaPolicy.builder("chat")
            .limit("own", "2 per calendar day")
            .limit(LimitPolicy.of("all", "100 per calendar day per org"))
            .mode(Mode.SHADOW));
    Subject member = Subject.builder(Subject.Kind.USER, "alice").group(Scope.ORG, "acme").build();
    quotas.charge(member, "chat", 2);
    quotas.charge(member, "chat", 2);
    QuotaState would = quotas.states(member).quotas().get(0).shadow().orElseThrow();
    assertThat(would.limits())
        .extracting(limit -> limit.used().orElseThrow())
        .containsExactly(2L, 2L);
  }

  @Test
  void aRefundReturnsWhatTheShadowTook() {
    use(mixed());
    Decision.Allowed taken = allowed("chat", 2);
    assertThat(quotas.refund(taken.receipt())).isTrue();
    assertThat(shadow("chat").limits()).allMatch(limit -> limit.used().orElseThrow() == 0);
  }

  @Test
  void aRefundOfWhatTheShadowSkippedReturnsOnlyTheRest() {
    use(mixed());
    allowed("chat", 3);
    Decision.Allowed skipped = allowed("chat", 2);
    assertThat(quotas.refund(skipped.receipt())).isTrue();
    assertThat(shadow("chat").limits())
        .extracting(limit -> limit.used().orElseThrow())
        .containsExactly(3L, 3L);
  }

  @Test
  void countsAreKeptWhenAQuotaChangesItsMode() {
    use(chat().mode(Mode.SHADOW));
    allowed("chat", 2);
    quotas.replacePolicies(Policies.builder().quota(chat().build()).build());
    assertThat(state("chat").primary().used()).hasValue(2);
    assertThat(quotas.charge(ALICE, "chat", 2).isAllowed()).isFalse();
    quotas.replacePolicies(Policies.builder().quota(chat().mode(Mode.SHADOW).build()).build());
    assertThat(quotas.charge(ALICE, "chat", 2).isAllowed()).isTrue();
    assertThat(shadow("chat").primary().used()).hasValue(2);
  }

  @Test
  void aLimitCanBeEnforcedInAQuotaInShadow() {
    use(
        QuotaPolicy.builder("chat")
            .limit(LimitPolicy.of("daily", "3 per calendar day").withMode(Mode.ENFORCE))
            .limit("hourly", "2 per hour")
            .mode(Mode.SHADOW));
    allowed("chat", 3);
    assertThat(heard.events).containsExactly("allowed chat 3", "shadow chat TOO_LARGE");
    assertThat(quotas.charge(ALICE, "chat", 1).isAllowed()).isFalse();
  }

  @Test
  void aPlanWithoutTheQuotaInShadowIsNotRefused() {
    Policies.Builder all = Policies.builder().plan(Plan.of("free")).plan(Plan.of("pro"));
    use(all, chat().planCapacity("free", "daily", 0).mode(Mode.SHADOW));
    allowed("chat", 1);
    assertThat(heard.events).containsExactly("allowed chat 1", "shadow chat NOT_IN_PLAN");
  }

  @Test
  void aZeroInShadowBesideEnforcedLimitsCountsNothingInShadow() {
    Policies.Builder all = Policies.builder().plan(Plan.of("free"));
    use(all, mixed().planCapacity("free", "hourly", 0));
    allowed("chat", 1);
    assertThat(heard.events).containsExactly("allowed chat 1", "shadow chat NOT_IN_PLAN");
    assertThat(heard.only(QuotaEvent.ShadowRefused.class).state().binding().name())
        .isEqualTo("hourly");
  }

  @Test
  void aShadowThatWouldDegradeChargesNothingElse() {
    use(
        chat().whenExhausted(WhenExhausted.DEGRADE).degradeTo("small").mode(Mode.SHADOW),
        QuotaPolicy.builder("small").limit("daily", "5 per calendar day"));
    allowed("chat", 3);
    heard.clear();
    Decision.Allowed over = allowed("chat", 1);
    assertThat(over.isDegraded()).isFalse();
    assertThat(heard.events).containsExactly("allowed chat 0", "shadow chat LIMIT_REACHED");
    assertThat(heard.only(QuotaEvent.ShadowRefused.class).state().level())
        .isEqualTo(Level.DEGRADED);
    assertThat(state("small").primary().used()).hasValue(0);
  }

  @Test
  void anEnforcedQuotaMayDegradeToOneInShadow() {
    use(
        chat().whenExhausted(WhenExhausted.DEGRADE).degradeTo("small"),
        QuotaPolicy.builder("small").limit("daily", "0 per calendar day").mode(Mode.SHADOW));
    Decision.Allowed over = allowed("chat", 4);
    assertThat(over.isDegraded()).isTrue();
    assertThat(over.states().visible().quotas())
        .extracting(QuotaState::name)
        .containsExactly("chat");
  }

  @Test
  void permitsInShadowAreHeldAndRefuseNobody() {
    use(QuotaPolicy.builder("chat").limit("running", "1 at once").mode(Mode.SHADOW));
    Decision.Allowed first = allowed("chat", 1);
    Decision.Allowed second = allowed("chat", 1);
    assertThat(heard.events)
        .containsExactly("allowed chat 1", "allowed chat 0", "shadow chat LIMIT_REACHED");
    second.receipt().close();
    first.receipt().close();
    heard.clear();
    allowed("chat", 1).receipt().close();
    assertThat(heard.events).containsExactly("allowed chat 1");
  }

  @Test
  void whileTheStoreIsAwayAShadowRefusesNobody() {
    use(chat().onStoreFailure(OnStoreFailure.DENY).mode(Mode.SHADOW));
    store.goAway();
    assertThat(quotas.charge(ALICE, "chat", 1).isAllowed()).isTrue();
    use(chat().onStoreFailure(OnStoreFailure.LOCAL).mode(Mode.SHADOW));
    assertThat(quotas.charge(ALICE, "chat", 4).isAllowed()).isTrue();
    assertThat(heard.all).noneMatch(QuotaEvent.ShadowRefused.class::isInstance);
    use(mixed().onStoreFailure(OnStoreFailure.LOCAL));
    assertThat(quotas.charge(ALICE, "chat", 4).isAllowed()).isTrue();
    assertThat(quotas.charge(ALICE, "chat", 7).isAllowed()).isFalse();
  }

  @Test
  void aReservationGrowsAndSettlesPastAShadow() {
    use(mixed().limit("weekly", "20 per calendar week"));
    Reservation reservation = quotas.reserve(ALICE, "chat", 1);
    assertThat(reservation.used(6)).isTrue();
    Settlement settled = reservation.settle(8);
    assertThat(settled.charged()).isEqualTo(8);
    assertThat(state("chat").primary().used()).hasValue(8);
  }

  @Test
  void aReservationThatTheShadowWouldHaveRefusedIsCountedByTheEnforcedLimits() {
    use(mixed());
    allowed("chat", 3);
    heard.clear();
    Reservation reservation = quotas.reserve(ALICE, "chat", 1);
    assertThat(heard.events).containsExactly("reserved chat 1", "shadow chat LIMIT_REACHED");
    assertThat(reservation.used(3)).isTrue();
    assertThat(heard.events).anyMatch(event -> event.startsWith("grown chat"));
    assertThat(reservation.settle(4).charged()).isEqualTo(4);
    assertThat(shadow("chat").limits())
        .extracting(limit -> limit.used().orElseThrow())
        .containsExactly(7L, 3L);
  }

  @Test
  void aReservationInShadowIsNeverStopped() {
    use(chat().overuse(Overuse.FORGIVE).mode(Mode.SHADOW));
    Reservation reservation = quotas.reserve(ALICE, "chat", 2);
    assertThat(reservation.isAllowed()).isTrue();
    assertThat(reservation.used(50)).isTrue();
    assertThat(reservation.isInGrace()).isFalse();
    assertThat(reservation.settle(60).uncharged()).isZero();
    Reservation skipped = quotas.reserve(ALICE, "chat", 5);
    assertThat(skipped.isAllowed()).isTrue();
    assertThat(skipped.used(50)).isTrue();
    skipped.close();
    assertThat(heard.events).contains("shadow chat LIMIT_REACHED");
  }

  @Test
  void conversationsInShadowAreCountedApart() {
    use(
        QuotaPolicy.builder("chat")
            .limit("daily", "10 per calendar day")
            .limit(LimitPolicy.of("steps", "1 calls per conversation").withMode(Mode.SHADOW)));
    Subject agent = Subject.builder(Subject.Kind.USER, "alice").conversation("run").build();
    quotas.charge(agent, "chat", 2);
    Decision second = quotas.charge(agent, "chat", 2);
    assertThat(second.isAllowed()).isTrue();
    assertThat(heard.events)
        .containsExactly("allowed chat 2", "allowed chat 2", "shadow chat CONVERSATION_TOO_LONG");
  }

  @Test
  void grantsAndResetsReachLimitsInShadow() {
    use(mixed().limit(LimitPolicy.of("monthly", "5 per calendar month").withMode(Mode.SHADOW)));
    allowed("chat", 2);
    quotas.grant(
        GrantRequest.builder(ALICE, "chat", 4)
            .limit("monthly")
            .operationId("one")
            .reason("why")
            .expiresAt(clock.instant().plus(Duration.ofDays(3)))
            .build());
    assertThat(shadow("chat").limits().get(2).granted()).hasValue(4);
    quotas.reset(ALICE, "chat", Scope.USER, "why");
    assertThat(shadow("chat").limits()).allMatch(limit -> limit.used().orElseThrow() == 0);
  }

  @Test
  void observingInShadowTellsNothing() {
    use(chat().whenExhausted(WhenExhausted.OBSERVE).mode(Mode.SHADOW));
    allowed("chat", 5);
    assertThat(heard.events).containsExactly("allowed chat 5");
    assertThat(shadow("chat").primary().used()).hasValue(5);
  }
}
