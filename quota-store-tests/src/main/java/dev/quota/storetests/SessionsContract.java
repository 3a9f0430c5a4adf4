package dev.quota.storetests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.policy.Capacity;
import dev.quota.policy.Window;
import dev.quota.spi.Hold;
import dev.quota.spi.LimitSpec;
import dev.quota.spi.OnShort;
import dev.quota.spi.Operation;
import dev.quota.spi.StoreCommand;
import dev.quota.spi.StoreReply;
import dev.quota.store.Availability;
import dev.quota.store.StoreCapability;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** The rules of {@link StoreCapability#SESSIONS}: a window that begins with its first charge. */
public abstract class SessionsContract extends StoreContract {

  private static final Duration FIVE_HOURS = Duration.ofHours(5);
  private static final LimitSpec SESSION = session(FIVE_HOURS, 50);

  /** Creates the suite. */
  protected SessionsContract() {
    super(StoreCapability.SESSIONS);
  }

  private static LimitSpec session(Duration period, long capacity) {
    return new LimitSpec("session", new Window.Session(period), Capacity.of(capacity));
  }

  private OptionalLong in(Duration time) {
    return OptionalLong.of(clock.millis() + time.toMillis());
  }

  @Test
  void nothingResetsBeforeTheFirstCharge() {
    assertThat(look(ALICE, SESSION).resetAtMillis()).isEmpty();
    assertStands(ALICE, SESSION, 0, 0, 50);
    take(ALICE, 0, SESSION);
    assertThat(look(ALICE, SESSION).resetAtMillis()).as("a cost of 0 begins nothing").isEmpty();
    assertThat(ask(ALICE, 51, SESSION).availability()).isEqualTo(Availability.never());
    StoreReply refused = take(ALICE, 51, SESSION);
    assertThat(isDone(refused)).isFalse();
    assertThat(first(refused).resetAtMillis()).as("nor does a refusal").isEmpty();
  }

  @Test
  void itBeginsWithTheFirstChargeAndLastsAGivenTime() {
    StoreReply first = take(ALICE, 10, SESSION);
    assertThat(first(first).resetAtMillis()).isEqualTo(in(FIVE_HOURS));
    long end = first(first).resetAtMillis().orElseThrow();
    clock.advance(Duration.ofHours(4));
    take(ALICE, 40, SESSION);
    assertThat(look(ALICE, SESSION).resetAtMillis()).hasValue(end);

    StoreReply refused = take(ALICE, 1, SESSION);
    assertThat(freeAt(refused)).isEqualTo(end);
    clock.set(end - 1);
    assertThat(isDone(take(ALICE, 1, SESSION))).isFalse();
    clock.set(end);
    assertThat(look(ALICE, SESSION).resetAtMillis()).as("over").isEmpty();
    assertStands(ALICE, SESSION, 0, 0, 50);
  }

  @Test
  void theNextOneBeginsWithTheNextCharge() {
    take(ALICE, 50, SESSION);
    clock.advance(Duration.ofHours(9));

    StoreReply next = take(ALICE, 1, SESSION);

    assertThat(first(next).resetAtMillis()).isEqualTo(in(FIVE_HOURS));
    assertThat(first(next).peakBefore()).isZero();
  }

  @Test
  void aChargeBeyondTheLimitBeginsItToo() {
    take(entry(ALICE, 70, 70, OnShort.EXCEED, SESSION));

    assertThat(look(ALICE, SESSION).used()).isEqualTo(70);
    assertThat(look(ALICE, SESSION).availability())
        .isEqualTo(new Availability.At(in(FIVE_HOURS).orElseThrow()));
    clock.advance(FIVE_HOURS);
    assertStands(ALICE, SESSION, 0, 0, 50);
  }

  @Test
  void severalKindsAreDecidedTogether() {
    take(ALICE, 10, BURST, SESSION, DAILY);
    clock.advance(Duration.ofMinutes(1));
    take(ALICE, 10, BURST, SESSION, DAILY);

    assertThat(look(ALICE, SESSION).used()).isEqualTo(20);
    assertThat(look(ALICE, DAILY).used()).isEqualTo(20);
    assertThat(look(ALICE, SESSION).resetAtMillis()).isEqualTo(in(FIVE_HOURS.minusMinutes(1)));
    assertThat(isDone(take(ALICE, 31, SESSION, DAILY))).isFalse();
    assertThat(look(ALICE, DAILY).used()).isEqualTo(20);
  }

  @Test
  void aSessionThatHasBegunKeepsItsEndIfSessionsBecomeLonger() {
    take(ALICE, 50, SESSION);
    clock.advance(Duration.ofHours(1));

    assertThat(look(ALICE, session(Duration.ofHours(8), 60)).resetAtMillis())
        .isEqualTo(in(Duration.ofHours(4)));
    take(ALICE, 1, session(Duration.ofHours(8), 60));
    assertThat(look(ALICE, SESSION).used()).isEqualTo(51);
    clock.advance(Duration.ofHours(4));
    assertThat(first(take(ALICE, 1, session(Duration.ofHours(8), 60))).resetAtMillis())
        .isEqualTo(in(Duration.ofHours(8)));
  }

  @Test
  void itEndsEarlierIfSessionsBecomeShorterAndKeepsItsUse() {
    take(ALICE, 50, SESSION);
    clock.advance(Duration.ofHours(1));
    LimitSpec shorter = session(Duration.ofHours(2), 50);

    StoreReply refused = take(ALICE, 1, shorter);

    assertThat(first(refused).used()).isEqualTo(50);
    assertThat(freeAt(refused)).isEqualTo(in(Duration.ofHours(2)).orElseThrow());
    clock.set(freeAt(refused));
    assertThat(isDone(take(ALICE, 50, shorter))).isTrue();
  }

  @Test
  void anotherKindIsANewLimit() {
    take(ALICE, 50, SESSION);

    assertStands(ALICE, rolling("session", 50, FIVE_HOURS), 0, 0, 50);
    assertStands(ALICE, SESSION, 50, 0, 0);
  }

  @Test
  void aClockThatIsSetBackDoesNotProlongIt() {
    take(ALICE, 50, SESSION);
    clock.set(clock.millis() - Duration.ofDays(20).toMillis());

    StoreReply refused = take(ALICE, 1, SESSION);

    assertThat(first(refused).used()).as("the use is kept").isEqualTo(50);
    assertThat(freeAt(refused)).isEqualTo(in(FIVE_HOURS).orElseThrow());
    clock.set(freeAt(refused));
    assertThat(isDone(take(ALICE, 50, SESSION))).isTrue();
  }

  @Test
  void aSmallStepBackOfTheClockChangesNothing() {
    long end = first(take(ALICE, 50, SESSION)).resetAtMillis().orElseThrow();
    clock.set(clock.millis() - 5_000);

    assertThat(freeAt(take(ALICE, 1, SESSION))).isEqualTo(end);
  }

  @Test
  void manyThreadsBeginOneSession() throws Exception {
    AtomicLong granted = new AtomicLong();
    Race.run(
        8,
        thread -> {
          for (int i = 0; i < 20; i++) {
            StoreReply reply = take(ALICE, 1, SESSION);
            granted.addAndGet(taken(reply));
            assertThat(first(reply).resetAtMillis()).isEqualTo(in(FIVE_HOURS));
          }
        });
    assertThat(granted).hasValue(50);
  }

  @Test
  @Needs(StoreCapability.REFUNDS)
  void aRefundReturnsToItsSessionOnly() {
    Hold first = hold(take(ALICE, 30, SESSION), ALICE, 30, SESSION);
    settle(first, 10);
    assertStands(ALICE, SESSION, 10, 0, 40);
    assertThat(look(ALICE, SESSION).resetAtMillis()).isEqualTo(in(FIVE_HOURS));
    clock.advance(FIVE_HOURS);
    take(ALICE, 20, SESSION);

    settle(first, 0);

    assertStands(ALICE, SESSION, 20, 0, 30);
  }

  @Test
  @Needs(StoreCapability.REFUNDS)
  void aSessionThatWasRefundedCompletelyHasStillBegun() {
    settle(hold(take(ALICE, 30, SESSION), ALICE, 30, SESSION), 0);

    assertStands(ALICE, SESSION, 0, 0, 50);
    assertThat(look(ALICE, SESSION).resetAtMillis()).isEqualTo(in(FIVE_HOURS));
  }

  @Test
  @Needs(StoreCapability.RESERVATIONS)
  void aReservationBeginsItAndSettlesLater() {
    Operation operation = Operation.reservation("late", Duration.ofHours(10));
    StoreReply reserved = take(operation, ALICE, 40, SESSION);
    assertThat(first(reserved).resetAtMillis()).isEqualTo(in(FIVE_HOURS));
    assertStands(ALICE, SESSION, 0, 40, 10);
    clock.advance(Duration.ofHours(1));
    assertThat(first(settle(operation, 15, ALICE, SESSION)).resetAtMillis())
        .isEqualTo(in(Duration.ofHours(4)));
    assertStands(ALICE, SESSION, 15, 0, 35);
  }

  @Test
  @Needs(StoreCapability.RESERVATIONS)
  void aReservationThatOutlivesItsSessionGrowsInTheNextOne() {
    Operation operation = Operation.reservation("late", Duration.ofHours(10));
    take(operation, ALICE, 40, SESSION);
    clock.advance(Duration.ofHours(6));
    take(ALICE, 5, SESSION);
    hold(operation, 43, ALICE, SESSION);
    assertThat(look(ALICE, SESSION).used() + look(ALICE, SESSION).reserved()).isEqualTo(8);

    settle(operation, 0, ALICE, SESSION);

    assertStands(ALICE, SESSION, 5, 0, 45);
  }

  @Test
  @Needs(StoreCapability.GRANTS)
  void grantedUnitsAreUsedInASession() {
    Instant expiry = clock.instant().plus(Duration.ofDays(3));
    StoreReply granted = grant(ALICE, SESSION, 20, expiry);
    assertThat(first(granted).resetAtMillis()).as("a grant begins nothing").isEmpty();
    assertThat(isDone(take(ALICE, 60, SESSION))).isTrue();
    assertStands(ALICE, SESSION, 60, 0, 10);
    clock.advance(FIVE_HOURS);
    assertStands(ALICE, SESSION, 0, 0, 60);
  }

  @Test
  @Needs(StoreCapability.RESETS)
  void aResetEndsIt() {
    take(ALICE, 50, SESSION);

    store.execute(new StoreCommand.Reset(ALICE));

    assertThat(look(ALICE, SESSION).resetAtMillis()).isEmpty();
    assertStands(ALICE, SESSION, 0, 0, 50);
  }
}
