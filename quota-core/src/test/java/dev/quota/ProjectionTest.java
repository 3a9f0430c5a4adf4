package dev.quota;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.internal.memory.InMemoryQuotaStore;
import dev.quota.policy.OnStoreFailure;
import dev.quota.policy.Policies;
import dev.quota.policy.QuotaPolicy;
import dev.quota.policy.QuotaPolicyBuilder;
import dev.quota.policy.Scope;
import dev.quota.policy.WhenExhausted;
import dev.quota.spi.FailingStore;
import dev.quota.spi.QuotaStore;
import dev.quota.store.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.assertj.core.api.AbstractInstantAssert;
import org.junit.jupiter.api.Test;

/** What states say about when they will be used up, as an engine sees one person go on. */
final class ProjectionTest {

  private static final Subject ALICE =
      Subject.builder(Subject.Kind.USER, "alice").group(Scope.ORG, "acme").build();
  private static final Duration TEN_MINUTES = Duration.ofMinutes(10);

  private final ManualClock clock = ManualClock.at("2026-11-23T08:00:00Z");
  private final QuotaStore store = InMemoryQuotaStore.builder().clock(clock).build();
  private Quotas quotas = engine("50 per calendar day");

  private Quotas engine(String phrase) {
    return engine(QuotaPolicy.builder("chat").limit("daily", phrase));
  }

  private Quotas engine(QuotaPolicyBuilder policy) {
    return Quotas.builder().policy(policy.build()).store(store).clock(clock).build();
  }

  /** Charges one at a time, each followed by a pause, and returns the last decision. */
  private Decision use(int times, Duration pause) {
    Decision last = quotas.charge(ALICE, "chat", 0);
    for (int i = 0; i < times; i++) {
      last = quotas.charge(ALICE, "chat", 1);
      assertThat(last.isAllowed()).isTrue();
      clock.advance(pause);
    }
    return last;
  }

  private Optional<Instant> projected() {
    return quotas.states(ALICE).binding().projectedExhaustionAt();
  }

  private AbstractInstantAssert<?> assertProjected() {
    assertThat(projected()).isPresent();
    return assertThat(projected().orElseThrow());
  }

  private static void assertAbout(Optional<Instant> at, String expected, Duration tolerance) {
    Instant middle = Instant.parse(expected);
    assertThat(at).isPresent();
    assertThat(at.orElseThrow()).isBetween(middle.minus(tolerance), middle.plus(tolerance));
  }

  @Test
  void goesOnAtASteadyPace() {
    Decision last = use(40, TEN_MINUTES);
    // The fortieth was charged at 14:30; the fiftieth comes at 16:10.
    assertThat(last.states().binding().projectedExhaustionAt())
        .contains(Instant.parse("2026-11-23T16:10:00Z"));
    assertAbout(projected(), "2026-11-23T16:20:00Z", TEN_MINUTES);
  }

  @Test
  void isRightFromTheMomentItSpeaks() {
    use(25, TEN_MINUTES);
    for (int used = 26; used < 50; used++) {
      Optional<Instant> at =
          quotas.charge(ALICE, "chat", 1).states().binding().projectedExhaustionAt();
      if (used < 28) {
        assertThat(at).as("after %s", used).isEmpty();
      } else {
        assertAbout(at, "2026-11-23T16:10:00Z", Duration.ofMinutes(1));
      }
      clock.advance(TEN_MINUTES);
    }
  }

  @Test
  void weighsARecentBurstAboveAQuietMorning() {
    use(30, Duration.ofMinutes(16));
    assertThat(clock.instant()).isEqualTo("2026-11-23T16:00:00Z");
    use(10, Duration.ofMinutes(6));
    // 10 are left at 17:00: at 6 minutes each an hour, at 16 nearly three.
    assertProjected().isAfter("2026-11-23T18:00:00Z").isBefore("2026-11-23T19:10:00Z");
    use(8, TEN_MINUTES.dividedBy(2));
    assertProjected().isBefore("2026-11-23T17:57:00Z");
  }

