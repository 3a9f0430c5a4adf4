package dev.quota;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.internal.memory.InMemoryQuotaStore;
import dev.quota.policy.QuotaPolicy;
import dev.quota.policy.QuotaPolicyBuilder;
import dev.quota.policy.WhenExhausted;
import dev.quota.spi.FailingStore;
import dev.quota.store.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Limits on how many at once, and on conversations, as the engine applies them. */
final class PlacesTest {

  private static final Subject ALICE = Subject.user("alice");
  private static final Subject BOB = Subject.user("bob");

  private final ManualClock clock = ManualClock.at("2026-11-23T14:59:30Z");
  private final FailingStore store = new FailingStore(clock);

  private Quotas engine(String... limits) {
    QuotaPolicyBuilder policy = QuotaPolicy.builder("tokens");
    for (int i = 0; i < limits.length; i++) {
      policy.limit("limit" + i, limits[i]);
    }
    return Quotas.builder().store(store).clock(clock).policy(policy.build()).build();
  }

  /** A receipt that is dropped lets its permits go. */
  private final List<Receipt> kept = new ArrayList<>();

  private Receipt receipt(Decision decision) {
    kept.add(((Decision.Allowed) decision).receipt());
    return kept.get(kept.size() - 1);
  }

  private static LimitState limit(Quotas quotas, Subject subject, int index) {
    return quotas.states(subject).quotas().get(0).limits().get(index);
  }

  @Test
  void aChargeHoldsAPlaceUntilItIsFinished() {
    Quotas quotas = engine("100 per calendar day", "2 at once");
    Receipt first = receipt(quotas.charge(ALICE, "tokens", 10));
    Receipt second = receipt(quotas.charge(ALICE, "tokens", 10));

    Decision.Denied refused = (Decision.Denied) quotas.charge(ALICE, "tokens", 1);
    assertThat(refused.retryAfter()).isBetween(Duration.ofSeconds(2), Duration.ofSeconds(5));
    QuotaState state = refused.states().binding();
    assertThat(state.retryAfter()).contains(refused.retryAfter());
    assertThat(state.nextAvailableAt()).isEmpty();
    assertThat(state.blockedBy()).extracting(LimitState::name).containsExactly("limit1");
    assertThat(state.largestFittingCost()).hasValue(0);
    assertThat(quotas.charge(BOB, "tokens", 1).isAllowed()).isTrue();

    quotas.finish(first);
    quotas.finish(first);
    assertThat(limit(quotas, ALICE, 1).used()).hasValue(1);
    assertThat(limit(quotas, ALICE, 0).remaining()).as("what it cost stays").hasValue(80);
    assertThat(quotas.charge(ALICE, "tokens", 1).isAllowed()).isTrue();
    second.close();
  }

  @Test
  void givingBackLetsThePlaceGoToo() {
    Quotas quotas = engine("100 per calendar day", "1 at once");
    Receipt receipt = receipt(quotas.charge(ALICE, "tokens", 10));
    assertThat(quotas.refund(receipt)).isTrue();
    quotas.finish(receipt);
    assertThat(limit(quotas, ALICE, 0).remaining()).hasValue(100);
    assertThat(limit(quotas, ALICE, 1).used()).hasValue(0);
  }

  @Test
  void aPlaceIsRenewedWhileItsNodeLivesAndExpiresWhenItDies() {
    Quotas quotas = engine("1 at once");
    Receipt receipt = receipt(quotas.charge(ALICE, "tokens", 10));
    for (int i = 0; i < 5; i++) {
      clock.advance(Duration.ofSeconds(40));
      quotas.engine().maintenance().attendAll();
    }
    assertThat(quotas.charge(ALICE, "tokens", 1).isAllowed()).isFalse();

    clock.advance(Duration.ofMinutes(1));
    assertThat(quotas.charge(ALICE, "tokens", 1).isAllowed()).isTrue();
    receipt.close();
  }

  @Test
  void finishingWhileTheStoreIsAwayIsDoneLater() {
    Quotas quotas = engine("1 at once");
    Receipt receipt = receipt(quotas.charge(ALICE, "tokens", 10));
    store.goAway();
    quotas.finish(receipt);
    store.comeBack();
    assertThat(limit(quotas, ALICE, 0).used()).hasValue(1);
    quotas.engine().maintenance().attendAll();
    assertThat(limit(quotas, ALICE, 0).used()).hasValue(0);
    assertThat(quotas.engine().maintenance().size()).isZero();
  }

  @Test
  void whatCostsNothingHoldsNoPlace() {
    Quotas quotas = engine("1 at once");
    quotas.charge(ALICE, "tokens", 1);
    assertThat(quotas.charge(ALICE, "tokens", 0).isAllowed()).isTrue();
  }

