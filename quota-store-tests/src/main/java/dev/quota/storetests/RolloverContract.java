package dev.quota.storetests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.policy.CalendarUnit;
import dev.quota.policy.Capacity;
import dev.quota.policy.Rollover;
import dev.quota.policy.Window;
import dev.quota.spi.Hold;
import dev.quota.spi.LimitSpec;
import dev.quota.spi.OnShort;
import dev.quota.spi.Operation;
import dev.quota.spi.StoreCommand;
import dev.quota.store.Availability;
import dev.quota.store.StoreCapability;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The rules of {@link StoreCapability#ROLLOVER}: unused allowance of the window before. */
public abstract class RolloverContract extends StoreContract {

  private static final Instant NEXT_DAY = Instant.parse("2026-11-24T00:00:00Z");

  /** 50 a day, and up to 25 of the day before. */
  private static final LimitSpec HALF = rolling(50, 50, ZoneOffset.UTC);

  /** Creates the suite. */
  protected RolloverContract() {
    super(StoreCapability.ROLLOVER);
  }

  private static LimitSpec rolling(long capacity, int percent, ZoneId zone) {
    return new LimitSpec(
        "daily",
        new Window.Calendar(CalendarUnit.DAY, zone, DayOfWeek.MONDAY, 1),
        Capacity.of(capacity),
        Optional.of(new Rollover(percent)));
  }

  /** Moves to the beginning of a day, of which 1 is the one after the first. */
  private void toDay(int day) {
    clock.set(NEXT_DAY.plus(Duration.ofDays(day - 1)));
  }

  private void assertRolledOver(long units) {
    assertThat(look(ALICE, HALF).rolledOver()).isEqualTo(units);
  }

  @Test
  void aShareOfWhatWasNotUsedRollsOverForOneWindow() {
    assertRolledOver(0);
    assertStands(ALICE, HALF, 0, 0, 50);
    take(ALICE, 20, HALF);
    assertRolledOver(0);

    clock.set(NEXT_DAY.minusMillis(1));
    assertStands(ALICE, HALF, 20, 0, 30);
    clock.set(NEXT_DAY);
    assertRolledOver(25);
    assertStands(ALICE, HALF, 0, 0, 75);
    assertThat(isDone(take(ALICE, 75, HALF))).isTrue();
    assertThat(isDone(take(ALICE, 1, HALF))).isFalse();
    assertRolledOver(25);

    toDay(2);
    assertRolledOver(0);
    assertStands(ALICE, HALF, 0, 0, 50);
  }

  @Test
  void lessThanTheShareRollsOverAsItIs() {
    take(ALICE, 40, HALF);
    toDay(1);
    assertStands(ALICE, HALF, 0, 0, 60);
  }

  @Test
  void theWindowsOwnAllowanceIsUsedFirstAndWhatRolledOverDoesNotRollOverAgain() {
    take(ALICE, 1, HALF);
    toDay(1);
    take(ALICE, 30, HALF);

    toDay(2);
    assertRolledOver(20);
    take(ALICE, 60, HALF);

    toDay(3);
    assertRolledOver(0);
  }

  @Test
  void aWindowWithoutAnyUseLeavesItsShareAndTwoOfThemAreForgotten() {
    take(ALICE, 50, HALF);
    toDay(2);
    assertStands(ALICE, HALF, 0, 0, 75);

    clock.set(NEXT_DAY.plus(Duration.ofDays(2)).minusMillis(1));
    assertStands(ALICE, HALF, 0, 0, 75);
    toDay(3);
    assertStands(ALICE, HALF, 0, 0, 50);
  }

  @Test
  void aRefundRaisesWhatRollsOverUntilTheWindowEnds() {
    Hold hold = hold(take(ALICE, 50, HALF), ALICE, 50, HALF);
    settle(hold, 40);
    toDay(1);
    assertRolledOver(10);
    settle(hold, 0);
    assertRolledOver(10);
    assertStands(ALICE, HALF, 0, 0, 60);
  }

  @Test
  @Needs(StoreCapability.RESERVATIONS)
  void whatIsReservedAtTheEndOfAWindowIsNotUnused() {
    Operation reserved = reservation();
    take(reserved, ALICE, 45, HALF);
    assertStands(ALICE, HALF, 0, 45, 5);
    toDay(1);
    settle(reserved, 0, ALICE, HALF);
    assertStands(ALICE, HALF, 0, 0, 55);

    Operation next = reservation();
    take(next, ALICE, 55, HALF);
    settle(next, 30, ALICE, HALF);
    assertStands(ALICE, HALF, 30, 0, 25);
    toDay(2);
    assertRolledOver(20);
  }

  @Test
  @Needs(StoreCapability.GRANTS)
  void aGrantIsSpentAfterWhatRolledOver() {
    take(ALICE, 1, HALF);
    grant(ALICE, HALF, 10, NEXT_DAY.plus(Duration.ofDays(9)));
    toDay(1);
    assertStands(ALICE, HALF, 0, 0, 85);
    take(ALICE, 79, HALF);
    assertThat(look(ALICE, HALF).granted()).isEqualTo(10);

    toDay(2);
    assertThat(look(ALICE, HALF).granted()).as("4 are spent").isEqualTo(6);
    assertStands(ALICE, HALF, 0, 0, 56);
  }

  @Test
  void waitingAsToldSucceedsAndAMillisecondEarlierFails() {
    take(ALICE, 30, HALF);

    assertThat(ask(ALICE, 70, HALF).availability())
        .isEqualTo(new Availability.At(NEXT_DAY.toEpochMilli()));
    assertThat(ask(ALICE, 71, HALF).availability()).isEqualTo(Availability.never());
    clock.set(NEXT_DAY.minusMillis(1));
    assertThat(isDone(take(ALICE, 70, HALF))).isFalse();
    clock.set(NEXT_DAY);
    assertThat(isDone(take(ALICE, 70, HALF))).isTrue();
  }

  @Test
  void useBeyondTheLimitLeavesNothingAndIsNoDebtOfTheNextWindow() {
    take(entry(ALICE, 90, 90, OnShort.EXCEED, HALF));
    toDay(1);
    assertStands(ALICE, HALF, 0, 0, 50);
  }

  @Test
  void aPolicyWithoutTheRolloverTakesEffectAtOnceAndItsWindowLeavesNothing() {
    LimitSpec plain = daily(50);
    take(ALICE, 10, HALF);
    toDay(1);
    take(ALICE, 55, HALF);

    assertThat(isDone(take(ALICE, 1, plain))).isFalse();
    assertThat(look(ALICE, plain).used()).as("counts are kept").isEqualTo(55);
    assertThat(isDone(take(ALICE, 20, HALF))).as("and back").isTrue();

    toDay(2);
    take(ALICE, 1, plain);
    toDay(3);
    assertRolledOver(0);
  }

  @Test
  void aPolicyWithANewRolloverCountsTheWindowThatHasBegun() {
    take(ALICE, 10, daily(50));
    take(ALICE, 1, HALF);
    assertStands(ALICE, HALF, 11, 0, 39);
    toDay(1);
    assertRolledOver(25);
  }

  @Test
  void whatRollsOverIsOfTheCapacityThatTheWindowHad() {
    take(ALICE, 45, HALF);
    toDay(1);
    LimitSpec more = rolling(500, 50, ZoneOffset.UTC);
    assertThat(look(ALICE, more).rolledOver()).isEqualTo(5);
    take(ALICE, 1, more);
    toDay(2);
    assertThat(look(ALICE, more).rolledOver()).isEqualTo(250);
    assertRolledOver(25);
  }

  @Test
  void nothingRollsOverFromAnUnlimitedWindow() {
    LimitSpec unlimited =
        new LimitSpec("daily", HALF.window(), Capacity.unlimited(), HALF.rollover());
    take(ALICE, 1, unlimited);
    toDay(1);
    assertThat(look(ALICE, unlimited).rolledOver()).isZero();
    assertRolledOver(0);
  }

  @Test
  void anotherVersionWithOtherLimitsForgetsNothing() {
    take(ALICE, 10, HALF);
    take(ALICE, 1, BURST);
    toDay(1);
    take(ALICE, 1, BURST);
    assertRolledOver(25);
    take(ALICE, 60, HALF);
    take(ALICE, 1, BURST);
    assertStands(ALICE, HALF, 60, 0, 15);
  }

  @Test
  void aWindowOfAnotherZoneBeginsWithWhatTheLastOneLeft() {
    take(ALICE, 40, HALF);
    LimitSpec moved = rolling(50, 50, ZoneId.of("Pacific/Kiritimati"));
    toDay(1);
    assertThat(look(ALICE, moved).rolledOver()).isEqualTo(10);
    assertThat(isDone(take(ALICE, 60, moved))).isTrue();
    clock.set(Instant.parse("2026-11-24T10:00:00Z"));
    assertThat(look(ALICE, moved).rolledOver()).isZero();
  }

  @Test
  @Needs(StoreCapability.RESETS)
  void aResetKeepsWhatRolledOver() {
    take(ALICE, 10, HALF);
    toDay(1);
    take(ALICE, 70, HALF);
    store.execute(new StoreCommand.Reset(ALICE));
    assertStands(ALICE, HALF, 0, 0, 75);
    toDay(2);
    assertRolledOver(25);
  }

  @Test
  @Needs(StoreCapability.RESETS)
  void aResetInTheFirstWindowLeavesItUnused() {
    take(ALICE, 50, HALF);
    store.execute(new StoreCommand.Reset(ALICE));
    assertStands(ALICE, HALF, 0, 0, 50);
    toDay(1);
    assertRolledOver(25);
  }
}
