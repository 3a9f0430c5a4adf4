package dev.quota;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.policy.Policies;
import dev.quota.policy.QuotaPolicy;
import dev.quota.policy.QuotaPolicyBuilder;
import dev.quota.spi.FailingStore;
import dev.quota.store.ManualClock;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a change of policy does to reservations whose work is running. */
class RunningReservationTest {

  /** Returns the API of an engine that this suite tests. */
  EngineApi api(Quotas quotas) {
    return EngineApi.blocking(quotas);
  }

  private static final Subject ALICE = Subject.user("alice");

  private final ManualClock clock = ManualClock.at("2026-11-23T14:59:30Z");
  private final FailingStore store = new FailingStore(clock);
  private final EngineApi quotas =
      api(Quotas.builder().store(store).clock(clock).policies(daily(1_000)).build());

  @AfterEach
  void close() {
    quotas.close();
  }

  private static Policies daily(long capacity) {
    return tokens(QuotaPolicy.builder("tokens").limit("daily", capacity + " per calendar day"));
  }

  private static Policies tokens(QuotaPolicyBuilder tokens) {
    return Policies.builder().quota(tokens.build()).build();
  }

  private LimitState daily() {
    return quotas.states(ALICE, List.of("tokens")).quotas().get(0).limits().stream()
        .filter(limit -> limit.name().equals("daily"))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aCapacityThatIsCutStopsTheNextGrowth() {
    Reservation reservation = quotas.reserve(ALICE, "tokens", 100);
    quotas.replacePolicies(daily(150));

    assertThat(reservation.used(140)).isTrue();
    assertThat(reservation.used(400)).as("150 are the capacity now").isFalse();
    assertThat(reservation.held()).isEqualTo(150);
    assertThat(reservation.settle(400).charged()).as("a debt").isEqualTo(400);
    assertThat(daily().limit()).hasValue(150);
  }

  @Test
  void aCapacityThatIsRaisedLetsItGrow() {
    Reservation reservation = quotas.reserve(ALICE, "tokens", 900);
    quotas.replacePolicies(daily(5_000));

    assertThat(reservation.used(3_000)).isTrue();
    assertThat(reservation.settle(3_000).charged()).isEqualTo(3_000);
  }

  @Test
  void aGraceThatIsTakenAwayIsGoneAtTheNextGrowth() {
    quotas.replacePolicies(
        tokens(QuotaPolicy.builder("tokens").limit("daily", "100 per calendar day").grace("500")));
    Reservation reservation = quotas.reserve(ALICE, "tokens", 100);
    quotas.replacePolicies(daily(100));

    assertThat(reservation.used(300)).isFalse();
    assertThat(reservation.held()).isEqualTo(100);
  }

  @Test
  void aRenewalPutsNoOldCapacityBack() {
    Reservation reservation = quotas.reserve(ALICE, "tokens", 100);
    quotas.replacePolicies(daily(150));
    store.commands().clear();

    quotas.maintenance().attendAll();

    assertThat(store.commands().toString()).contains("Renew").doesNotContain("1000");
    assertThat(reservation.held()).isEqualTo(100);
  }

  @Test
  void limitsThatComeAndGoDoNotConfuseWhatIsHeld() {
    quotas.replacePolicies(
        tokens(
            QuotaPolicy.builder("tokens")
                .limit("monthly", "9000 per calendar month")
                .limit("daily", "1000 per calendar day")));
    Reservation reservation = quotas.reserve(ALICE, "tokens", 100);
    quotas.replacePolicies(
        tokens(
            QuotaPolicy.builder("tokens")
                .limit("daily", "1000 per calendar day")
                .limit("weekly", "50 per calendar week")
                .limit("shared", "500 per calendar day per org")));

    assertThat(reservation.used(110)).isTrue();
    assertThat(reservation.used(200)).as("the new weekly limit holds for what it grows").isFalse();
    Settlement settlement = reservation.settle(110);

    assertThat(settlement.charged()).isEqualTo(110);
    assertThat(settlement.states().quotas().get(0).limits()).hasSize(3);
    assertThat(daily().used()).hasValue(110);
  }

  @Test
  void aQuotaThatIsDroppedEndsAsItBegan() {
    Reservation reservation = quotas.reserve(ALICE, "tokens", 100);
    quotas.replacePolicies(
        Policies.builder()
            .quota(QuotaPolicy.builder("other").limit("daily", "1 per calendar day").build())
            .build());

    assertThat(reservation.used(200)).isTrue();
    assertThat(reservation.settle(200).charged()).isEqualTo(200);
  }

  @Test
  void aPlanThatLosesTheQuotaStopsTheNextGrowth() {
    Reservation reservation = quotas.reserve(ALICE, "tokens", 100);
    quotas.replacePolicies(daily(0));

    assertThat(reservation.used(200)).isFalse();
    assertThat(reservation.settle(200).charged()).isEqualTo(100);
  }
}
