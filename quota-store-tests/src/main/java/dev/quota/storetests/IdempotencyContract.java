package dev.quota.storetests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.policy.Capacity;
import dev.quota.policy.Window;
import dev.quota.spi.LimitResult;
import dev.quota.spi.LimitSpec;
import dev.quota.spi.Operation;
import dev.quota.spi.StoreReply;
import dev.quota.store.Availability;
import dev.quota.store.StoreCapability;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The rules of {@link StoreCapability#IDEMPOTENCY}: charges are remembered under an id. */
public abstract class IdempotencyContract extends StoreContract {

  /** Creates the suite. */
  protected IdempotencyContract() {
    super(StoreCapability.IDEMPOTENCY);
  }

  @Test
  void aRepeatedChargeChangesNothingAndAnswersAsTheFirst() {
    Operation operation = charge();
    assertThat(taken(take(operation, ALICE, 7, BURST, DAILY))).isEqualTo(7);

    StoreReply again = take(operation, ALICE, 7, BURST, DAILY);

    assertThat(again.outcome()).isEqualTo(StoreReply.Outcome.REPEATED);
    assertThat(taken(again)).isEqualTo(7);
    assertThat(again.entries().get(0).limits())
        .extracting(LimitResult::used)
        .containsExactly(7L, 7L);
    assertThat(first(again).peakBefore()).isEqualTo(first(again).peakAfter()).isEqualTo(7);
  }

  @Test
  void aRepetitionIsAnsweredWhateverFitsByThen() {
    Operation operation = charge();
    take(operation, ALICE, 7, BURST);
    plain(ALICE, 3, BURST);

    StoreReply again = take(operation, ALICE, 7, BURST);

    assertThat(isRepeated(again)).isTrue();
    assertThat(taken(again)).isEqualTo(7);
    assertThat(first(again).availability())
        .as("for the next cost")
        .isInstanceOf(Availability.At.class);
    assertThat(isDone(take(charge(), ALICE, 1, BURST))).isFalse();
  }

  @Test
  void aRefusedTakeIsNotRemembered() {
    Operation operation = charge();
    plain(ALICE, 10, BURST);
    assertThat(isDone(take(operation, ALICE, 1, BURST))).isFalse();
    clock.advanceMillis(6_000);

    assertThat(taken(take(operation, ALICE, 1, BURST))).isEqualTo(1);
    assertThat(isGone(settle(charge(), 0, ALICE, BURST))).isTrue();
  }

  @Test
  void aChargeIsForgottenWhenItsTimeHasPassed() {
    Operation operation = charge();
    take(operation, ALICE, 7, DAILY);

    clock.advanceMillis(KEEP.toMillis() - 1);
    take(operation, ALICE, 7, DAILY);
    assertThat(look(ALICE, DAILY).used()).isEqualTo(7);
    clock.advanceMillis(1);
    take(operation, ALICE, 7, DAILY);
    assertThat(look(ALICE, DAILY).used()).isEqualTo(14);
  }

  @Test
  void aRepetitionDoesNotProlong() {
    Operation operation = charge();
    take(operation, ALICE, 7, DAILY);
    clock.advance(KEEP.minusMillis(1));
    take(operation, ALICE, 7, DAILY);
    clock.advanceMillis(1);

    assertThat(isGone(settle(operation, 0, ALICE, DAILY))).isTrue();
  }

  @Test
  void aSettledChargeStaysKnownUnlessItWasRefundedInFull() {
    Operation kept = charge();
    Operation given = charge();
    take(kept, ALICE, 7, DAILY);
    take(given, ALICE, 5, DAILY);

    settle(kept, 7, ALICE, DAILY);
    settle(given, 0, ALICE, DAILY);
    take(kept, ALICE, 7, DAILY);
    take(given, ALICE, 5, DAILY);

    assertThat(look(ALICE, DAILY).used()).as("the second one is charged anew").isEqualTo(12);
    assertThat(isGone(settle(kept, 0, ALICE, DAILY))).isTrue();
    assertThat(isDone(settle(given, 5, ALICE, DAILY))).isTrue();
  }

  @Test
  void anOperationOfAnotherKeyIsAnotherOperation() {
    Operation operation = charge();
    take(operation, ALICE, 7, DAILY);
    take(operation, BOB, 7, DAILY);

    assertThat(look(BOB, DAILY).used()).isEqualTo(7);
  }

  /** A cache may treat such a small difference as none. */
  @Test
  void whatIsRememberedForALittleLongerThanTheLastIsRememberedUntilThen() {
    LimitSpec uncounted =
        new LimitSpec("burst", new Window.Rolling(Duration.ofMinutes(1)), Capacity.unlimited());
    take(Operation.charge("short", Duration.ofMillis(500)), ALICE, 1, uncounted);
    clock.advanceMillis(1);
    Operation longer = Operation.charge("longer", Duration.ofSeconds(1));
    take(longer, ALICE, 7, uncounted);

    clock.advanceMillis(999);
    assertThat(isRepeated(take(longer, ALICE, 7, uncounted))).as("until its time is over").isTrue();
    clock.advanceMillis(1);
    assertThat(isRepeated(take(longer, ALICE, 7, uncounted))).as("and no longer").isFalse();
  }

  @Test
  void aChargeIsNotReserved() {
    take(charge(), ALICE, 5, BURST);

    assertStands(ALICE, BURST, 5, 0, 5);
  }
}
