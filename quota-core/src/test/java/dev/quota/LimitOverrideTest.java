package dev.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quota.policy.Capacity;
import dev.quota.policy.LimitOverride;
import dev.quota.policy.Plan;
import dev.quota.policy.Policies;
import dev.quota.policy.PolicyException;
import dev.quota.policy.PolicyFile;
import dev.quota.policy.QuotaPolicy;
import dev.quota.policy.Scope;
import dev.quota.store.ManualClock;
import java.io.StringReader;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Capacities of single people and groups, and caps that people set for themselves. */
final class LimitOverrideTest {

  private static final Subject ALICE = Subject.user("alice");
  private static final Instant UNTIL = Instant.parse("2026-11-23T18:00:00Z");

  private final ManualClock clock = ManualClock.at("2026-11-23T14:59:30Z");
  private final Quotas quotas = Quotas.builder().clock(clock).policies(policies()).build();

  private static Policies policies(LimitOverride... overrides) {
    Policies.Builder policies =
        Policies.builder()
            .plan(Plan.of("free"))
            .plan(Plan.of("pro"))
            .quota(
                QuotaPolicy.builder("chat")
                    .limit("daily", "5 per calendar day")
                    .limit("burst", "3_000_000 per 30 days")
                    .limit("all", "20 per calendar day per org")
                    .limit("running", "2 at once")
                    .planCapacity("pro", "daily", 50)
                    .showExact(true)
                    .build())
            .quota(QuotaPolicy.builder("image").limit("daily", "2 per calendar day").build());
    for (LimitOverride override : overrides) {
      policies.override(override);
    }
    return policies.build();
  }

  private static LimitOverride override(String subject, String limit, Capacity capacity) {
    return new LimitOverride(subject, "chat", limit, capacity, UNTIL, "a conference");
  }

  private void use(LimitOverride... overrides) {
    quotas.replacePolicies(policies(overrides));
  }

