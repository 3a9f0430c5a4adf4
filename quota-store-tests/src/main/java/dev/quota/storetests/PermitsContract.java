package dev.quota.storetests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quota.policy.Capacity;
import dev.quota.policy.Window;
import dev.quota.spi.Change;
import dev.quota.spi.Entry;
import dev.quota.spi.Hold;
import dev.quota.spi.Key;
import dev.quota.spi.LimitResult;
import dev.quota.spi.LimitSpec;
import dev.quota.spi.OnShort;
import dev.quota.spi.Operation;
import dev.quota.spi.StoreReply;
import dev.quota.store.Availability;
import dev.quota.store.StoreCapability;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** The rules of {@link StoreCapability#PERMITS}: limits on how many at once. */
public abstract class PermitsContract extends RenewalsContract {

  /** Creates the suite. */
  protected PermitsContract() {}

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
  void anOperationHoldsOnePermitWhateverItCosts() {
    assertThat(isDone(take(reservation(), ALICE, 30, DAILY, PARALLEL))).isTrue();
    StoreReply second = take(charge(), ALICE, 1, DAILY, PARALLEL);

    LimitResult permits = second.entries().get(0).limits().get(1);
    assertThat(permits)
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
  void aPermitIsFreeOnceItsOperationIsSettledForGood() {
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
        .as("the repetition of a settled charge holds no permit")
        .isZero();
  }

  @Test
  void aPermitIsFreeWhenItsLeaseHasRunOut() {
    take(reservation(), ALICE, 1, atOnce(1));

    clock.advance(LEASE.minusMillis(1));
    assertThat(isDone(take(reservation(), ALICE, 1, atOnce(1)))).isFalse();
    clock.advanceMillis(1);
    assertThat(isDone(take(reservation(), ALICE, 1, atOnce(1)))).isTrue();
  }

  @Test
  void aRenewedLeaseHoldsItsPermitAndALateOneTakesItAgain() {
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
  void aRepeatedTakeKeepsItsOnePermitAndDoesNotProlongIt() {
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
  void whatCostsNothingHoldsNoPermitAndWhatExceedsDoes() {
    take(reservation(), ALICE, 0, PARALLEL);
    assertThat(look(ALICE, PARALLEL).used()).isZero();

    take(reservation(), new Entry(ALICE, List.of(atOnce(0)), 1, 1, 1, OnShort.EXCEED));
    assertThat(look(ALICE, PARALLEL).used()).isEqualTo(1);
  }

  @Test
  void whereOneLimitRefusesNoPermitIsHeld() {
    plain(ACME, 50, DAILY);

    StoreReply reply = take(reservation(), entry(ALICE, 1, PARALLEL), entry(ACME, 1, DAILY));

    assertThat(isDone(reply)).isFalse();
    assertThat(look(ALICE, PARALLEL).used()).isZero();
  }

  @Test
  void aTakeOfPermitsNeedsAnOperationThatOutlivesTheLease() {
    assertThatThrownBy(() -> plain(ALICE, 1, PARALLEL))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "operation must be present for the concurrent limit parallel: nothing else could"
                + " release its permit");
    assertThatThrownBy(
            () -> take(Operation.reservation("x", LEASE.minusMillis(1)), ALICE, 1, PARALLEL))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("keep must be at least the lease PT1M");
  }

  @Test
  void firstReservationsOfManyThreadsNeverOverspend() throws Exception {
    for (int round = 0; round < 30; round++) {
      Key fresh = new Key("user", "user", "fresh" + round, "chat");
      AtomicLong taken = new AtomicLong();
      AtomicLong permits = new AtomicLong();
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
                permits.incrementAndGet();
              }
            }
          });
      assertThat(taken).hasValue(30);
      assertThat(look(fresh, DAILY).reserved()).isEqualTo(30);
      assertThat(look(fresh, atOnce(30)).used()).isEqualTo(permits.get());
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
    LimitSpec permits = atOnce(1_000);
    Race.run(
        8,
        thread -> {
          SplittableRandom random = new SplittableRandom(thread);
          for (int i = 0; i < 125; i++) {
            Operation operation = Operation.reservation(thread + "-" + i, KEEP);
            Entry user = entry(thread % 2 == 0 ? ALICE : BOB, 10, wide, permits);
            expected.addAndGet(operate(operation, user, entry(ACME, 10, wide), random));
          }
        });
    clock.advance(KEEP);

    assertThat(look(ACME, wide).used()).isEqualTo(expected.get());
    assertThat(look(ALICE, wide).used() + look(BOB, wide).used()).isEqualTo(expected.get());
    assertThat(look(ALICE, permits).used()).isZero();
  }

  /**
   * Runs an operation of 10 reserved units whose commands are sent again, as if their replies were
   * lost. Returns how many units stay charged.
   */
  private long operate(Operation operation, Entry user, Entry org, SplittableRandom random) {
    Entry[] entries = random.nextBoolean() ? new Entry[] {user, org} : new Entry[] {org, user};
    assertThat(isDone(take(operation, entries))).isTrue();
    for (int tries = random.nextInt(3); tries > 0; tries--) {
      assertThat(isRepeated(take(operation, entries))).isTrue();
    }
    if (random.nextInt(5) == 0) {
      // The operation expires, and its reserved units stay charged.
      return 10;
    }
    for (int grow = random.nextInt(3); grow > 0; grow--) {
      settle(false, changes(operation, random.nextLong(0, 40), user, org));
    }
    long total = random.nextLong(0, 40);
    for (int tries = random.nextInt(1, 4); tries > 0; tries--) {
      settle(true, changes(operation, total, user, org));
    }
    return total;
  }

  private static Change[] changes(Operation operation, long total, Entry user, Entry org) {
    return new Change[] {
      new Change(hold(operation, user), total), new Change(hold(operation, org), total)
    };
  }

  private static Hold hold(Operation operation, Entry entry) {
    return hold(operation, entry.key(), entry.limits().toArray(LimitSpec[]::new));
  }
}
