package dev.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quota.internal.memory.InMemoryQuotaStore;
import dev.quota.policy.Capacity;
import dev.quota.policy.Plan;
import dev.quota.policy.Policies;
import dev.quota.policy.QuotaPolicy;
import dev.quota.policy.QuotaPolicyBuilder;
import dev.quota.policy.Scope;
import dev.quota.policy.Threshold;
import dev.quota.policy.Unit;
import dev.quota.policy.WhenExhausted;
import dev.quota.spi.QuotaStore;
import dev.quota.spi.StoreCommand;
import dev.quota.spi.StoreReply;
import dev.quota.store.ManualClock;
import dev.quota.store.StoreCapability;
import dev.quota.store.StoreHealth;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class QuotasTest {

  private static final Subject ALICE = Subject.user("alice");

  private final ManualClock clock = ManualClock.at("2026-11-23T14:59:30Z");
  private final CountingStore store = new CountingStore(clock);
  private final Heard heard = new Heard();

  /** The in-process store, with every command it was given. */
  private static final class CountingStore implements QuotaStore {
    private final QuotaStore counts;
    private final List<StoreCommand> commands = Collections.synchronizedList(new ArrayList<>());

    CountingStore(ManualClock clock) {
      counts = InMemoryQuotaStore.builder().clock(clock).build();
    }

    @Override
    public Set<StoreCapability> capabilities() {
      return counts.capabilities();
    }

    @Override
    public StoreReply execute(StoreCommand command) {
      commands.add(command);
      return counts.execute(command);
    }

    @Override
    public StoreHealth health() {
      return counts.health();
    }

    @Override
    public void close() {
      counts.close();
    }
  }

  private static QuotaPolicyBuilder chat() {
    return QuotaPolicy.builder("chat")
        .unit(Unit.count("message", "messages"))
        .limit("burst", "10 per minute")
        .limit("daily", "50 per calendar day")
        .warnAt("80%", "95%");
  }

  private static QuotaPolicy image() {
    return QuotaPolicy.builder("image")
        .limit("monthly", "20 per calendar month")
        .usualCost(4)
        .build();
  }

  private Quotas quotas(QuotaPolicy... policies) {
    Policies.Builder all =
        Policies.builder().plan(Plan.of("free")).plan(Plan.of("pro")).plan(Plan.of("enterprise"));
    for (QuotaPolicy policy : policies) {
      all.quota(policy);
    }
    return Quotas.builder().policies(all.build()).clock(clock).store(store).listener(heard).build();
  }

  private static QuotaState state(Decision decision) {
    return decision.states().quotas().get(0);
  }

  private static LimitState limit(QuotaState state, String name) {
    return state.limits().stream().filter(limit -> limit.name().equals(name)).findFirst().get();
  }

  private void spend(Quotas quotas, Subject subject, String quota, int times) {
    for (int i = 0; i < times; i++) {
      assertThat(quotas.charge(subject, quota, 1).isAllowed()).isTrue();
      clock.advance(Duration.ofSeconds(6));
    }
  }

  @Test
  void nineChatsInAMinuteShowTheDayAndNotAnAlmostEmptyMinute() {
    Quotas quotas = quotas(chat().build());
    QuotaState state = null;
    for (int i = 0; i < 9; i++) {
      state = state(quotas.charge(ALICE, "chat", 1));
    }

    assertThat(state.primary().name()).isEqualTo("daily");
    assertThat(state.primary().remaining()).hasValue(41);
    assertThat(state.primary().limit()).hasValue(50);
    assertThat(state.level()).isEqualTo(Level.OK);
    assertThat(state.largestFittingCost()).hasValue(1);
    assertThat(state.binding().name()).isEqualTo("daily");
  }

  @Test
  void deniesWithTheExactWait() {
    Quotas quotas = quotas(chat().build());
    for (int i = 0; i < 10; i++) {
      quotas.charge(ALICE, "chat", 1);
    }

    Decision.Denied denied = (Decision.Denied) quotas.charge(ALICE, "chat", 1);

    assertThat(denied.retryAfter()).isEqualTo(Duration.ofSeconds(6));
    assertThat(state(denied).blockedBy()).extracting(LimitState::name).containsExactly("burst");
    assertThat(state(denied).level()).isEqualTo(Level.EXHAUSTED);
    clock.advance(denied.retryAfter().minusMillis(1));
    assertThat(quotas.charge(ALICE, "chat", 1).isAllowed()).isFalse();
    clock.advanceMillis(1);
    assertThat(quotas.charge(ALICE, "chat", 1).isAllowed()).isTrue();
    assertThat(quotas.charge(Subject.user("bob"), "chat", 1).isAllowed()).isTrue();
  }

  @Test
  void namesTheLimitThatFreesLastFirst() {
    Quotas quotas = quotas(chat().build());
    spend(quotas, ALICE, "chat", 40);
    for (int i = 0; i < 10; i++) {
      quotas.charge(ALICE, "chat", 1);
    }

    QuotaState state = state(quotas.charge(ALICE, "chat", 1));

    assertThat(state.blockedBy()).extracting(LimitState::name).containsExactly("daily", "burst");
    assertThat(state.binding().name()).isEqualTo("daily");
    assertThat(state.nextAvailableAt()).contains(Instant.parse("2026-11-24T00:00:00Z"));
  }

  @Test
  void chargesSeveralQuotasAllOrNone() {
    Quotas quotas = quotas(chat().build(), image());
    quotas.charge(ALICE, "image", 20);

    Decision decision =
        quotas.charge(ALICE, List.of(new Charge("chat", 1), new Charge("image", 4)));

    assertThat(decision).isInstanceOf(Decision.Denied.class);
    assertThat(decision.states().binding().name()).isEqualTo("image");
    assertThat(limit(quotas.states(ALICE).quota("chat").get(), "daily").used()).hasValue(0);
  }

  @Test
  void sumsChargesOnOneQuota() {
    Quotas quotas = quotas(chat().build());

    Decision decision = quotas.charge(ALICE, List.of(new Charge("chat", 2), new Charge("chat", 3)));

    assertThat(limit(state(decision), "daily").used()).hasValue(5);
    assertThat(store.commands).hasSize(1);
  }

  @Test
  void refusesMisuseWithTheReason() {
    Quotas quotas = quotas(chat().build(), image());

    assertThatThrownBy(() -> quotas.charge(ALICE, "chta", 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("unknown quota \"chta\"; the quotas are [chat, image]");
    assertThatThrownBy(() -> quotas.charge(ALICE, "chat", -1))
        .hasMessage("cost must be between 0 and 9007199254740991, was -1");
    assertThatThrownBy(() -> quotas.charge(ALICE, "chat", 1L << 53))
        .hasMessageStartingWith("cost must be between");
    assertThatThrownBy(() -> quotas.charge(ALICE, List.of()))
        .hasMessage("charges must not be empty");
    assertThat(store.commands).isEmpty();
  }

  @Test
  void costZeroIsAlwaysAllowedAndChangesNothing() {
    Quotas quotas = quotas(chat().build(), image());
    quotas.charge(ALICE, "image", 20);
    store.commands.clear();

    Decision decision = quotas.charge(ALICE, "image", 0);

    assertThat(decision.isAllowed()).isTrue();
    assertThat(store.commands).allMatch(StoreCommand.Peek.class::isInstance);
    assertThat(state(decision).cost()).isEqualTo(4);
    assertThat(state(decision).allowed()).isFalse();
    assertThat(quotas.check(ALICE, "image", 0).quotas().get(0).allowed()).isTrue();
  }

  @Test
  void sumsBeyondWhatCanBeCountedFitNowhere() {
    Quotas quotas = quotas(chat().build());
    Charge huge = new Charge("chat", Capacity.MAX_UNITS);

    assertThat(quotas.charge(ALICE, List.of(huge, huge))).isInstanceOf(Decision.NeverFits.class);
  }

  @Test
  void aQuotaChargedZeroHasNoPartInARefusal() {
    Quotas quotas = quotas(chat().build(), image());
    quotas.charge(ALICE, "image", 20);
    quotas.charge(ALICE, "chat", 10);
    heard.events.clear();

    Decision decision =
        quotas.charge(ALICE, List.of(new Charge("image", 0), new Charge("chat", 1)));

    assertThat(decision)
        .isInstanceOfSatisfying(
            Decision.Denied.class,
            denied -> assertThat(denied.retryAfter()).isEqualTo(Duration.ofSeconds(6)));
    assertThat(decision.states().binding().name()).isEqualTo("chat");
    QuotaState image = decision.states().quota("image").get();
    assertThat(image.cost()).isZero();
    assertThat(image.allowed()).isTrue();
    assertThat(heard.events).noneMatch(event -> event.contains("image"));
  }

  @Test
  void moreThanTheCapacityNeverFits() {
    Quotas quotas = quotas(chat().build());

    assertThat(quotas.charge(ALICE, "chat", 11))
        .isInstanceOfSatisfying(
            Decision.NeverFits.class,
            never -> assertThat(never.reason()).isEqualTo(Decision.NeverFits.Reason.TOO_LARGE));
  }

  @Test
  void aPlanWithoutTheQuotaIsRefusedWithoutTheStore() {
    Quotas quotas = quotas(chat().planCapacity("free", "daily", 0).build());

    Decision decision = quotas.charge(ALICE, "chat", 1);

    assertThat(decision)
        .isInstanceOfSatisfying(
            Decision.NeverFits.class,
            never -> assertThat(never.reason()).isEqualTo(Decision.NeverFits.Reason.NOT_IN_PLAN));
    assertThat(store.commands).isEmpty();
    assertThat(heard.events).containsExactly("denied chat");
  }

  @Test
  void plansChangeCapacitiesAtOnce() {
    Quotas quotas =
        quotas(
            chat().planCapacity("pro", "daily", 500).planUnlimited("enterprise", "daily").build());
    spend(quotas, ALICE, "chat", 45);
    Subject pro = Subject.builder(Subject.Kind.USER, "alice").plan("pro").build();
    Subject enterprise = Subject.builder(Subject.Kind.USER, "alice").plan("enterprise").build();

    assertThat(limit(state(quotas.charge(pro, "chat", 1)), "daily").remaining()).hasValue(454);
    QuotaState unlimited = state(quotas.charge(enterprise, "chat", 1));
    assertThat(limit(unlimited, "daily").used()).hasValue(47);
    assertThat(limit(unlimited, "daily").remaining()).isEmpty();
    assertThat(state(quotas.charge(ALICE, "chat", 1)).primary().used()).hasValue(48);
  }

  @Test
  void anUnlimitedRollingLimitIsNotStoredAndStillHeard() {
    Quotas quotas =
        quotas(
            QuotaPolicy.builder("ping")
                .limit("pace", "5 per minute")
                .planUnlimited("enterprise", "pace")
                .build());
    Subject subject = Subject.builder(Subject.Kind.USER, "dave").plan("enterprise").build();

    Decision decision = quotas.charge(subject, "ping", 100);

    assertThat(decision.isAllowed()).isTrue();
    assertThat(state(decision).level()).isEqualTo(Level.UNLIMITED);
    assertThat(store.commands).isEmpty();
    assertThat(heard.events).containsExactly("allowed ping 100");
  }

  @Test
  void degradesInsteadOfRefusing() {
    Quotas quotas =
        quotas(
            QuotaPolicy.builder("chat")
                .limit("daily", "2 per calendar day")
                .whenExhausted(WhenExhausted.DEGRADE)
                .build(),
            image());
    quotas.charge(ALICE, "chat", 2);

    Decision.Allowed allowed =
        (Decision.Allowed)
            quotas.charge(ALICE, List.of(new Charge("chat", 1), new Charge("image", 4)));

    assertThat(allowed.isDegraded()).isTrue();
    assertThat(state(allowed).level()).isEqualTo(Level.DEGRADED);
    assertThat(state(allowed).degradedUntil()).contains(Instant.parse("2026-11-24T00:00:00Z"));
    assertThat(allowed.states().quota("image").get().primary().used()).hasValue(4);
    assertThat(heard.events).endsWith("allowed chat 0", "allowed image 4");
  }

  @Test
  void observesPastTheLimit() {
    Quotas quotas =
        quotas(
            QuotaPolicy.builder("chat")
                .limit("daily", "2 per calendar day")
                .whenExhausted(WhenExhausted.OBSERVE)
                .build());

    Decision decision = quotas.charge(ALICE, "chat", 5);

    assertThat(decision.isAllowed()).isTrue();
    assertThat(state(decision).primary().used()).hasValue(5);
    assertThat(state(decision).primary().remaining()).hasValue(0);
    assertThat(state(decision).allowed()).isTrue();
  }

  @Test
  void scopesCountOnTheirIdentities() {
    Quotas quotas =
        quotas(
            QuotaPolicy.builder("tokens")
                .limit("mine", "100 per calendar day")
                .limit("org", "150 per calendar day per org")
                .limit("all", "1000 per calendar day per global")
                .build());
    Subject carol = Subject.builder(Subject.Kind.USER, "carol").group(Scope.ORG, "acme").build();
    Subject dave = Subject.builder(Subject.Kind.USER, "dave").group(Scope.ORG, "acme").build();
    quotas.charge(carol, "tokens", 80);

    QuotaState state = state(quotas.charge(dave, "tokens", 80));

    assertThat(state.blockedBy()).extracting(LimitState::name).containsExactly("org");
    assertThat(limit(state, "mine").used()).hasValue(0);
    assertThat(limit(state, "org").used()).hasValue(80);
    assertThat(limit(state, "org").rounded()).isTrue();
    assertThat(limit(state, "org").remainingShare()).hasValue(0.45);
    assertThat(state.largestFittingCost()).isEmpty();
    QuotaState alone = state(quotas.charge(Subject.user("acme"), "tokens", 80));
    assertThat(limit(alone, "org").used()).as("counts on itself").hasValue(80);
    assertThat(limit(alone, "all").used()).hasValue(160);
  }

  @Test
  void tellsTheOwnShareOfASharedLimit() {
    Quotas quotas =
        quotas(
            QuotaPolicy.builder("tokens")
                .limit("org", "150 per calendar day per org")
                .limit("mine", "100000 per calendar day")
                .primary("org")
                .build());
    Subject carol = Subject.builder(Subject.Kind.USER, "carol").group(Scope.ORG, "acme").build();
    quotas.charge(
        Subject.builder(Subject.Kind.USER, "x").group(Scope.ORG, "acme").build(), "tokens", 9);

    assertThat(state(quotas.charge(carol, "tokens", 30)).own()).hasValue(30);
  }

  @Test
  void aUserAndAnAddressOfOneSpellingAreApart() {
    Quotas quotas = quotas(chat().build());
    quotas.charge(Subject.user("::1"), "chat", 10);

    assertThat(quotas.charge(Subject.address("::1"), "chat", 10).isAllowed()).isTrue();
  }

  @Test
  void longIdsAndTheirDigestsAreApart() {
    Quotas quotas = quotas(chat().build());
    String id = "x".repeat(10_000);
    quotas.charge(Subject.user(id), "chat", 10);

    assertThat(quotas.charge(Subject.user(id), "chat", 1).isAllowed()).isFalse();
    assertThat(quotas.charge(Subject.user(id + "y"), "chat", 10).isAllowed()).isTrue();
    String posing = "sha256:" + dev.quota.internal.text.Digests.digest(id);
    assertThat(quotas.charge(Subject.user(posing), "chat", 10).isAllowed()).isTrue();
  }

  @Test
  void theStateAfterAChargeIsAboutTheUsualCost() {
    Quotas quotas = quotas(image());

    QuotaState state = state(quotas.charge(ALICE, "image", 18));

    assertThat(state.cost()).isEqualTo(4);
    assertThat(state.allowed()).isFalse();
    assertThat(state.nextAvailableAt()).contains(Instant.parse("2026-12-01T00:00:00Z"));
  }

  @Test
  void thresholdsAreHeardExactlyOnceFrom64Threads() throws Exception {
    Quotas quotas =
        quotas(
            QuotaPolicy.builder("chat")
                .limit("daily", "1000 per calendar day")
                .warnAt("80%", "95%", "10 left")
                .build());
    ExecutorService pool = Executors.newFixedThreadPool(64);
    List<Future<?>> runs = new ArrayList<>();
    for (int thread = 0; thread < 64; thread++) {
      runs.add(
          pool.submit(
              () -> {
                for (int i = 0; i < 20; i++) {
                  quotas.charge(ALICE, "chat", 1);
                }
              }));
    }
    for (Future<?> run : runs) {
      run.get(60, TimeUnit.SECONDS);
    }
    pool.shutdown();

    assertThat(heard.events)
        .filteredOn(event -> event.startsWith("crossed"))
        .containsExactlyInAnyOrder(
            "crossed chat.daily 80", "crossed chat.daily 95", "crossed chat.daily left-10");
    assertThat(heard.events).filteredOn("allowed chat 1"::equals).hasSize(1_000);
    assertThat(heard.events).filteredOn("denied chat"::equals).hasSize(280);
  }

  @Test
  void warnsOnceThresholdsAreCrossed() {
    Quotas quotas = quotas(chat().build());
    spend(quotas, ALICE, "chat", 40);

    QuotaState state = quotas.states(ALICE).quota("chat").get();

    assertThat(state.level()).isEqualTo(Level.WARNING);
    assertThat(heard.events).containsOnlyOnce("crossed chat.daily 80");
  }

  @Test
  void aThrowingListenerChangesNothing() {
    QuotaListener broken =
        event -> {
          throw new IllegalStateException("broken on purpose");
        };
    Quotas quotas =
        Quotas.builder()
            .policy(chat().build())
            .clock(clock)
            .listener(broken)
            .listener(heard)
            .build();

    assertThat(quotas.charge(ALICE, "chat", 1).isAllowed()).isTrue();
    assertThat(heard.events).containsExactly("allowed chat 1");
  }

  @Test
  void givesBackOnce() {
    Quotas quotas = quotas(chat().build(), image());
    Decision.Allowed allowed =
        (Decision.Allowed)
            quotas.charge(ALICE, List.of(new Charge("chat", 3), new Charge("image", 4)));

    assertThat(quotas.refund(allowed.receipt())).isTrue();
    assertThat(quotas.refund(allowed.receipt())).isFalse();

    QuotaSnapshot states = quotas.states(ALICE);
    assertThat(states.quotas())
        .flatExtracting(QuotaState::limits)
        .extracting(LimitState::used)
        .containsOnly(OptionalLong.of(0));
    assertThat(heard.events).endsWith("back chat 3", "back image 4");
  }

  @Test
  void saysWhetherAnythingCameBack() {
    Quotas quotas = quotas(chat().build(), image());
    Decision.Allowed allowed =
        (Decision.Allowed)
            quotas.charge(ALICE, List.of(new Charge("chat", 3), new Charge("image", 4)));
    clock.set(Instant.parse("2026-11-24T00:00:00Z"));
    assertThat(quotas.refund(allowed.receipt())).as("the month goes on").isTrue();
    assertThat(heard.events.subList(2, heard.events.size())).containsExactly("back image 4");

    Decision.Allowed chat = (Decision.Allowed) quotas.charge(ALICE, "chat", 3);
    clock.set(Instant.parse("2026-11-24T23:59:59.999Z"));
    Decision.Allowed late = (Decision.Allowed) quotas.charge(ALICE, "chat", 3);
    assertThat(quotas.refund(chat.receipt())).as("a millisecond is left").isTrue();
    clock.set(Instant.parse("2026-11-25T00:00:30Z"));
    heard.events.clear();
    assertThat(quotas.refund(late.receipt())).as("day and minute are over").isFalse();
    assertThat(heard.events).isEmpty();
  }

  @Test
  void thresholdsAtOnePointAreHeardOnce() {
    Quotas quotas =
        quotas(
            QuotaPolicy.builder("chat")
                .limit("daily", "10 per calendar day")
                .warnAt("80%", "2 left", "75%", "95%", "0 left")
                .build());
    for (int i = 0; i < 10; i++) {
      quotas.charge(ALICE, "chat", 1);
    }
    heard.events.removeIf(event -> event.startsWith("allowed"));
    assertThat(heard.events).containsExactly("crossed chat.daily 80", "crossed chat.daily 95");
    LimitState daily = limit(quotas.states(ALICE).quota("chat").get(), "daily");
    assertThat(daily.thresholds()).extracting(Threshold::id).containsExactly("80", "95");
    assertThat(daily.highestCrossed()).map(Threshold::id).contains("95");
  }

  @Test
  void aFailedCallCostsNothingVisibleOfAPaceEither() {
    Quotas quotas = quotas(chat().build());
    quotas.charge(ALICE, "chat", 2);
    Decision.Allowed allowed = (Decision.Allowed) quotas.charge(ALICE, "chat", 1);
    clock.advanceMillis(50);

    quotas.refund(allowed.receipt());

    assertThat(limit(quotas.states(ALICE).quota("chat").get(), "burst").used()).hasValue(2);
  }

  @Test
  void replacesPoliciesAsAWholeOrNotAtAll() {
    Quotas quotas = quotas(chat().build());
    quotas.define(
        QuotaPolicy.builder("search")
            .limit("pace", "3 per minute")
            .planCapacity("pro", "pace", 9)
            .build(),
        "SearchServlet");
    Policies withoutPlans = Policies.builder().quota(image()).build();

    assertThatThrownBy(() -> quotas.replacePolicies(withoutPlans))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(quotas.policies().names()).containsExactly("chat", "search");

    quotas.replacePolicies(
        Policies.builder().plan(Plan.of("pro")).quota(chat().build()).quota(image()).build());
    assertThat(quotas.policies().names()).containsExactly("chat", "image", "search");
  }

  @Test
  void keepsCountsWhenACapacityChanges() {
    Quotas quotas = quotas(chat().build());
    spend(quotas, ALICE, "chat", 42);
    quotas.replacePolicies(
        Policies.builder()
            .quota(QuotaPolicy.builder("chat").limit("daily", "40 per calendar day").build())
            .build());

    LimitState daily = quotas.states(ALICE).quota("chat").get().primary();

    assertThat(daily.used()).hasValue(42);
    assertThat(daily.remaining()).hasValue(0);
  }

  @Test
  void keepsTheOrderOfPoliciesInCode() {
    QuotasBuilder builder = Quotas.builder().clock(clock);
    List<String> names = List.of("zeta", "alpha", "mid", "beta", "omega", "nu");
    names.forEach(
        name -> builder.policy(QuotaPolicy.builder(name).limit("d", "1 per calendar day").build()));

    assertThat(builder.build().states(ALICE).quotas())
        .extracting(QuotaState::name)
        .isEqualTo(names);
  }

  @Test
  void aBadDefinitionInPlaceLeavesNoTrace() {
    Quotas quotas = quotas(chat().build());
    QuotaPolicy bad =
        QuotaPolicy.builder("search")
            .limit("pace", "3 per minute")
            .planCapacity("gold", "pace", 9)
            .build();

    assertThatThrownBy(() -> quotas.define(bad, "SearchServlet")).hasMessageContaining("gold");
    assertThat(quotas.policies().names()).containsExactly("chat");
    quotas.define(QuotaPolicy.builder("search").limit("pace", "3 per minute").build(), "Other");
    assertThat(quotas.policies().names()).containsExactly("chat", "search");
  }

  @Test
  void asksAboutAQuotaNamedTwiceOnce() {
    assertThat(quotas(chat().build()).states(ALICE, List.of("chat", "chat")).quotas()).hasSize(1);
  }

  @Test
  void countsDaysInTheZoneOfTheSubject() {
    Quotas quotas = quotas(chat().build());
    Subject tokyo =
        Subject.builder(Subject.Kind.USER, "yuki").zone(ZoneId.of("Asia/Tokyo")).build();

    assertThat(limit(state(quotas.charge(tokyo, "chat", 1)), "daily").resetAt())
        .contains(Instant.parse("2026-11-23T15:00:00Z"));
  }

  @Test
  void nothingThatCanBeLoggedShowsAnId() {
    String id = "very-secret-name";
    Subject subject = Subject.builder(Subject.Kind.USER, id).group(Scope.ORG, id + "-org").build();
    Quotas quotas =
        quotas(chat().build(), QuotaPolicy.builder("t").limit("o", "1 per week per org").build());
    List<Object> shown = new ArrayList<>();
    shown.add(subject);
    shown.add(quotas.charge(subject, "t", 1));
    shown.add(quotas.charge(subject, "t", 1));
    shown.add(quotas.charge(subject, "chat", 11));
    shown.add(quotas.states(subject));
    shown.addAll(store.commands);
    shown.addAll(heard.events);
    shown.add(quotas.health());

    assertThat(shown).noneMatch(value -> value.toString().contains("secret"));
    assertThatThrownBy(() -> quotas.charge(subject, "nope", 1)).hasMessageNotContaining("secret");
  }
}
