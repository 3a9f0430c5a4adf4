package dev.quota.message;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.GrantRequest;
import dev.quota.QuotaSnapshot;
import dev.quota.QuotaState;
import dev.quota.Quotas;
import dev.quota.Subject;
import dev.quota.policy.Action;
import dev.quota.policy.OnStoreFailure;
import dev.quota.policy.Plan;
import dev.quota.policy.Policies;
import dev.quota.policy.QuotaPolicy;
import dev.quota.policy.QuotaPolicyBuilder;
import dev.quota.policy.Scope;
import dev.quota.policy.Unit;
import dev.quota.policy.WhenExhausted;
import dev.quota.spi.FailingStore;
import java.time.Instant;
import java.util.Currency;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An upgrade is offered where a plan has more of the limit that the message is about. */
class UpgradeTest {

  private static final Action SEE_PLANS = new Action("upgrade", "See plans", "https://a.example/p");
  private static final Action BUY = new Action("buy", "Buy more", "/shop");
  private static final Unit MESSAGES = Unit.count("message", "messages");

  private final AtomicLong now =
      new AtomicLong(Instant.parse("2026-11-23T15:00:00Z").toEpochMilli());
  private Optional<Quotas> engine = Optional.empty();

  @AfterEach
  void close() {
    engine.ifPresent(Quotas::close);
  }

  private static QuotaPolicyBuilder chat(String... phrases) {
    QuotaPolicyBuilder builder = QuotaPolicy.builder("chat").unit(MESSAGES);
    for (int i = 0; i < phrases.length; i++) {
      builder.limit("l" + i, phrases[i]);
    }
    return builder;
  }

  private static Plan plan(String name) {
    return new Plan(name, Plan.of(name).label(), List.of(SEE_PLANS, BUY));
  }

  private Quotas start(List<String> plans, QuotaPolicy... quotas) {
    Policies.Builder policies = Policies.builder();
    plans.forEach(name -> policies.plan(plan(name)));
    for (QuotaPolicy quota : quotas) {
      policies.quota(quota);
    }
    engine = Optional.of(Quotas.builder().policies(policies.build()).clock(now::get).build());
    return engine.get();
  }

  private Quotas start(QuotaPolicyBuilder quota) {
    return start(List.of("free", "pro", "max"), quota.build());
  }

  private static Subject on(String plan) {
    return Subject.builder(Subject.Kind.USER, "u")
        .plan(plan)
        .group(Scope.ORG, "acme")
        .conversation("run")
        .build();
  }

  private static String offered(QuotaSnapshot snapshot) {
    return offered(snapshot, snapshot.quota("chat").orElseThrow());
  }

  private static String offered(QuotaSnapshot snapshot, QuotaState state) {
    Message message = SampleState.MESSAGES.message(snapshot, state, Locale.ENGLISH);
    boolean upgrade = message.actions().stream().anyMatch(Action::isUpgrade);
    assertThat(upgrade).isEqualTo(message.upgrade().isPresent());
    return message.upgrade().map(Upgrade::gives).orElse("nothing");
  }

  private String offered(String plan) {
    return offered(engine.orElseThrow().states(on(plan)));
  }

  private String offeredFor(String plan, long cost) {
    return offered(engine.orElseThrow().check(on(plan), "chat", cost));
  }

  private void use(String plan, long units) {
    engine.orElseThrow().charge(on(plan), "chat", units);
  }

  @Test
  void saysWhatTheNextPlanGivesBeforeAndAfterTheLimit() {
    start(chat("50 per calendar day").planCapacity("pro", "l0", 500).planUnlimited("max", "l0"));
    assertThat(offered("free")).isEqualTo("Pro: 500 a day");
    use("free", 45);
    assertThat(offered("free")).isEqualTo("Pro: 500 a day");
    use("free", 5);
    assertThat(offered("free")).isEqualTo("Pro: 500 a day");
    assertThat(offered("pro")).isEqualTo("Max: no limit");
    assertThat(offered("max")).isEqualTo("nothing");
  }

  @Test
  void leavesOtherActionsWhereNoPlanHasMore() {
    start(chat("50 per calendar day"));
    use("free", 50);
    QuotaSnapshot snapshot = engine.orElseThrow().states(on("free"));
    Message message =
        SampleState.MESSAGES.message(
            snapshot, snapshot.quota("chat").orElseThrow(), Locale.ENGLISH);
    assertThat(message.actions()).extracting(Action::rel).containsExactly("buy");
    assertThat(message.upgrade()).isEmpty();
  }

