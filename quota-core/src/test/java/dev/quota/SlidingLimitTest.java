package dev.quota;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.message.Message;
import dev.quota.message.QuotaMessages;
import dev.quota.policy.LimitKind;
import dev.quota.policy.Policies;
import dev.quota.policy.QuotaPolicy;
import dev.quota.policy.Scope;
import dev.quota.store.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What an engine says about a sliding limit. */
final class SlidingLimitTest {

  private static final Subject ALICE =
      Subject.builder(Subject.Kind.USER, "alice").zone(ZoneId.of("Europe/Berlin")).build();
  private static final long UNKNOWN = -1;

  private final ManualClock clock = ManualClock.at("2026-11-23T08:00:00Z");
  private Quotas quotas = engine("10 per sliding day");

  @AfterEach
  void close() {
    quotas.close();
  }

  private Quotas engine(String phrase) {
    return Quotas.builder().policy(chat(phrase)).clock(clock).build();
  }

  private static QuotaPolicy chat(String phrase) {
    return QuotaPolicy.builder("chat").limit("day", phrase).warnAt("80%").build();
  }

  private LimitState limit() {
    return quotas.states(ALICE).binding().primary();
  }

  private void use(int units) {
    assertThat(quotas.charge(ALICE, "chat", units).isAllowed()).isTrue();
  }

  @Test
  void isABudgetOverMoreThanAnHourAndAPaceBelow() {
    assertThat(limit().kind()).isEqualTo(LimitKind.BUDGET);
    quotas.close();
    quotas = engine("10 per sliding hour");
    assertThat(limit().kind()).isEqualTo(LimitKind.PACE);
  }

  @Test
  void itsStateSaysWhenItIsFullAndWhenTheNextCostFits() {
    Instant start = clock.instant();
    use(6);
    clock.advance(Duration.ofHours(4));
    use(4);

    assertThat(limit().resetAt()).isEmpty();
    assertThat(limit().startsAt()).isEmpty();
    assertThat(limit().fullAt()).contains(start.plus(Duration.ofHours(28)));
    assertThat(limit().nextAvailableAt()).contains(start.plus(Duration.ofHours(24)));
    assertThat(limit().remaining()).hasValue(0);

    Decision denied = quotas.charge(ALICE, "chat", 7);
    assertThat(((Decision.Denied) denied).retryAfter()).isEqualTo(Duration.ofHours(24));
    clock.advance(((Decision.Denied) denied).retryAfter());
    use(7);
  }

  @Test
  void moreIsAvailableWhenItIsFullUnlessTheCostIsShort() {
    use(3);
    QuotaState state = quotas.states(ALICE).binding();
    assertThat(state.millisUntilMore(state.primary(), UNKNOWN))
        .isEqualTo(Duration.ofDays(1).toMillis());
    clock.advance(Duration.ofHours(10));
    use(7);
    QuotaState spent = quotas.states(ALICE).binding();
    assertThat(spent.millisUntilMore(spent.primary(), UNKNOWN))
        .isEqualTo(Duration.ofHours(14).toMillis());
  }

  @Test
  void theTimeOfColleaguesIsNotTold() {
    quotas.close();
    quotas = engine("1_000 per sliding day per org");
    Subject colleague = Subject.builder(Subject.Kind.USER, "bob").group(Scope.ORG, "acme").build();
    quotas.charge(colleague, "chat", 300);
    QuotaState state =
        quotas
            .states(Subject.builder(Subject.Kind.USER, "alice").group(Scope.ORG, "acme").build())
            .binding();

    assertThat(state.primary().rounded()).isTrue();
    assertThat(state.millisUntilMore(state.primary(), UNKNOWN)).isEqualTo(UNKNOWN);
  }

  @Test
  void peopleReadWhatIsTrueOfTheLastPeriod() {
    use(10);
    QuotaSnapshot check = quotas.check(ALICE, "chat", 1);
    Message message = QuotaMessages.create().message(check, check.binding(), Locale.ENGLISH);

    assertThat(message.code()).isEqualTo("quota.exhausted.rolling");
    assertThat(message.title()).isEqualTo("Next request in 1 day");
    assertThat(message.detail())
        .isEqualTo(
            "Requests are limited to 10 every 24 hours. The next request is available in 1 day"
                + " (tomorrow at 09:00).");
  }

  @Test
  void aReservationThatSettlesLaterReturnsToTheMomentOfItsCharge() {
    Reservation reservation = quotas.reserve(ALICE, "chat", 8);
    clock.advance(Duration.ofMinutes(4));
    reservation.settle(5);
    assertThat(limit().remaining()).hasValue(5);
    clock.advance(Duration.ofDays(1).minusMinutes(4));
    assertThat(limit().remaining()).hasValue(10);
  }

  @Test
  void anotherCapacityAppliesAtOnceAndAnotherKindBeginsFull() {
    use(10);
    quotas.close();
    quotas = Quotas.builder().policies(policies("10 per sliding day")).clock(clock).build();
    use(10);
    quotas.replacePolicies(policies("12 per sliding day"));
    assertThat(limit().remaining()).hasValue(2);
    quotas.replacePolicies(policies("4 per sliding day"));
    assertThat(limit().remaining()).hasValue(0);
    assertThat(limit().overage()).hasValue(6);
    quotas.replacePolicies(policies("10 per day"));
    assertThat(limit().remaining()).hasValue(10);
    quotas.replacePolicies(policies("10 per sliding day"));
    assertThat(limit().remaining()).hasValue(0);
  }

  private static Policies policies(String phrase) {
    return Policies.builder().quota(chat(phrase)).build();
  }
}