  @Test
  void aPausePutsItOff() {
    use(40, TEN_MINUTES);
    Instant before = projected().orElseThrow();
    clock.advance(Duration.ofMinutes(40));
    Instant after = projected().orElseThrow();
    assertThat(Duration.between(before, after)).isBetween(TEN_MINUTES, Duration.ofHours(2));
    clock.advance(Duration.ofHours(4));
    assertThat(projected()).isEmpty();
  }

  @Test
  void isSilentBelowHalfAndUntilEnoughIsKnown() {
    use(24, TEN_MINUTES);
    assertThat(projected()).isEmpty();
    use(3, Duration.ofSeconds(20));
    assertThat(projected()).as("within a minute").isEmpty();
    use(2, Duration.ofSeconds(20));
    clock.advance(Duration.ofMinutes(12));
    assertThat(projected()).as("five more, some minutes").isPresent();
  }

  @Test
  void oneLargeChargeIsNoPace() {
    use(30, Duration.ofSeconds(1));
    quotas = engine("50 per calendar day");
    assertThat(projected()).isEmpty();
    clock.advance(TEN_MINUTES);
    quotas.charge(ALICE, "chat", 5);
    clock.advance(TEN_MINUTES);
    quotas.charge(ALICE, "chat", 5);
    assertThat(projected()).isEmpty();
    clock.advance(TEN_MINUTES);
    quotas.charge(ALICE, "chat", 5);
    assertThat(projected()).isPresent();
  }

  @Test
  void isSilentWhereTheWindowEndsFirst() {
    clock.set(Instant.parse("2026-11-23T15:00:00Z"));
    use(41, TEN_MINUTES);
    assertThat(clock.instant()).isEqualTo("2026-11-23T21:50:00Z");
    // Nine more at this pace last until 23:10.
    assertThat(projected()).isPresent();
    clock.advance(Duration.ofMinutes(50));
    assertThat(projected()).isEmpty();
  }

  @Test
  void aNewDayStartsAnew() {
    clock.set(Instant.parse("2026-11-23T17:00:00Z"));
    use(40, TEN_MINUTES);
    assertThat(clock.instant()).isEqualTo("2026-11-23T23:40:00Z");
    clock.advance(Duration.ofMinutes(21));
    Decision last = quotas.charge(ALICE, "chat", 45);
    assertThat(last.states().binding().projectedExhaustionAt()).isEmpty();
  }

  @Test
  void isSilentWhenAllIsUsedAndWhereTheUsualCostDoesNotFit() {
    use(48, TEN_MINUTES);
    assertThat(projected()).isPresent();
    assertThat(quotas.check(ALICE, "chat", 3).binding().projectedExhaustionAt()).isEmpty();
    use(2, TEN_MINUTES);
    assertThat(projected()).isEmpty();
  }

  @Test
  void givingBackStartsAnewWithoutNonsense() {
    use(40, TEN_MINUTES);
    Decision.Allowed large = (Decision.Allowed) quotas.charge(ALICE, "chat", 8);
    clock.advance(Duration.ofMinutes(1));
    assertThat(quotas.refund(large.receipt())).isTrue();
    assertThat(projected()).isEmpty();
    use(4, TEN_MINUTES);
    // The fortieth of the day and four more at 10 minutes each, from 14:41 on.
    assertAbout(projected(), "2026-11-23T16:15:00Z", Duration.ofMinutes(25));
  }

  @Test
  void aRaisedLimitStartsAnew() {
    use(40, TEN_MINUTES);
    assertThat(projected()).isPresent();
    QuotaPolicy raised = QuotaPolicy.builder("chat").limit("daily", "60 per calendar day").build();
    quotas.replacePolicies(Policies.builder().quota(raised).build());
    assertThat(projected()).isEmpty();
    use(4, TEN_MINUTES);
    assertAbout(projected(), "2026-11-23T17:50:00Z", Duration.ofMinutes(25));
  }