  private LimitState limit(Subject subject, String name) {
    return quotas.states(subject, List.of("chat")).quotas().get(0).limits().stream()
        .filter(limit -> limit.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private boolean charge(Subject subject, long cost) {
    Decision decision = quotas.charge(subject, "chat", cost);
    if (decision instanceof Decision.Allowed allowed) {
      allowed.receipt().close();
    }
    return decision.isAllowed();
  }

  @Test
  void onePersonHasAnotherCapacityUntilItEndsByItself() {
    assertThat(charge(ALICE, 5)).isTrue();
    use(override(LimitOverride.user("alice"), "daily", Capacity.of(8)));
    assertThat(limit(ALICE, "daily").limit()).hasValue(8);
    assertThat(limit(ALICE, "daily").remaining()).as("counts are kept").hasValue(3);
    assertThat(limit(ALICE, "daily").change())
        .contains(
            new CapacityChange(
                CapacityChange.By.OPERATOR,
                Capacity.of(5),
                Optional.of(UNTIL),
                Optional.of("a conference")));
    assertThat(limit(Subject.user("bob"), "daily").limit()).hasValue(5);
    assertThat(limit(Subject.user("bob"), "daily").change()).isEmpty();
    assertThat(limit(Subject.address("alice"), "daily").limit()).hasValue(5);
    assertThat(charge(ALICE, 3)).isTrue();
    clock.set(UNTIL.minusMillis(1));
    assertThat(limit(ALICE, "daily").limit()).hasValue(8);
    clock.set(UNTIL);
    assertThat(limit(ALICE, "daily").limit()).hasValue(5);
    assertThat(limit(ALICE, "daily").used()).hasValue(8);
    assertThat(charge(ALICE, 1)).isFalse();
  }

  @Test
  void itAppliesOnEveryPlanAndWithBothApis() {
    use(override(LimitOverride.user("alice"), "daily", Capacity.of(8)));
    Subject pro = ALICE.toBuilder().plan("pro").build();
    assertThat(limit(pro, "daily").limit()).hasValue(8);
    assertThat(limit(pro, "daily").change().orElseThrow().usual()).isEqualTo(Capacity.of(50));
    assertThat(quotas.async().check(ALICE, "chat", 8).toCompletableFuture().join().quotas().get(0))
        .matches(QuotaState::allowed);
  }

  @Test
  void anOrganisationHasAnotherCapacityForItsLimitAndForEachMember() {
    String acme = LimitOverride.group(Scope.ORG, "acme");
    use(override(acme, "all", Capacity.of(30)), override(acme, "daily", Capacity.of(25)));
    Subject member = ALICE.toBuilder().group(Scope.ORG, "acme").build();
    Subject other = Subject.user("bob").toBuilder().group(Scope.ORG, "acme").build();
    assertThat(charge(member, 20)).isTrue();
    assertThat(limit(other, "all").remaining()).hasValue(10);
    assertThat(limit(other, "daily").remaining()).hasValue(25);
    assertThat(limit(ALICE, "daily").limit()).hasValue(5);
  }

  @Test
  void aPersonComesBeforeTheTeamAndTheTeamBeforeTheOrganisation() {
    use(
        override(LimitOverride.group(Scope.ORG, "acme"), "daily", Capacity.of(10)),
        override(LimitOverride.user("alice"), "daily", Capacity.of(12)),
        override(LimitOverride.group(Scope.TEAM, "acme"), "daily", Capacity.of(11)));
    Subject member = ALICE.toBuilder().group(Scope.ORG, "acme").build();
    Subject both =
        Subject.user("bob").toBuilder().group(Scope.ORG, "acme").group(Scope.TEAM, "acme").build();
    assertThat(limit(member, "daily").limit()).hasValue(12);
    assertThat(limit(both, "daily").limit()).hasValue(11);
  }

  @Test
  void itMayTakeAwayAndRemoveALimit() {
    use(
        override(LimitOverride.user("alice"), "daily", Capacity.of(0)),
        override(LimitOverride.user("bob"), "daily", Capacity.unlimited()));
    assertThat(quotas.charge(ALICE, "chat", 1)).isInstanceOf(Decision.NeverFits.class);
    assertThat(charge(Subject.user("bob"), 20)).isTrue();
  }

  @Test
  void aCapOfAPersonOnlyTightens() {
    Subject careful = ALICE.toBuilder().cap("chat", "daily", 3).cap("gone", "daily", 1).build();
    assertThat(limit(careful, "daily").limit()).hasValue(3);
    assertThat(limit(careful, "daily").change())
        .contains(
            new CapacityChange(
                CapacityChange.By.PERSON, Capacity.of(5), Optional.empty(), Optional.empty()));
    assertThat(charge(careful, 3)).isTrue();
    assertThat(charge(careful, 1)).isFalse();
    assertThat(charge(ALICE, 2)).as("without the cap").isTrue();
    Subject greedy = ALICE.toBuilder().cap("chat", "daily", 500).build();
    assertThat(limit(greedy, "daily").limit()).hasValue(5);
    assertThat(limit(greedy, "daily").change()).isEmpty();
    use(override(LimitOverride.user("alice"), "daily", Capacity.unlimited()));
    assertThat(limit(greedy, "daily").limit()).hasValue(500);
    assertThat(limit(careful, "daily").limit()).hasValue(3);
    assertThat(careful).isNotEqualTo(ALICE).isEqualTo(careful.toBuilder().build());
  }

  @Test
  void aCapThatCannotBeCountedExactlyIsLowered() {
    Subject odd =
        ALICE.toBuilder().cap("chat", "burst", 2_999_999).cap("chat", "running", 1).build();
    assertThat(limit(odd, "burst").limit().orElseThrow()).isBetween(1L, 2_999_999L);
    assertThat(limit(odd, "running").limit()).hasValue(1);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, Long.MAX_VALUE})
  void refusesACapOutOfRange(long units) {
    Subject.Builder subject = Subject.builder(Subject.Kind.USER, "alice");
    assertThatThrownBy(() -> subject.cap("chat", "daily", units))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("units must be between 1 and ");
  }

  @Test
  void manyPeopleWithCapsOfTheirOwnDoNotFillTheMemory() {
    for (int i = 1; i <= 3_000; i++) {
      Subject subject =
          Subject.user("person-" + i).toBuilder().cap("chat", "daily", 1 + i % 1_500).build();
      assertThat(limit(subject, "daily").limit()).hasValue(Math.min(5, 1 + i % 1_500));
    }
  }

  @Test
  void aReservationOfTheCapacityBeforeKeepsWhatItHolds() {
    use(override(LimitOverride.user("alice"), "daily", Capacity.of(8)));
    Reservation held = quotas.reserve(ALICE, "chat", 8);
    assertThat(held.isAllowed()).isTrue();
    clock.set(UNTIL.plusSeconds(1));
    assertThat(held.settle(8).charged()).isEqualTo(8);
    assertThat(limit(ALICE, "daily").overage()).hasValue(3);
  }

  private static final String FILE =
      """
      version: 1
      quotas:
        chat: {limits: {daily: 5 per calendar day, odd: 10 per 30 days}}
      overrides:
        - subject: %s
          quota: chat
          limit: daily
          capacity: 8
          until: 2026-11-23T19:00:00+01:00
          reason: a conference
      """;

  private static Policies read(String yaml) {
    return PolicyFile.read("quotas.yaml", new StringReader(yaml));
  }

  @Test
  void aFileHasThem() {
    Policies read = read(String.format(FILE, LimitOverride.user("alice")));
    assertThat(read.overrides())
        .containsExactly(override(LimitOverride.user("alice"), "daily", Capacity.of(8)));
    assertThat(read.toBuilder().build().overrides()).isEqualTo(read.overrides());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "quota: chat|quota: chta|6:12: unknown quota `chta`, did you mean `chat`? Allowed: chat",
        "limit: daily|limit: dialy|7:12: unknown limit `dialy`, did you mean `daily`? Allowed: daily, odd",
        "capacity: 8|capacity: many|8:15: ",
        "until: 2026-11-23T19:00:00+01:00|until: tomorrow|9:12: until must be a moment with an offset, such as 2027-01-01T00:00:00Z",
        "until: 2026-11-23T19:00:00+01:00|until: 2026-11-23T19:00:00|9:12: until must be a moment with an offset",
        "reason: a conference|reason: ''|10:13: reason must be 1 to 100 characters",
        "reason: a conference|why: x|5:5: the key `reason` is missing",
        "limit: daily|limit: odd|-"
      })
  void aMistakeIsReportedWhereItIs(String from, String to, String mistake) {
    String yaml = String.format(FILE, LimitOverride.user("alice")).replace(from, to);
    if (mistake.equals("-")) {
      assertThat(read(yaml).overrides()).hasSize(1);
      return;
    }
    assertThatThrownBy(() -> read(yaml))
        .isInstanceOf(PolicyException.class)
        .hasMessageContaining("quotas.yaml:" + mistake);
  }

