package dev.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quota.policy.Overuse;
import dev.quota.policy.QuotaPolicy;
import dev.quota.policy.QuotaPolicyBuilder;
import dev.quota.spi.FailingStore;
import dev.quota.store.ManualClock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reservations and permits while somebody moves the clock, and those that nobody renewed. */
class LapsedReservationTest {

  /** Returns the API of an engine that this suite tests. */
  EngineApi api(Quotas quotas) {
    return EngineApi.blocking(quotas);
  }

  private static final Subject ALICE = Subject.user("alice");
  private static final Duration LONGER_THAN_REMEMBERED = Duration.ofMinutes(6);

  private final ManualClock clock = ManualClock.at("2026-11-23T10:00:00Z");
  private final FailingStore store = new FailingStore(clock);
  private EngineApi quotas = engine(tokens());

  private static QuotaPolicyBuilder tokens() {
    return QuotaPolicy.builder("tokens").limit("monthly", "1000 per calendar month");
  }

  private EngineApi engine(QuotaPolicyBuilder policy) {
    return api(Quotas.builder().store(store).clock(clock).policy(policy.build()).build());
  }

  private void use(QuotaPolicyBuilder policy) {
    quotas = engine(policy);
  }

  @AfterEach
  void close() {
    quotas.close();
  }

  private LimitState limit() {
    return quotas.states(ALICE, List.of("tokens")).quotas().get(0).primary();
  }

  private long charged() {
    return limit().limit().orElseThrow()
        + limit().overage().orElse(0)
        - limit().remaining().orElseThrow();
  }

  @ParameterizedTest
  @ValueSource(longs = {6, 60, 24 * 60, 5 * 24 * 60, -6, -60, -24 * 60})
  void aMovedClockEndsNoReservation(long minutes) {
    Reservation reservation = quotas.reserve(ALICE, "tokens", 400);
    clock.jump(Duration.ofMinutes(minutes));
    quotas.charge(Subject.user("bob"), "tokens", 1);

    assertThat(limit().reserved()).hasValue(400);
    assertThat(reservation.used(231)).isTrue();
    Settlement settlement = reservation.settle(231);
    assertThat(settlement.outcome()).isEqualTo(Settlement.Outcome.SETTLED);
    assertThat(settlement.charged()).isEqualTo(231);
    assertThat(charged()).isEqualTo(231);
  }

  @ParameterizedTest
  @ValueSource(longs = {6, 24 * 60, -6})
  void aMovedClockFreesNoPermit(long minutes) {
    use(tokens().limit("running", "1 at once"));
    Decision running = quotas.charge(ALICE, "tokens", 1);
    clock.jump(Duration.ofMinutes(minutes));
    assertThat(quotas.charge(ALICE, "tokens", 1).isAllowed()).isFalse();
    quotas.finish(((Decision.Allowed) running).receipt());
    assertThat(quotas.charge(ALICE, "tokens", 1).isAllowed()).isTrue();
  }

  @Test
  void aPermitIsFreeWhenItsLeaseHasPassedAlsoWhereTheClockStandsStill() {
    use(tokens().limit("running", "1 at once"));
    assertThat(quotas.charge(ALICE, "tokens", 1).isAllowed()).isTrue();
    clock.pass(Duration.ofSeconds(59));
    assertThat(quotas.charge(ALICE, "tokens", 1).isAllowed()).isFalse();
    clock.pass(Duration.ofSeconds(1));
    assertThat(quotas.charge(ALICE, "tokens", 1).isAllowed()).isTrue();
  }