  @Test
  void aSpentDaySpeaksBeforeAFullHouse() {
    Quotas quotas = engine("10 per calendar day", "1 at once");
    Receipt running = receipt(quotas.charge(ALICE, "tokens", 10));
    Decision.Denied refused = (Decision.Denied) quotas.charge(ALICE, "tokens", 1);
    assertThat(refused.states().binding().blockedBy())
        .extracting(LimitState::name)
        .containsExactly("limit0", "limit1");
    assertThat(refused.retryAfter()).isEqualTo(Duration.ofSeconds(32_430));
    running.close();
  }

  @Test
  void aConversationThatIsSpentIsNotWaitedFor() {
    Quotas quotas =
        engine("100 per calendar day", "20 per conversation", "9 calls per conversation");
    Subject talking = Subject.builder(Subject.Kind.USER, "alice").conversation("run-1").build();
    quotas.charge(talking, "tokens", 20);
    Decision.NeverFits refused = (Decision.NeverFits) quotas.charge(talking, "tokens", 1);
    assertThat(refused.reason()).isEqualTo(Decision.NeverFits.Reason.CONVERSATION_SPENT);
    assertThat(refused.states().binding().retryAfter()).isEmpty();
    assertThat(limit(quotas, talking, 1).resetAt()).isEmpty();
    assertThat(((Decision.NeverFits) quotas.charge(talking, "tokens", 21)).reason())
        .isEqualTo(Decision.NeverFits.Reason.TOO_LARGE);

    Subject other = talking.toBuilder().conversation("run-2").build();
    assertThat(quotas.charge(other, "tokens", 20).isAllowed()).isTrue();
    assertThat(quotas.charge(ALICE, "tokens", 30).isAllowed()).as("without one").isTrue();
    assertThat(limit(quotas, ALICE, 1).used()).hasValue(0);
  }

  @Test
  void callsAreCountedOneEachWhateverTheyCost() {
    Quotas quotas = engine("3 calls per conversation", "1000 per calendar day");
    Subject talking = Subject.builder(Subject.Kind.USER, "alice").conversation("run-1").build();
    quotas.charge(talking, "tokens", 300);
    quotas.reserve(talking, "tokens", 100).settle(250);
    assertThat(limit(quotas, talking, 0).used()).hasValue(2);
    assertThat(quotas.reserve(talking, "tokens", 5).refund()).isTrue();
    assertThat(limit(quotas, talking, 0).used()).as("a call that came to nothing").hasValue(2);
    quotas.charge(talking, "tokens", 1);
    assertThat(((Decision.NeverFits) quotas.charge(talking, "tokens", 1)).reason())
        .isEqualTo(Decision.NeverFits.Reason.CONVERSATION_TOO_LONG);
    assertThat(limit(quotas, talking, 1).used()).hasValue(551);
  }

  @Test
  void theNumbersOfALimitAlwaysAddUp() {
    SplittableRandom random = new SplittableRandom(20_261_127);
    QuotaPolicy policy =
        QuotaPolicy.builder("tokens").limit("daily", "50 per calendar day").build();
    for (int i = 0; i < 2_000; i++) {
      try (Quotas quotas =
          Quotas.builder()
              .store(InMemoryQuotaStore.builder().clock(clock).build())
              .clock(clock)
              .policy(policy)
              .build()) {
        quotas.charge(ALICE, "tokens", random.nextInt(51));
        Reservation open =
            quotas.reserve(new ReserveRequest(ALICE, "tokens", 1, 1 + random.nextInt(50)));
        if (random.nextBoolean()) {
          quotas.grant(
              GrantRequest.builder(ALICE, "tokens", 1 + random.nextInt(30))
                  .reason("random")
                  .expiresAt(Instant.parse("2026-11-25T00:00:00Z"))
                  .operationId("grant")
                  .build());
        }
        if (open.isAllowed()) {
          open.used(random.nextInt(90));
        }
        LimitState limit = limit(quotas, ALICE, 0);
        assertThat(limit.limit().orElseThrow() + limit.overage().orElseThrow())
            .as("step %d", i)
            .isEqualTo(
                limit.used().orElseThrow()
                    + limit.reserved().orElseThrow()
                    + limit.remaining().orElseThrow());
      }
    }
  }

  @Test
  void aLimitThatIsOnlyWatchedOwesWhatWentBeyond() {
    QuotaPolicy watched =
        QuotaPolicy.builder("tokens")
            .limit("daily", "50 per calendar day")
            .whenExhausted(WhenExhausted.OBSERVE)
            .build();
    Quotas quotas = Quotas.builder().store(store).clock(clock).policy(watched).build();
    quotas.charge(ALICE, "tokens", 80);
    assertThat(limit(quotas, ALICE, 0).overage()).hasValue(30);
    assertThat(limit(quotas, ALICE, 0).remaining()).hasValue(0);
  }
}