  @Test
  void anIdInsteadOfADigestIsRefusedAndNotShown() {
    assertThatThrownBy(() -> read(String.format(FILE, "alice@example.org")))
        .isInstanceOf(PolicyException.class)
        .hasMessageContaining("5:14: subject must be a digest of 43 characters")
        .hasMessageNotContaining("alice");
    assertThat(override(LimitOverride.user("alice"), "daily", Capacity.of(8)).toString())
        .doesNotContain("alice");
    assertThat(ALICE.toBuilder().cap("chat", "daily", 3).build().toString())
        .doesNotContain("alice");
  }

  @Test
  void twoForOneLimitOfASubjectAreAMistake() {
    LimitOverride one = override(LimitOverride.user("alice"), "daily", Capacity.of(8));
    LimitOverride other = override(LimitOverride.user("alice"), "daily", Capacity.of(9));
    assertThatThrownBy(() -> policies(one, other))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("the override of chat.daily is there twice for the subject ");
    assertThatThrownBy(
            () -> policies(override(LimitOverride.user("alice"), "none", Capacity.of(1))))
        .hasMessage("the override of chat.none names an unknown limit");
    assertThatThrownBy(
            () -> policies(override(LimitOverride.user("a"), "running", Capacity.of(10_001))))
        .hasMessageStartingWith("the override of chat.running: a limit on how many at once");
    assertThatThrownBy(() -> LimitOverride.group(Scope.GLOBAL, "x"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void eachVersionOfARolloutHasItsOwn() {
    Policies with =
        policies(
            override(LimitOverride.user("person-3"), "daily", Capacity.of(8)),
            override(LimitOverride.user("person-1"), "daily", Capacity.of(8)));
    quotas.replacePolicies(with.rolledOutTo("10%", policies()));
    assertThat(limit(Subject.user("person-3"), "daily").limit()).as("is in").hasValue(8);
    assertThat(limit(Subject.user("person-1"), "daily").limit()).as("is not").hasValue(5);
  }
}
