package dev.quota;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.policy.Capacity;
import dev.quota.policy.QuotaPolicy;
import dev.quota.policy.Scope;
import dev.quota.spi.Race;
import dev.quota.store.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What estimates do that somebody else chose, with policies that say nothing about them. */
final class EstimatesFromClientsTest {

  private static final Subject ALICE = Subject.user("alice");

  private final ManualClock clock = ManualClock.at("2026-11-23T14:59:30Z");
  private Quotas quotas = engine("100 per calendar day");

  private Quotas engine(String limit) {
    return Quotas.builder()
        .clock(clock)
        .policy(QuotaPolicy.builder("tokens").limit("limit", limit).build())
        .build();
  }

  @AfterEach
  void close() {
    quotas.close();
  }

  private LimitState limit(Subject subject) {
    return quotas.states(subject, List.of("tokens")).quotas().get(0).primary();
  }

  private static Subject colleague(String name) {
    return Subject.builder(Subject.Kind.USER, name).group(Scope.ORG, "acme").build();
  }

  @Test
  void aHundredAtOnceWithTinyEstimatesLeaveNothingUncharged() throws Exception {
    List<Settlement> settled = Collections.synchronizedList(new ArrayList<>());
    List<Reservation> open = Collections.synchronizedList(new ArrayList<>());
    Race.run(
        10,
        thread -> {
          for (int i = 0; i < 10; i++) {
            open.add(quotas.reserve(ALICE, "tokens", 1));
          }
        });
    Race.run(
        10,
        thread -> {
          for (int i = 0; i < 10; i++) {
            settled.add(open.get(thread * 10 + i).settle(1_000));
          }
        });

    assertThat(settled).allMatch(it -> it.charged() == 1_000 && it.uncharged() == 0);
    assertThat(limit(ALICE).used()).hasValue(100_000);
    assertThat(limit(ALICE).remaining()).hasValue(0);
    assertThat(limit(ALICE).overage()).hasValue(99_900);
    assertThat(quotas.reserve(ALICE, "tokens", 1).isAllowed()).isFalse();
  }

  @Test
  void aSpentQuotaRefusesAnEstimateOfZero() {
    quotas.charge(ALICE, "tokens", 100);
    for (int i = 0; i < 50; i++) {
      assertThat(quotas.reserve(ALICE, "tokens", 0).decision()).isInstanceOf(Decision.Denied.class);
    }
  }

  @Test
  void theDebtEndsWithTheWindow() {
    quotas.reserve(ALICE, "tokens", 1).settle(1_000);
    assertThat(quotas.charge(ALICE, "tokens", 1).isAllowed()).isFalse();
    clock.advance(Duration.ofHours(10));
    assertThat(quotas.charge(ALICE, "tokens", 100).isAllowed()).isTrue();
  }

  @Test
  void aRefillPaysTheDebtFirst() {
    quotas.close();
    quotas = engine("100 per minute");
    quotas.reserve(ALICE, "tokens", 1).settle(1_000);

    Decision.Denied denied = (Decision.Denied) quotas.charge(ALICE, "tokens", 10);
    assertThat(denied.retryAfter()).isEqualTo(Duration.ofSeconds((900 + 10) * 60 / 100));
    assertThat(denied.states().binding().binding().remaining()).hasValue(0);
    clock.advance(denied.retryAfter().minusMillis(1));
    assertThat(quotas.charge(ALICE, "tokens", 10).isAllowed()).isFalse();
    clock.advance(Duration.ofMillis(1));
    assertThat(quotas.charge(ALICE, "tokens", 10).isAllowed()).isTrue();
  }

  @Test
  void theLargestDebtIsCountedAndWaitedFor() {
    quotas.close();
    quotas = engine("100 per minute");
    for (int i = 0; i < 3; i++) {
      Reservation reservation = quotas.reserve(ALICE, "tokens", 1);
      if (reservation.isAllowed()) {
        reservation.settle(Capacity.MAX_UNITS);
      }
    }
    assertThat(limit(ALICE).remaining()).hasValue(0);
    assertThat(quotas.charge(ALICE, "tokens", 1)).isInstanceOf(Decision.Denied.class);
  }

  @Test
  void anHonestStreamStopsAtTheWall() {
    Reservation stream = quotas.reserve(ALICE, "tokens", 1);
    assertThat(stream.used(100)).isTrue();
    assertThat(stream.used(101)).isFalse();
    assertThat(stream.settle(101).charged()).isEqualTo(101);
  }

  @Test
  void oneReservationDoesNotTakeAllThatAnOrganisationHas() {
    quotas.close();
    quotas = engine("10000 per calendar month in UTC per org");

    Reservation greedy = quotas.reserve(colleague("mallory"), "tokens", Capacity.MAX_UNITS);

    assertThat(greedy.held()).isEqualTo(1_000);
    assertThat(quotas.reserve(colleague("bob"), "tokens", 500).isAllowed()).isTrue();
  }

  @Test
  void growthHoldsNoMoreAheadThanAReservation() {
    quotas.close();
    quotas = engine("10000 per calendar month in UTC per org");
    Reservation stream = quotas.reserve(colleague("mallory"), "tokens", 1_000);
    for (long soFar = 0; soFar <= 8_000; soFar += 50) {
      assertThat(stream.used(soFar)).isTrue();
      assertThat(stream.held() - soFar).isLessThanOrEqualTo(1_000);
    }
  }

  @Test
  void whoFailsPaysNothing() {
    Reservation failed = quotas.reserve(ALICE, "tokens", 0);
    assertThat(failed.refund()).isTrue();
    assertThat(limit(ALICE).used()).hasValue(0);
  }
}
