package dev.quota.storetests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quota.policy.Capacity;
import dev.quota.policy.Window;
import dev.quota.spi.Change;
import dev.quota.spi.Entry;
import dev.quota.spi.EntryResult;
import dev.quota.spi.Hold;
import dev.quota.spi.Key;
import dev.quota.spi.LimitResult;
import dev.quota.spi.LimitSpec;
import dev.quota.spi.OnShort;
import dev.quota.spi.Operation;
import dev.quota.spi.StoreCommand;
import dev.quota.spi.StoreReply;
import dev.quota.store.Availability;
import dev.quota.store.StoreCapability;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** The rules of {@link StoreCapability#PERMITS}: limits on how many at once. */
public abstract class PermitsContract extends StoreContract {

  /** Creates the suite. */
  protected PermitsContract() {
    super(StoreCapability.PERMITS);
  }

  @Test
  @Needs(StoreCapability.IDEMPOTENCY)
  void aShortWindowDoesNotForgetALongOperation() {
    LimitSpec second =
        new LimitSpec("burst", new Window.Rolling(Duration.ofSeconds(1)), Capacity.of(10));
    Operation one = charge();
    Operation two = reservation();
    take(one, ALICE, 5, second);
    take(two, BOB, 5, PARALLEL);

    clock.advance(KEEP.minusMillis(1));
    take(one, ALICE, 5, second);
    assertThat(look(ALICE, second).used()).isZero();
    assertThat(isDone(settle(two, 5, BOB, PARALLEL))).isTrue();
  }

  @Test
  @Needs(StoreCapability.IDEMPOTENCY)
  void anOperationHoldsOnePlaceWhateverItCosts() {
    assertThat(isDone(take(reservation(), ALICE, 30, DAILY, PARALLEL))).isTrue();
    StoreReply second = take(charge(), ALICE, 1, DAILY, PARALLEL);

    LimitResult places = second.entries().get(0).limits().get(1);
    assertThat(places)
        .isEqualTo(
            new LimitResult(
                "parallel",
                Availability.whenReleased(),
                2,
                0,
                0,
                0,
                0,
                java.util.OptionalLong.empty()));
    StoreReply third = take(reservation(), ALICE, 1, DAILY, PARALLEL);
    assertThat(third.outcome()).isEqualTo(StoreReply.Outcome.REFUSED);
    assertThat(look(ALICE, DAILY).used() + look(ALICE, DAILY).reserved()).isEqualTo(31);
  }

  @Test
  @Needs(StoreCapability.IDEMPOTENCY)
  void aPlaceIsFreeOnceItsOperationIsSettledForGood() {
    Operation one = reservation();
    Operation two = charge();
    take(one, ALICE, 1, PARALLEL);
    take(two, ALICE, 1, PARALLEL);
    hold(one, 1, ALICE, PARALLEL);
    assertThat(look(ALICE, PARALLEL).used()).isEqualTo(2);

    settle(one, 1, ALICE, PARALLEL);
    assertThat(look(ALICE, PARALLEL).used()).isEqualTo(1);
    assertThat(look(ALICE, PARALLEL).availability()).isEqualTo(Availability.now());
    settle(one, 1, ALICE, PARALLEL);
    assertThat(look(ALICE, PARALLEL).used()).as("released once").isEqualTo(1);
    settle(two, 1, ALICE, PARALLEL);
    take(two, ALICE, 1, PARALLEL);
    assertThat(look(ALICE, PARALLEL).used())
        .as("the repetition of a settled charge holds no place")
        .isZero();
  }

  @Test
  void aPlaceIsFreeWhenItsLeaseHasRunOut() {
    take(reservation(), ALICE, 1, atOnce(1));

    clock.advance(LEASE.minusMillis(1));
    assertThat(isDone(take(reservation(), ALICE, 1, atOnce(1)))).isFalse();
    clock.advanceMillis(1);
    assertThat(isDone(take(reservation(), ALICE, 1, atOnce(1)))).isTrue();
  }

  @Test
  void aRenewedLeaseHoldsItsPlaceAndALateOneTakesItAgain() {
    Operation operation = reservation();
    take(operation, ALICE, 1, atOnce(1));
    clock.advance(LEASE.minusMillis(1));
    hold(operation, 1, ALICE, atOnce(1));
    clock.advance(LEASE.minusMillis(1));
    assertThat(look(ALICE, atOnce(1)).used()).isEqualTo(1);
    clock.advanceMillis(1);
    assertThat(look(ALICE, atOnce(1)).used()).isZero();

    take(reservation(), ALICE, 1, atOnce(1));
    hold(operation, 1, ALICE, atOnce(1));
    assertThat(look(ALICE, atOnce(1)).used()).as("it is running, after all").isEqualTo(2);
  }

  @Test
  void aRepeatedTakeKeepsItsOnePlaceAndDoesNotProlongIt() {
    Operation operation = reservation();
    take(operation, ALICE, 1, PARALLEL);
    clock.advance(LEASE.minusMillis(1));
    take(operation, ALICE, 1, PARALLEL);
    assertThat(look(ALICE, PARALLEL).used()).isEqualTo(1);
    clock.advanceMillis(1);

    assertThat(look(ALICE, PARALLEL).used()).isZero();
  }

  @Test
  void aChangedCapacityAppliesAtOnceAndCutsNobody() {
    for (int i = 0; i < 3; i++) {
      take(reservation(), ALICE, 1, atOnce(3));
    }

    assertThat(isDone(take(reservation(), ALICE, 1, atOnce(1)))).isFalse();
    assertThat(look(ALICE, atOnce(1)).used()).isEqualTo(3);
    assertThat(isDone(take(reservation(), ALICE, 1, atOnce(4)))).isTrue();
    assertThat(look(ALICE, atOnce(0)).availability()).isEqualTo(Availability.never());
  }

  @Test
  void whatCostsNothingHoldsNoPlaceAndWhatExceedsDoes() {
    take(reservation(), ALICE, 0, PARALLEL);
    assertThat(look(ALICE, PARALLEL).used()).isZero();

    take(reservation(), new Entry(ALICE, List.of(atOnce(0)), 1, 1, 1, OnShort.EXCEED));
    assertThat(look(ALICE, PARALLEL).used()).isEqualTo(1);
  }

  @Test
  void whereOneLimitRefusesNoPlaceIsHeld() {
    plain(ACME, 50, DAILY);

    StoreReply reply = take(reservation(), entry(ALICE, 1, PARALLEL), entry(ACME, 1, DAILY));

    assertThat(isDone(reply)).isFalse();
    assertThat(look(ALICE, PARALLEL).used()).isZero();
  }

  @Test
  void aTakeOfPlacesNeedsAnOperationThatOutlivesTheLease() {
    assertThatThrownBy(() -> plain(ALICE, 1, PARALLEL))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "operation must be present for the concurrent limit parallel: nothing else could let"
                + " its place go");
    assertThatThrownBy(
            () -> take(Operation.reservation("x", LEASE.minusMillis(1)), ALICE, 1, PARALLEL))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("keep must be at least the lease PT1M");
  }

  @Test
  @Needs(StoreCapability.IDEMPOTENCY)
  void aRenewalHoldsPermitsRecordsAndReservationsAndChangesNoTotal() {
    Operation one = reservation();
    Operation two = charge();
    take(one, ALICE, 5, DAILY, PARALLEL);
    take(two, ALICE, 1, DAILY, PARALLEL);
    for (int i = 0; i < 20; i++) {
      clock.advance(LEASE.minusMillis(1));
      StoreReply reply = renew(hold(one, ALICE, DAILY, PARALLEL), hold(two, ALICE, PARALLEL));
      assertThat(isDone(reply)).isTrue();
      assertThat(reply.entries())
          .containsExactly(new EntryResult(0, List.of()), new EntryResult(0, List.of()));
      assertThat(look(ALICE, PARALLEL).used()).isEqualTo(2);
    }
    assertStands(ALICE, DAILY, 1, 5, 44);
    assertThat(isRepeated(take(two, ALICE, 1, DAILY, PARALLEL))).isTrue();

    clock.advance(LEASE);
    assertThat(look(ALICE, PARALLEL).used()).isZero();
    clock.advance(KEEP.minus(LEASE));
    assertStands(ALICE, DAILY, 6, 0, 44);
    assertThat(isGone(settle(one, 5, ALICE, DAILY))).isTrue();
  }

  @Test
  @Needs({StoreCapability.IDEMPOTENCY, StoreCapability.RESETS})
  void aRenewalSaysOfEachHoldWhetherItIsGone() {
    Operation open = reservation();
    Operation settled = charge();
    Operation over = reservation();
    take(open, entry(ALICE, 1, PARALLEL), entry(ACME, 1, DAILY));
    take(settled, BOB, 1, PARALLEL);
    take(over, ALICE, 1, PARALLEL);
    settle(settled, 1, BOB, PARALLEL);
    settle(over, 1, ALICE, PARALLEL);

    StoreReply reply =
        renew(
            hold(settled, BOB, PARALLEL),
            hold(open, ALICE, PARALLEL),
            hold(over, ALICE, PARALLEL),
            hold(open, ACME, DAILY),
            hold(reservation(), IMAGES, BURST));
    assertThat(isDone(reply)).isTrue();
    assertThat(reply.entries())
        .extracting(EntryResult::gone)
        .containsExactly(true, false, true, false, true);
    assertThat(look(ALICE, PARALLEL).used()).as("of those that are over, none").isEqualTo(1);
    assertThat(look(BOB, PARALLEL).used()).isZero();
    assertThat(isGone(renew(hold(settled, BOB, PARALLEL), hold(over, ALICE, PARALLEL)))).isTrue();

    store.execute(new StoreCommand.Reset(ALICE));
    assertThat(renew(hold(open, ALICE, PARALLEL), hold(open, ACME, DAILY)).entries())
        .extracting(EntryResult::gone)
        .containsExactly(true, false);
    assertThat(look(ALICE, PARALLEL).used()).isZero();
  }

  @Test
  void aRenewalKeepsWhatIsHeldWhateverTheHoldSaysAndTakesALapsedPermitAgain() {
    Operation operation = reservation();
    take(operation, ALICE, 5, DAILY, atOnce(1));
    hold(operation, 8, ALICE, DAILY, atOnce(1));
    clock.advance(LEASE);
    take(reservation(), ALICE, 1, atOnce(1));

    renew(hold(operation, ALICE, daily(9), atOnce(9)));

    assertThat(look(ALICE, atOnce(1)).used()).as("it is running, after all").isEqualTo(2);
    assertStands(ALICE, DAILY, 0, 8, 42);
  }

  @Test
  void manyHoldsOfOneKeyAreRenewedTogether() {
    List<Hold> holds = new java.util.ArrayList<>();
    for (int i = 0; i < 300; i++) {
      Operation operation = reservation();
      take(operation, ALICE, 1, atOnce(1_000));
      holds.add(hold(operation, ALICE, atOnce(1_000)));
    }
    clock.advance(LEASE.minusMillis(1));
    assertThat(renew(holds.toArray(Hold[]::new)).entries()).noneMatch(EntryResult::gone);
    clock.advance(LEASE.minusMillis(1));
    assertThat(look(ALICE, atOnce(1_000)).used()).isEqualTo(300);
    clock.advanceMillis(1);
    assertThat(look(ALICE, atOnce(1_000)).used()).isZero();
  }

  @Test
  void aRenewalNamesWhatItRenewsOnce() {
    Hold hold = hold(charge(), ALICE, PARALLEL);
    assertThatThrownBy(() -> renew())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("holds must be 1 to 1000, were 0");
    assertThatThrownBy(() -> renew(hold, hold))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("holds must be distinct, one operation is twice on " + ALICE);
    assertThatThrownBy(
            () -> renew(new Hold(ALICE, List.of(PARALLEL), List.of(0L), 0, Optional.empty())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("holds must all have an operation, that on " + ALICE + " has none");
  }

  @Test
  void firstReservationsOfManyThreadsNeverOverspend() throws Exception {
    for (int round = 0; round < 30; round++) {
      Key fresh = new Key("user", "user", "fresh" + round, "chat");
      AtomicLong taken = new AtomicLong();
      AtomicLong places = new AtomicLong();
      String id = "round" + round + "/";
      Race.run(
          8,
          thread -> {
            for (int i = 0; i < 10; i++) {
              Operation operation = Operation.reservation(id + thread + "/" + i, KEEP);
              StoreReply reply =
                  take(operation, entry(fresh, 1, DAILY, atOnce(30)), entry(ACME, 1, daily(5_000)));
              if (isDone(reply)) {
                taken.addAndGet(taken(reply));
                places.incrementAndGet();
              }
            }
          });
      assertThat(taken).hasValue(30);
      assertThat(look(fresh, DAILY).reserved()).isEqualTo(30);
      assertThat(look(fresh, atOnce(30)).used()).isEqualTo(places.get());
    }
  }

  @Test
  void oneOperationOfManyThreadsIsTakenOnceAndSettledOnce() throws Exception {
    for (int round = 0; round < 50; round++) {
      Operation operation = reservation();
      Key fresh = new Key("user", "user", "once" + round, "chat");
      AtomicLong settled = new AtomicLong();
      Race.run(
          4, thread -> assertThat(taken(take(operation, fresh, 5, DAILY, PARALLEL))).isEqualTo(5));
      assertThat(look(fresh, DAILY).reserved()).isEqualTo(5);
      Race.run(
          4,
          thread ->
              settled.addAndGet(isDone(settle(operation, 3, fresh, DAILY, PARALLEL)) ? 1 : 0));
      assertThat(settled).hasValue(1);
      assertThat(look(fresh, DAILY).used()).isEqualTo(3);
      assertThat(look(fresh, PARALLEL).used()).isZero();
    }
  }

  @Test
  void aThousandOperationsWithFailuresSettleToTheExactSum() throws Exception {
    AtomicLong expected = new AtomicLong();
    LimitSpec wide = daily(1_000_000);
    LimitSpec places = atOnce(1_000);
    Race.run(
        8,
        thread -> {
          SplittableRandom random = new SplittableRandom(thread);
          for (int i = 0; i < 125; i++) {
            Operation operation = Operation.reservation(thread + "-" + i, KEEP);
            Entry user = entry(thread % 2 == 0 ? ALICE : BOB, 10, wide, places);
            Entry org = entry(ACME, 10, wide);
            List<Entry> entries = random.nextBoolean() ? List.of(user, org) : List.of(org, user);
            // The reply was lost, so the caller sends the command again.
            assertThat(isDone(take(operation, entries.toArray(Entry[]::new)))).isTrue();
            for (int tries = random.nextInt(3); tries > 0; tries--) {
              assertThat(isRepeated(take(operation, entries.toArray(Entry[]::new)))).isTrue();
            }
            if (random.nextInt(5) == 0) {
              // The operation expires, and its reserved units stay charged.
              expected.addAndGet(10);
              continue;
            }
            for (int grow = random.nextInt(3); grow > 0; grow--) {
              long total = random.nextLong(0, 40);
              settle(false, changes(operation, total, user.key(), wide, places));
            }
            long total = random.nextLong(0, 40);
            for (int tries = random.nextInt(1, 4); tries > 0; tries--) {
              settle(true, changes(operation, total, user.key(), wide, places));
            }
            expected.addAndGet(total);
          }
        });
    clock.advance(KEEP);

    assertThat(look(ACME, wide).used()).isEqualTo(expected.get());
    assertThat(look(ALICE, wide).used() + look(BOB, wide).used()).isEqualTo(expected.get());
    assertThat(look(ALICE, places).used()).isZero();
  }

  private static Change[] changes(
      Operation operation, long total, Key user, LimitSpec wide, LimitSpec places) {
    return new Change[] {
      new Change(hold(operation, user, wide, places), total),
      new Change(hold(operation, ACME, wide), total)
    };
  }
}