  /** The minute is equal on all plans, and it is what refuses. */
  @Test
  void offersNothingForALimitThatIsEqualOnAllPlans() {
    start(chat("1 per 5 minutes", "50 per calendar day").planCapacity("pro", "l1", 500));
    assertThat(offered("free")).as("the day is the meter").isEqualTo("Pro: 500 a day");
    use("free", 1);
    assertThat(offered("free")).isEqualTo("nothing");
  }

  @ParameterizedTest
  @CsvSource({"59_000, nothing", "60_000, Pro: 5 every 2 minutes"})
  void offersNothingForAWaitOfLessThanAMinute(String wait, String offer) {
    start(chat("1 per 2 minutes").planCapacity("pro", "l0", 5));
    use("free", 1);
    now.addAndGet(120_000 - Long.parseLong(wait.replace("_", "")));
    assertThat(offered("free")).isEqualTo(offer);
  }

  @Test
  void offersNothingSecondsBeforeMidnight() {
    now.set(Instant.parse("2026-11-23T23:59:30Z").toEpochMilli());
    start(chat("1 per calendar day").planCapacity("pro", "l0", 5));
    use("free", 1);
    assertThat(offered("free")).isEqualTo("nothing");
  }

  @Test
  void namesTheNextPlanThatHasMoreAndNotTheLargest() {
    start(
        List.of("max", "plus", "free", "lite", "pro"),
        chat("50 per calendar day")
            .planCapacity("lite", "l0", 50)
            .planCapacity("pro", "l0", 200)
            .planCapacity("plus", "l0", 500)
            .planUnlimited("max", "l0")
            .build());
    assertThat(offered("free")).isEqualTo("Pro: 200 a day");
    assertThat(offered("pro")).as("the nearest of those before").isEqualTo("Plus: 500 a day");
    assertThat(offered("plus")).isEqualTo("Max: no limit");
  }

  @Test
  void namesAPlanOnWhichTheCostFits() {
    start(chat("50 per calendar day").planCapacity("pro", "l0", 60).planCapacity("max", "l0", 500));
    assertThat(offeredFor("free", 100)).isEqualTo("Max: 500 a day");
    assertThat(offeredFor("free", 501)).as("on no plan").isEqualTo("nothing");
    use("free", 48);
    assertThat(offeredFor("free", 4)).isEqualTo("Pro: 60 a day");
    assertThat(offeredFor("free", 13)).as("61 would be used").isEqualTo("Max: 500 a day");
  }

  @Test
  void offersNothingIfAnotherLimitOfThePlanHasNoRoomForTheCost() {
    start(chat("10 per minute", "50 per calendar day").planCapacity("pro", "l1", 500));
    assertThat(offeredFor("free", 60)).isEqualTo("nothing");
  }

  @Test
  void saysWhichPlanHasWhatThisOneLacks() {
    start(
        chat("20 per calendar month", "5 per calendar day")
            .planCapacity("free", "l0", 0)
            .planCapacity("pro", "l1", 0));
    assertThat(offered("free")).as("pro lacks it too").isEqualTo("Max: 20 a month");
    assertThat(offered("pro")).as("free lacks it too").isEqualTo("Max: 5 a day");
  }

  @Test
  void offersWhatOnlyOnePlanHasNot() {
    start(chat("unlimited per calendar day").planCapacity("free", "l0", 5));
    assertThat(offered("free")).isEqualTo("Pro: no limit");
    assertThat(offered("pro")).isEqualTo("nothing");
  }

  @Test
  void doesNotTakeAGrantForAPlan() {
    start(chat("50 per calendar day").planCapacity("pro", "l0", 500));
    Instant until = Instant.ofEpochMilli(now.get() + 172_800_000);
    engine
        .orElseThrow()
        .grant(
            GrantRequest.builder(on("pro"), "chat", 1_000)
                .reason("test")
                .expiresAt(until)
                .operationId("g1")
                .build());
    assertThat(offered("pro")).isEqualTo("nothing");
    assertThat(offered("free")).isEqualTo("Pro: 500 a day");
  }

  @Test
  void offersOfASharedLimitOnlyWhatAPlanChanges() {
    start(
        chat("100 per calendar month per org", "5 per calendar day").planCapacity("pro", "l1", 9));
    use("free", 5);
    assertThat(offered("free")).isEqualTo("Pro: 9 a day");
    for (int i = 0; i < 95; i++) {
      Subject other =
          Subject.builder(Subject.Kind.USER, "u" + i).plan("free").group(Scope.ORG, "acme").build();
      engine.orElseThrow().charge(other, "chat", 1);
    }
    assertThat(offered("free")).as("the organisation's month is short").isEqualTo("nothing");
  }

