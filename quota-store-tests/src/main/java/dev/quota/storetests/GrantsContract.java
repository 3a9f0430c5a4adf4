package dev.quota.storetests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quota.policy.Capacity;
import dev.quota.spi.LimitSpec;
import dev.quota.spi.Operation;
import dev.quota.spi.StoreCommand;
import dev.quota.spi.StoreReply;
import dev.quota.store.Availability;
import dev.quota.store.StoreCapability;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** The rules of {@link StoreCapability#GRANTS}: extra units. */
public abstract class GrantsContract extends StoreContract {

  /** Creates the suite. */
  protected GrantsContract() {
    super(StoreCapability.GRANTS);
  }

  @Test
  void aGrantIsSpentAfterTheWindowsOwnAllowanceAndOnce() {
    StoreReply granted = grant(ALICE, DAILY, 10, MIDNIGHT.plusSeconds(864_000));
    assertThat(isDone(granted)).isTrue();
    assertThat(first(granted).granted()).isEqualTo(10);
    plain(ALICE, 53, DAILY);
    assertThat(look(ALICE, DAILY).granted()).as("3 spent, 7 left").isEqualTo(10);
    assertStands(ALICE, DAILY, 53, 0, 7);

    clock.set(MIDNIGHT.minusMillis(1));
    assertStands(ALICE, DAILY, 53, 0, 7);
    clock.set(MIDNIGHT);
    assertThat(look(ALICE, DAILY).granted()).isEqualTo(7);
    assertStands(ALICE, DAILY, 0, 0, 57);
    plain(ALICE, 57, DAILY);
    clock.set(MIDNIGHT.plus(Duration.ofDays(1)));
    assertThat(look(ALICE, DAILY).granted()).isZero();
    assertStands(ALICE, DAILY, 0, 0, 50);
  }

  @Test
  void anUnspentGrantOutlivesManyWindows() {
    grant(ALICE, DAILY, 10, MIDNIGHT.plus(Duration.ofDays(300)));
    clock.advance(Duration.ofDays(290));

    assertStands(ALICE, DAILY, 0, 0, 60);
  }

  @Test
  void whatIsLeftOfAGrantBalanceIsGoneWhenItExpiresAndWhatWasSpentStillPays() {
    Instant expiry = MIDNIGHT.minusSeconds(3_600);
    grant(ALICE, DAILY, 10, expiry);
    plain(ALICE, 54, DAILY);

    clock.set(expiry.minusMillis(1));
    assertStands(ALICE, DAILY, 54, 0, 6);
    clock.set(expiry);
    assertThat(look(ALICE, DAILY).granted()).isEqualTo(4);
    assertStands(ALICE, DAILY, 54, 0, 0);
    clock.set(MIDNIGHT);
    assertThat(look(ALICE, DAILY).granted()).isZero();
    assertStands(ALICE, DAILY, 0, 0, 50);
  }

  @Test
  @Needs(StoreCapability.RESERVATIONS)
  void whatComesBackOfAnExpiredGrantBalanceIsGoneToo() {
    Instant expiry = MIDNIGHT.minusSeconds(3_600);
    Operation operation = Operation.reservation("long", Duration.ofDays(1));
    grant(ALICE, DAILY, 10, expiry);
    plain(ALICE, 48, DAILY);
    take(operation, ALICE, 6, DAILY);
    clock.set(expiry);

    settle(operation, 3, ALICE, DAILY);

    assertThat(look(ALICE, DAILY).granted()).isEqualTo(1);
    assertStands(ALICE, DAILY, 51, 0, 0);
    plain(ALICE, 1, DAILY);
    assertStands(ALICE, DAILY, 51, 0, 0);
  }

  @Test
  @Needs(StoreCapability.RESERVATIONS)
  void whatCameBackOfAnExpiredGrantBalanceIsPaidByOthersWhenItIsUsedAgain() {
    Instant expiry = MIDNIGHT.minusSeconds(3_600);
    Operation operation = Operation.reservation("long", Duration.ofDays(1));
    grant(ALICE, DAILY, 10, expiry);
    grant(ALICE, DAILY, 10, MIDNIGHT.plus(Duration.ofDays(9)));
    plain(ALICE, 48, DAILY);
    take(operation, ALICE, 6, DAILY);
    clock.set(expiry);
    settle(operation, 3, ALICE, DAILY);

    plain(ALICE, 5, DAILY);

    assertThat(look(ALICE, DAILY).granted()).as("1 of the first, 10 of the other").isEqualTo(11);
    assertStands(ALICE, DAILY, 56, 0, 5);
  }

  @Test
  @Needs(StoreCapability.RESERVATIONS)
  void whatComesBackReturnsToTheGrantBalance() {
    Operation operation = reservation();
    grant(ALICE, DAILY, 10, MIDNIGHT.plusSeconds(1));
    plain(ALICE, 45, DAILY);
    take(operation, ALICE, 12, DAILY);
    settle(operation, 2, ALICE, DAILY);
    clock.set(MIDNIGHT);

    assertStands(ALICE, DAILY, 0, 0, 60);
    clock.advanceMillis(1_000);
    assertStands(ALICE, DAILY, 0, 0, 50);
  }

  @Test
  void theGrantBalanceThatExpiresFirstIsSpentFirst() {
    grant(ALICE, DAILY, 10, MIDNIGHT.plus(Duration.ofDays(9)));
    grant(ALICE, DAILY, 10, MIDNIGHT.plus(Duration.ofDays(2)));
    plain(ALICE, 63, DAILY);

    clock.set(MIDNIGHT);
    assertStands(ALICE, DAILY, 0, 0, 57);
    clock.set(MIDNIGHT.plus(Duration.ofDays(2)));
    assertStands(ALICE, DAILY, 0, 0, 57);
  }

  @Test
  void expiriesAndRolloversOfALongAbsenceHappenInTheirOrder() {
    grant(ALICE, DAILY, 10, MIDNIGHT.minusMillis(1));
    grant(ALICE, DAILY, 10, MIDNIGHT.plusMillis(1));
    grant(ALICE, DAILY, 10, MIDNIGHT.plus(Duration.ofDays(30)));
    plain(ALICE, 55, DAILY);

    clock.set(MIDNIGHT.plus(Duration.ofDays(5)));

    assertStands(ALICE, DAILY, 0, 0, 60);
  }

  @Test
  void aCostThatOnlyTheNextWindowCanPayFitsThen() {
    grant(ALICE, DAILY, 10, MIDNIGHT.plusMillis(1));
    grant(ALICE, DAILY, 5, MIDNIGHT);
    plain(ALICE, 2, DAILY);

    assertThat(ask(ALICE, 63, DAILY).availability()).isEqualTo(Availability.now());
    assertThat(ask(ALICE, 64, DAILY).availability())
        .as("5 expire with the window")
        .isEqualTo(Availability.never());
    plain(ALICE, 5, DAILY);
    assertThat(ask(ALICE, 60, DAILY).availability())
        .isEqualTo(new Availability.At(MIDNIGHT.toEpochMilli()));
    clock.set(MIDNIGHT.minusMillis(1));
    assertThat(isDone(plain(ALICE, 60, DAILY))).isFalse();
    clock.advanceMillis(1);
    assertThat(isDone(plain(ALICE, 60, DAILY))).isTrue();
  }

  @Test
  @Needs(StoreCapability.RESETS)
  void aRepeatedGrantAddsNothing() {
    Operation operation = charge();
    grant(operation, ALICE, DAILY, 10, MIDNIGHT);
    store.execute(new StoreCommand.Reset(ALICE));

    clock.advance(KEEP.minusMillis(1));
    assertThat(isDone(grant(operation, ALICE, DAILY, 10, MIDNIGHT))).isTrue();
    assertThat(look(ALICE, DAILY).granted()).isEqualTo(10);
    clock.advanceMillis(1);
    grant(operation, ALICE, DAILY, 10, MIDNIGHT);
    assertThat(look(ALICE, DAILY).granted()).isEqualTo(20);
  }

  @Test
  @Needs(StoreCapability.IDEMPOTENCY)
  void aTakeAndAGrantOfOneIdDoNotMeet() {
    Operation operation = charge();
    grant(operation, ALICE, DAILY, 10, MIDNIGHT);

    assertThat(taken(take(operation, ALICE, 7, DAILY))).isEqualTo(7);
    assertThat(look(ALICE, DAILY).used()).isEqualTo(7);
  }

  @Test
  void aGrantThatHasExpiredAddsNothing() {
    plain(ALICE, 52, daily(60));
    StoreReply reply = grant(ALICE, DAILY, 10, clock.instant());

    assertThat(isDone(reply)).isTrue();
    assertThat(first(reply).granted()).isZero();
  }

  @Test
  void aLimitHoldsSixteenGrantBalances() {
    for (int i = 0; i < StoreCommand.Grant.MAX_BALANCES; i++) {
      assertThat(isDone(grant(ALICE, DAILY, 1, MIDNIGHT.plusSeconds(i)))).isTrue();
    }
    Operation refused = charge();

    StoreReply reply = grant(refused, ALICE, DAILY, 1, MIDNIGHT.plusSeconds(99));
    assertThat(reply.outcome()).isEqualTo(StoreReply.Outcome.REFUSED);
    assertThat(first(reply).granted()).isEqualTo(16);
    assertThat(isDone(grant(ALICE, DAILY, 1, MIDNIGHT))).as("joins another").isTrue();
    assertThat(look(ALICE, DAILY).granted()).isEqualTo(17);
    clock.set(MIDNIGHT);
    assertThat(isDone(grant(refused, ALICE, DAILY, 1, MIDNIGHT.plusSeconds(99)))).isTrue();
    assertThat(look(ALICE, DAILY).granted()).isEqualTo(16);
  }

  @Test
  void grantBalancesHoldNoMoreThanACountCan() {
    assertThat(isDone(grant(ALICE, DAILY, Capacity.MAX_UNITS, MIDNIGHT))).isTrue();
    assertThat(grant(ALICE, DAILY, 1, MIDNIGHT).outcome()).isEqualTo(StoreReply.Outcome.REFUSED);
  }

  @Test
  void anUnlimitedLimitKeepsItsGrantBalancesUnspent() {
    LimitSpec unlimited = daily(Capacity.unlimited());
    grant(ALICE, unlimited, 10, MIDNIGHT.plusSeconds(1));
    plain(ALICE, 1_000, unlimited);
    clock.set(MIDNIGHT);

    assertStands(ALICE, DAILY, 0, 0, 60);
  }

  @Test
  void aPlanWithoutTheQuotaCanBeGrantedSome() {
    grant(ALICE, daily(0), 3, MIDNIGHT);

    assertThat(isDone(plain(ALICE, 3, daily(0)))).isTrue();
    assertThat(isDone(plain(ALICE, 1, daily(0)))).isFalse();
  }

  @Test
  @Needs(StoreCapability.RESERVATIONS)
  void boundedGrowthMaySpendAGrant() {
    Operation operation = reservation();
    grant(ALICE, DAILY, 10, MIDNIGHT);
    take(operation, ALICE, 40, DAILY);

    assertThat(taken(grow(operation, 99, 3, ALICE, DAILY))).isEqualTo(63);
  }

  @Test
  void onlyCalendarLimitsAreGranted() {
    assertThatThrownBy(() -> grant(ALICE, BURST, 1, MIDNIGHT))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "limit must have a calendar or session window to be granted extra units, was");
  }
}
