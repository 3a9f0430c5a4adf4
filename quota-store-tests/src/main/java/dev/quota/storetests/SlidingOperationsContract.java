package dev.quota.storetests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.policy.Capacity;
import dev.quota.policy.Window;
import dev.quota.spi.Hold;
import dev.quota.spi.LimitSpec;
import dev.quota.spi.Operation;
import dev.quota.spi.StoreCommand;
import dev.quota.spi.StoreReply;
import dev.quota.store.StoreCapability;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * Refunds, reservations, resets and grants of sliding limits: a part of {@link SlidingContract}.
 */
abstract class SlidingOperationsContract extends StoreContract {

  static final Duration PERIOD = Duration.ofHours(24);
  static final long SLOT = PERIOD.toMillis() / 100;
  static final LimitSpec LAST_DAY = sliding(10);

  SlidingOperationsContract() {
    super(StoreCapability.SLIDING);
  }

  static LimitSpec sliding(long capacity) {
    return new LimitSpec("day", new Window.Sliding(PERIOD), Capacity.of(capacity));
  }

  long now() {
    return clock.millis();
  }

  /** Moves the clock to the start of a slot. */
  void toStartOfSlot() {
    clock.set(now() - now() % SLOT + SLOT);
  }

  @Test
  @Needs(StoreCapability.REFUNDS)
  void aRefundReturnsToItsSlot() {
    StoreReply early = take(ALICE, 4, LAST_DAY);
    clock.advance(Duration.ofHours(6));
    StoreReply late = take(ALICE, 6, LAST_DAY);
    Hold lateHold = hold(late, ALICE, 6, LAST_DAY);
    settle(lateHold, 1);
    assertStands(ALICE, LAST_DAY, 5, 0, 5);

    clock.advance(Duration.ofHours(18));
    assertThat(look(ALICE, LAST_DAY).used()).as("the refund was not of the early 4").isEqualTo(1);
    settle(hold(early, ALICE, 4, LAST_DAY), 0);
    assertThat(look(ALICE, LAST_DAY).used()).as("the early 4 have come back").isEqualTo(1);
  }

  @Test
  @Needs(StoreCapability.REFUNDS)
  void aRefundLeavesWhatOthersUsedInTheSlot() {
    toStartOfSlot();
    Hold first = hold(take(ALICE, 3, LAST_DAY), ALICE, 3, LAST_DAY);
    clock.advanceMillis(SLOT - 1);
    take(ALICE, 5, LAST_DAY);

    settle(first, 0);

    assertStands(ALICE, LAST_DAY, 5, 0, 5);
  }

  @Test
  @Needs(StoreCapability.REFUNDS)
  void aSettlementThatNeedsMoreIsChargedNow() {
    Hold hold = hold(take(ALICE, 3, LAST_DAY), ALICE, 3, LAST_DAY);
    clock.advance(Duration.ofHours(12));
    settle(hold, 5);
    assertThat(look(ALICE, LAST_DAY).used()).isEqualTo(5);

    clock.advance(Duration.ofHours(12));
    assertThat(look(ALICE, LAST_DAY).used()).isEqualTo(2);
  }

  @Test
  @Needs(StoreCapability.RESERVATIONS)
  void aReservationThatSettlesLaterReturnsWhatItDidNotUse() {
    Operation operation = Operation.reservation("late", Duration.ofHours(1));
    take(operation, ALICE, 8, LAST_DAY);
    assertStands(ALICE, LAST_DAY, 0, 8, 2);
    clock.advance(Duration.ofMinutes(30));
    take(ALICE, 2, LAST_DAY);

    settle(operation, 3, ALICE, LAST_DAY);

    assertStands(ALICE, LAST_DAY, 5, 0, 5);
    clock.advance(PERIOD.minusMinutes(30));
    assertThat(look(ALICE, LAST_DAY).used()).isEqualTo(2);
  }

  @Test
  @Needs(StoreCapability.RESERVATIONS)
  void aReservationThatGrewIsRefundedToEachOfItsSlots() {
    LimitSpec large = sliding(100);
    Operation operation = Operation.reservation("long", Duration.ofDays(2));
    take(operation, ALICE, 50, large);
    clock.advance(Duration.ofHours(8));
    hold(operation, 60, ALICE, large);
    clock.advance(Duration.ofHours(8));
    hold(operation, 65, ALICE, large);

    settle(operation, 20, ALICE, large);

    assertStands(ALICE, large, 20, 0, 80);
    clock.advance(Duration.ofHours(8));
    assertThat(look(ALICE, large).used()).as("the 20 are of the first slot").isZero();
  }

  @Test
  @Needs(StoreCapability.RESERVATIONS)
  void aReservationRemembersItsFirstSlotAndTheLastThree() {
    LimitSpec large = sliding(100);
    Operation operation = Operation.reservation("long", Duration.ofDays(2));
    take(operation, ALICE, 10, large);
    for (int total = 20; total <= 60; total += 10) {
      clock.advance(Duration.ofHours(1));
      hold(operation, total, ALICE, large);
    }

    settle(operation, 0, ALICE, large);

    assertStands(ALICE, large, 20, 0, 80);
  }

  @Test
  @Needs(StoreCapability.RESERVATIONS)
  void aLongReservationRefundsOnlyWhatHasNotComeBack() {
    Operation operation = Operation.reservation("long", Duration.ofDays(2));
    take(operation, ALICE, 8, LAST_DAY);
    clock.advance(PERIOD.plusHours(1));
    hold(operation, 10, ALICE, LAST_DAY);
    take(ALICE, 5, LAST_DAY);

    settle(operation, 0, ALICE, LAST_DAY);

    assertThat(look(ALICE, LAST_DAY).used()).as("2 of the 10 came back").isEqualTo(5);
  }

  @Test
  @Needs(StoreCapability.IDEMPOTENCY)
  void aRepetitionTakesNothing() {
    Operation operation = charge();
    take(operation, ALICE, 4, LAST_DAY);
    clock.advance(Duration.ofMinutes(1));

    StoreReply again = take(operation, ALICE, 4, LAST_DAY);

    assertThat(isRepeated(again)).isTrue();
    assertThat(taken(again)).isEqualTo(4);
    assertThat(look(ALICE, LAST_DAY).used()).isEqualTo(4);
  }

  @Test
  @Needs(StoreCapability.RESETS)
  void aResetMakesItFull() {
    take(ALICE, 10, LAST_DAY);

    store.execute(new StoreCommand.Reset(ALICE));

    assertThat(look(ALICE, LAST_DAY).resetAtMillis()).isEmpty();
    assertThat(isDone(take(ALICE, 10, LAST_DAY))).isTrue();
  }

  @Test
  @Needs(StoreCapability.GRANTS)
  void grantsOfOtherLimitsLeaveIt() {
    take(ALICE, 6, LAST_DAY, DAILY);

    grant(ALICE, DAILY, 10, MIDNIGHT);
    take(ALICE, 1, LAST_DAY, DAILY);

    assertStands(ALICE, LAST_DAY, 7, 0, 3);
    assertThat(look(ALICE, DAILY).granted()).isEqualTo(10);
  }
}