  @Test
  void whoeverHearsOfItKnowsThePaceOfAllNodes() {
    Quotas one = quotas;
    Quotas other = engine("50 per calendar day");
    for (int i = 0; i < 20; i++) {
      quotas = one;
      use(1, TEN_MINUTES);
      quotas = other;
      use(1, TEN_MINUTES);
    }
    Optional<Instant> otherSays = projected();
    quotas = one;
    assertAbout(projected(), "2026-11-23T16:10:00Z", Duration.ofMinutes(25));
    assertAbout(otherSays, "2026-11-23T16:10:00Z", Duration.ofMinutes(25));
  }

  @Test
  void aRollingBudgetIsNetOfWhatComesBack() {
    quotas = engine("48 per 24 hours");
    use(30, Duration.ofSeconds(1));
    quotas = engine("48 per 24 hours");
    // Two an hour come back; six an hour are used.
    use(12, TEN_MINUTES);
    Instant at = projected().orElseThrow();
    long used = quotas.states(ALICE).binding().primary().used().orElseThrow();
    long left = 48 - used;
    Duration expected = Duration.ofMinutes(15 * left);
    assertThat(Duration.between(clock.instant(), at))
        .isBetween(expected.minusMinutes(25), expected.plusMinutes(25));
  }

  @Test
  void aRollingBudgetThatKeepsUpIsNotUsedUp() {
    quotas = engine("48 per 24 hours");
    use(30, Duration.ofSeconds(1));
    quotas = engine("48 per 24 hours");
    for (int i = 0; i < 12; i++) {
      use(1, Duration.ofMinutes(30));
      assertThat(projected()).isEmpty();
    }
  }

  @Test
  void saysNothingOfOthersPaceNorOfWhatIsNoBudget() {
    for (QuotaPolicyBuilder policy :
        new QuotaPolicyBuilder[] {
          QuotaPolicy.builder("chat").limit("daily", "50 per calendar day per org").showExact(true),
          QuotaPolicy.builder("chat").limit("hourly", "50 per hour"),
          QuotaPolicy.builder("chat").limit("daily", "unlimited per calendar day")
        }) {
      quotas = engine(policy);
      use(48, Duration.ofSeconds(20));
      assertThat(projected()).isEmpty();
    }
    quotas = engine("50 per calendar day");
    Subject address = Subject.builder(Subject.Kind.ADDRESS, "192.0.2.1").build();
    for (int i = 0; i < 40; i++) {
      quotas.charge(address, "chat", 1);
      clock.advance(TEN_MINUTES);
    }
    assertThat(quotas.states(address).binding().projectedExhaustionAt()).isEmpty();
  }

  @Test
  void saysNothingWhileTheStoreIsAway() {
    FailingStore failing = new FailingStore(clock);
    quotas =
        Quotas.builder()
            .policy(
                QuotaPolicy.builder("chat")
                    .limit("daily", "50 per calendar day")
                    .onStoreFailure(OnStoreFailure.LOCAL)
                    .build())
            .store(failing)
            .clock(clock)
            .build();
    use(40, TEN_MINUTES);
    assertThat(projected()).isPresent();
    failing.goAway();
    assertThat(use(30, TEN_MINUTES).states().binding().projectedExhaustionAt()).isEmpty();
    assertThat(projected()).isEmpty();
  }

  @Test
  void anObservedLimitIsProjectedUntilItIsUsedUp() {
    quotas =
        engine(
            QuotaPolicy.builder("chat")
                .limit("daily", "50 per calendar day")
                .whenExhausted(WhenExhausted.OBSERVE));
    use(45, TEN_MINUTES);
    assertThat(projected()).isPresent();
    use(10, TEN_MINUTES);
    assertThat(projected()).isEmpty();
  }
}