  @Test
  void aMovedClockChargesNothingTwice() {
    Idempotency once = new Idempotency("key", Duration.ofHours(1));
    quotas.charge(ALICE, List.of(new Charge("tokens", 10)), once);
    clock.jump(Duration.ofHours(2));
    quotas.charge(ALICE, List.of(new Charge("tokens", 10)), once);
    assertThat(charged()).isEqualTo(10);
    clock.pass(Duration.ofHours(1));
    quotas.charge(ALICE, List.of(new Charge("tokens", 10)), once);
    assertThat(charged()).isEqualTo(20);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 150, 400, 900, 1_700})
  void whatLapsedIsSettledToWhatWasUsedOnce(long used) {
    Reservation reservation = quotas.reserve(ALICE, "tokens", 400);
    clock.advance(LONGER_THAN_REMEMBERED);
    assertThat(charged()).as("until then").isEqualTo(400);

    Settlement settlement = reservation.settle(used);

    assertThat(settlement.outcome()).isEqualTo(Settlement.Outcome.SETTLED);
    assertThat(settlement.charged()).isEqualTo(used);
    assertThat(settlement.uncharged()).isZero();
    assertThat(reservation.settle(used)).isSameAs(settlement);
    reservation.close();
    quotas.maintenance().attendAll();
    assertThat(charged()).isEqualTo(used);
    assertThatThrownBy(() -> reservation.settle(used + 1))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void whatLapsedAfterItGrewIsSettledFromWhatItHeld() {
    Reservation reservation = quotas.reserve(ALICE, "tokens", 100);
    assertThat(reservation.used(300)).isTrue();
    assertThat(reservation.held()).isGreaterThan(300);
    clock.advance(LONGER_THAN_REMEMBERED);
    assertThat(reservation.used(310)).isTrue();
    assertThat(reservation.settleAsUsed().charged()).isEqualTo(310);
    assertThat(charged()).isEqualTo(310);
  }

  @Test
  void whatLapsedIsGivenBack() {
    Reservation reservation = quotas.reserve(ALICE, "tokens", 400);
    clock.advance(LONGER_THAN_REMEMBERED);
    assertThat(reservation.refund()).isTrue();
    assertThat(reservation.refund()).isFalse();
    assertThat(charged()).isZero();
  }

  @Test
  void aRenewalThatComesTooLateLosesNothing() {
    Reservation reservation = quotas.reserve(ALICE, "tokens", 400);
    clock.advance(LONGER_THAN_REMEMBERED);
    quotas.maintenance().attendAll();
    assertThat(reservation.settle(150).charged()).isEqualTo(150);
    assertThat(charged()).isEqualTo(150);
  }

  @Test
  void whatIsForgivenIsChargedAsFarAsItFits() {
    use(tokens().overuse(Overuse.FORGIVE));
    Reservation reservation = quotas.reserve(ALICE, "tokens", 400);
    clock.advance(LONGER_THAN_REMEMBERED);
    Settlement settlement = reservation.settle(1_700);
    assertThat(settlement.charged()).isEqualTo(1_000);
    assertThat(settlement.uncharged()).isEqualTo(700);
  }

  @Test
  void ofARollingLimitOnlyWhatHasNotDrainedComesBack() {
    use(QuotaPolicy.builder("tokens").limit("hourly", "600 per hour"));
    Reservation reservation = quotas.reserve(ALICE, "tokens", 400);
    clock.advance(LONGER_THAN_REMEMBERED);
    reservation.settle(100);
    assertThat(limit().used().orElseThrow()).as("100, less 60 of six minutes").isBetween(0L, 100L);
    assertThat(limit().remaining().orElseThrow()).isLessThanOrEqualTo(600);
  }

  @Test
  void itsPermitIsFreeAfterwards() {
    use(tokens().limit("running", "1 at once"));
    Reservation reservation = quotas.reserve(ALICE, "tokens", 400);
    clock.advance(LONGER_THAN_REMEMBERED);
    reservation.settle(500);
    assertThat(charged()).isEqualTo(500);
    assertThat(quotas.charge(ALICE, "tokens", 1).isAllowed()).isTrue();
  }

  @Test
  void whatAnotherNodeSettledIsNotSettledAgain() {
    Reservation here = quotas.reserve(ALICE, "tokens", 400);
    quotas.resume(ALICE, "tokens", here.id().orElseThrow()).settle(150);
    clock.advance(LONGER_THAN_REMEMBERED);

    Settlement late = here.settle(300);

    assertThat(late.outcome()).isEqualTo(Settlement.Outcome.GONE);
    assertThat(charged()).isEqualTo(150);
  }

  @Test
  void whatAnotherNodeMayHaveSettledStaysAsItIs() {
    Reservation here = quotas.reserve(ALICE, "tokens", 400);
    String id = here.id().orElseThrow();
    clock.advance(LONGER_THAN_REMEMBERED);
    Reservation there = quotas.resume(ALICE, "tokens", id);
    assertThat(there.settle(150).outcome()).isEqualTo(Settlement.Outcome.GONE);
    assertThat(here.settle(300).outcome()).isEqualTo(Settlement.Outcome.GONE);
    assertThat(charged()).isEqualTo(400);
  }

  @Test
  void whatWasResetIsNotChargedAgain() {
    Reservation reservation = quotas.reserve(ALICE, "tokens", 400);
    quotas.reset(ALICE, "tokens", "support case");
    clock.advance(Duration.ofMinutes(4));
    assertThat(reservation.settle(500).outcome()).isEqualTo(Settlement.Outcome.GONE);
    assertThat(charged()).isZero();
  }

  @Test
  void aResetAfterTheLastRenewalIsNotTakenForALapse() {
    Reservation reservation = quotas.reserve(ALICE, "tokens", 400);
    for (int i = 0; i < 4; i++) {
      clock.advance(Duration.ofMinutes(3));
      quotas.maintenance().attendAll();
    }
    quotas.reset(ALICE, "tokens", "support case");
    assertThat(reservation.settle(500).outcome()).isEqualTo(Settlement.Outcome.GONE);
    assertThat(charged()).isZero();
  }

  @Test
  void aReservationIsRememberedForAsLongAsTheEngineSays() {
    assertThatThrownBy(() -> Quotas.builder().reservationKeep(Duration.ofMillis(1_500)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("was PT1.5S");
    try (EngineApi short_ =
        api(
            Quotas.builder()
                .clock(clock)
                .policy(tokens().build())
                .reservationKeep(Duration.ofSeconds(1))
                .build())) {
      Reservation reservation = short_.reserve(ALICE, "tokens", 400);
      clock.advance(Duration.ofSeconds(1));
      assertThat(short_.states(ALICE).quotas().get(0).primary().reserved()).hasValue(0);
      assertThat(reservation.settle(150).charged()).isEqualTo(150);
    }
  }

  @Test
  void aRefusalHasNoId() {
    quotas.charge(ALICE, "tokens", 1_000);
    assertThat(quotas.reserve(ALICE, "tokens", 1).id()).isEmpty();
  }
}