  @Test
  void saysNothingOfTheUseOfASharedLimit() {
    start(
        chat("100 per calendar month per org")
            .planCapacity("pro", "l0", 101)
            .planCapacity("max", "l0", 900));
    use("free", 99);
    assertThat(offeredFor("free", 3))
        .as("101 is more than 100")
        .isEqualTo("Pro: 101 a month for your organisation");
  }

  @Test
  void offersPermitsAndConversationsInTheirWords() {
    start(
        chat("1 at once", "9 per conversation", "3 calls per conversation")
            .planCapacity("pro", "l0", 4)
            .planCapacity("pro", "l1", 90)
            .planCapacity("pro", "l2", 12));
    var running = engine.orElseThrow().reserve(on("free"), "chat", 1);
    assertThat(offered("free")).isEqualTo("Pro: 4 at the same time");
    running.settle(9);
    assertThat(offered("free")).isEqualTo("Pro: 90 per conversation");
  }

  @Test
  void offersCallsOfAConversation() {
    start(chat("1 calls per conversation").planCapacity("pro", "l0", 12));
    use("free", 1);
    assertThat(offered("free")).isEqualTo("Pro: 12 calls per conversation");
  }

  @Test
  void offersMoneyAndShares() {
    Unit dollars =
        new Unit(
            "dollar",
            "dollars",
            Unit.Style.MONEY,
            Optional.of(new Unit.Money(Currency.getInstance("USD"), 2)));
    start(chat("500 per calendar month").unit(dollars).planCapacity("pro", "l0", 5_000));
    assertThat(offered("free")).isEqualTo("Pro: $50.00 a month");
    close();
    Unit tokens = new Unit("token", "tokens", Unit.Style.PERCENT, Optional.empty());
    start(chat("500 per calendar month").unit(tokens).planCapacity("pro", "l0", 5_000));
    assertThat(offered("free")).isEqualTo("Pro: a higher limit");
    close();
    start(chat("500 per calendar month").unit(tokens).planCapacity("free", "l0", 0));
    assertThat(offered("free")).isEqualTo("Pro: included");
  }

  @Test
  void offersAnUpgradeWhileDegradedUnlessItEndsSoon() {
    start(
        List.of("free", "pro"),
        chat("1 per calendar day")
            .planCapacity("pro", "l0", 9)
            .whenExhausted(WhenExhausted.DEGRADE)
            .degradeTo("small")
            .build(),
        QuotaPolicy.builder("small").limit("l", "1 per 10 seconds").build());
    use("free", 1);
    assertThat(offered("free")).isEqualTo("Pro: 9 a day");
    use("free", 1);
    QuotaSnapshot refused = engine.orElseThrow().charge(on("free"), "chat", 1).states();
    assertThat(offered(refused, refused.binding()))
        .as("the small one is back in seconds")
        .isEqualTo("nothing");
  }

  @Test
  void offersAnUpgradeOfALimitThatIsOnlyWatched() {
    start(
        chat("1 per calendar day")
            .planCapacity("pro", "l0", 9)
            .whenExhausted(WhenExhausted.OBSERVE));
    use("free", 5);
    assertThat(offered("free")).isEqualTo("Pro: 9 a day");
  }

  @Test
  void offersNothingWhileTheStoreIsAway() {
    FailingStore store = new FailingStore(now::get);
    store.goAway();
    QuotaPolicy policy =
        chat("4 per calendar day")
            .planCapacity("pro", "l0", 9)
            .onStoreFailure(OnStoreFailure.LOCAL)
            .whenExhausted(WhenExhausted.DEGRADE)
            .build();
    Policies policies =
        Policies.builder().plan(plan("free")).plan(plan("pro")).quota(policy).build();
    engine =
        Optional.of(
            Quotas.builder().policies(policies).clock(now::get).nodes(4).store(store).build());
    use("free", 1);
    assertThat(offered("free")).as("a problem of ours").isEqualTo("nothing");
  }

  @Test
  void offersNothingWithoutPlans() {
    start(List.of(), chat("1 per calendar day").build());
    QuotaSnapshot snapshot =
        engine.orElseThrow().states(Subject.builder(Subject.Kind.USER, "u").build());
    assertThat(offered(snapshot)).isEqualTo("nothing");
  }

  @Test
  void givesARefusalTheSentence() {
    start(chat("1 per calendar day").planCapacity("pro", "l0", 9));
    use("free", 1);
    Refusal refusal =
        SampleState.MESSAGES.refusal(
            engine.orElseThrow().charge(on("free"), "chat", 1), Locale.ENGLISH);
    assertThat(refusal.detail()).endsWith(" Pro: 9 a day. See plans: https://a.example/p");
  }
}
