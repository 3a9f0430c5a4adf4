package dev.quota.storetests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.policy.Capacity;
import dev.quota.policy.Window;
import dev.quota.spi.Change;
import dev.quota.spi.Entry;
import dev.quota.spi.EntryResult;
import dev.quota.spi.Growth;
import dev.quota.spi.Key;
import dev.quota.spi.LimitSpec;
import dev.quota.spi.OnShort;
import dev.quota.spi.Operation;
import dev.quota.spi.StoreCommand;
import dev.quota.spi.StoreReply;
import dev.quota.store.StoreCapability;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * The rules of {@link StoreCapability#RESERVATIONS} about settling: what is held grows, shrinks,
 * and is renewed.
 */
abstract class SettlementsContract extends StoreContract {

  SettlementsContract() {
    super(StoreCapability.RESERVATIONS);
  }

  @Test
  void aSmallerTotalGivesTheDifferenceBack() {
    Operation operation = reservation();
    take(operation, ALICE, 8, BURST, DAILY);

    StoreReply reply = settle(operation, 3, ALICE, BURST, DAILY);

    assertThat(isDone(reply)).isTrue();
    assertThat(taken(reply)).isEqualTo(3);
    assertThat(first(reply).used()).isEqualTo(3);
    assertStands(ALICE, BURST, 3, 0, 7);
    assertStands(ALICE, DAILY, 3, 0, 47);
  }

  @Test
  void aRepeatedSettlementIsGone() {
    Operation operation = reservation();
    take(operation, ALICE, 8, DAILY);
    settle(operation, 3, ALICE, DAILY);

    StoreReply again = settle(operation, 3, ALICE, DAILY);

    assertThat(again.outcome()).isEqualTo(StoreReply.Outcome.GONE);
    assertThat(again.entries()).containsExactly(new EntryResult(0, true, List.of()));
    assertStands(ALICE, DAILY, 3, 0, 47);
  }

  @Test
  void aRepeatedChangeThatIsNotTheLastChangesNothing() {
    Operation operation = reservation();
    take(operation, ALICE, 8, DAILY);

    for (int i = 0; i < 3; i++) {
      assertThat(taken(hold(operation, 20, ALICE, DAILY))).isEqualTo(20);
      assertStands(ALICE, DAILY, 0, 20, 30);
    }
    for (int i = 0; i < 3; i++) {
      assertThat(taken(hold(operation, 2, ALICE, DAILY))).isEqualTo(2);
      assertStands(ALICE, DAILY, 0, 2, 48);
    }
  }

  @Test
  void whatWasReallyUsedIsChargedInFull() {
    Operation operation = reservation();
    take(operation, ALICE, 8, BURST, DAILY);

    StoreReply reply = settle(operation, 70, ALICE, BURST, DAILY);

    assertThat(taken(reply)).isEqualTo(70);
    assertThat(first(reply).peakBefore()).isEqualTo(8);
    assertThat(first(reply).peakAfter()).as("a threshold is crossed here").isEqualTo(70);
    assertStands(ALICE, BURST, 70, 0, 0);
    assertStands(ALICE, DAILY, 70, 0, 0);
  }

  @Test
  void forcedGrowthStopsAtTheLargestCount() {
    Operation operation = reservation();
    take(operation, ALICE, 8, DAILY);
    plain(ALICE, 8, DAILY);

    assertThat(isDone(settle(operation, Capacity.MAX_UNITS, ALICE, DAILY))).isTrue();

    assertThat(look(ALICE, DAILY).used()).isEqualTo(Capacity.MAX_UNITS);
  }

  @Test
  void theDifferenceGoesBackToTheWindowItWasTakenFrom() {
    Operation operation = Operation.reservation("long", Duration.ofDays(1));
    take(operation, ALICE, 30, DAILY);
    clock.set(MIDNIGHT.minusMillis(1));
    hold(operation, 28, ALICE, DAILY);
    assertStands(ALICE, DAILY, 0, 28, 22);

    clock.set(MIDNIGHT);
    plain(ALICE, 9, DAILY);
    settle(operation, 0, ALICE, DAILY);

    assertStands(ALICE, DAILY, 9, 0, 41);
  }

  @Test
  void whatGrewInALaterWindowComesBackToThatOneOnly() {
    Operation operation = Operation.reservation("long", Duration.ofDays(2));
    take(operation, ALICE, 30, DAILY);
    clock.set(MIDNIGHT);
    plain(ALICE, 9, DAILY);
    hold(operation, 35, ALICE, DAILY);
    assertStands(ALICE, DAILY, 0, 14, 36);

    settle(operation, 2, ALICE, DAILY);

    assertThat(look(ALICE, DAILY).used()).as("5 of the 33 were taken today").isEqualTo(9);
  }

  @Test
  void onlyWhatHasNotDrainedComesBack() {
    Operation operation = reservation();
    take(operation, ALICE, 6, BURST);
    clock.advance(Duration.ofSeconds(12));
    plain(ALICE, 6, BURST);
    hold(operation, 4, ALICE, BURST);
    assertThat(look(ALICE, BURST).used() + look(ALICE, BURST).reserved()).isEqualTo(8);

    settle(operation, 0, ALICE, BURST);

    assertThat(look(ALICE, BURST).used()).as("2 of the 6 had drained, 4 came back").isEqualTo(6);
  }

  /**
   * After a change from millions of units to one, it can take longer than any calendar until the
   * debt is drained.
   */
  @Test
  void nothingComesBackOfWhatWouldDrainAfterTheLatestEnd() {
    Duration period = Duration.ofDays(366);
    LimitSpec slow = new LimitSpec("burst", new Window.Rolling(period), Capacity.of(1));
    Operation operation = reservation();
    take(operation, ALICE, 1, slow);
    hold(operation, 400_000, ALICE, slow);

    settle(operation, 0, ALICE, slow);

    long owed = 400_000 * period.toMillis() - (Capacity.MAX_UNITS - clock.millis());
    assertThat(look(ALICE, slow).used()).isEqualTo(1 + (owed - 1) / period.toMillis());
  }

  @Test
  void nothingComesBackOfWhatDrainedAtARaisedRate() {
    LimitSpec raised =
        new LimitSpec("burst", new Window.Rolling(Duration.ofMinutes(1)), Capacity.of(100));
    Operation operation = reservation();
    take(operation, ALICE, 5, BURST);
    plain(ALICE, 1, raised);
    clock.advance(Duration.ofSeconds(3));
    plain(ALICE, 5, raised);

    settle(operation, 0, ALICE, BURST);

    assertThat(look(ALICE, BURST).used()).isEqualTo(6);
  }

  @Test
  void refundsNeverGrantTwiceHoweverOftenItGrewAndShrank() {
    SplittableRandom random = new SplittableRandom(11);
    for (int round = 0; round < 200; round++) {
      Key key = new Key("user", "user", "r" + round, "chat");
      Key withoutIt = new Key("user", "user", "w" + round, "chat");
      Operation operation = reservation();
      boolean held = isDone(take(operation, key, random.nextLong(1, 5), BURST));
      long floor = 0;
      for (int i = 0; i < 25; i++) {
        clock.advanceMillis(random.nextLong(5_000));
        if (random.nextBoolean()) {
          long units = random.nextLong(1, 4);
          if (isDone(plain(key, units, BURST))) {
            store.execute(
                new StoreCommand.Take(
                    List.of(new Entry(withoutIt, List.of(BURST), units, units, 1, OnShort.EXCEED)),
                    Optional.empty()));
          }
        } else {
          hold(operation, random.nextLong(0, 7), key, BURST);
        }
        hold(operation, floor, withoutIt, BURST);
      }
      settle(operation, 0, key, BURST);
      assertThat(held).isTrue();
      assertThat(look(key, BURST).used())
          .as("round %d: at least what the others used", round)
          .isGreaterThanOrEqualTo(look(withoutIt, BURST).used());
    }
  }

  @Test
  void aRenewalProlongsTheReservation() {
    Operation operation = reservation();
    take(operation, ALICE, 5, DAILY);
    for (int i = 0; i < 3; i++) {
      clock.advance(KEEP.minusMillis(1));
      assertThat(isDone(hold(operation, 5, ALICE, DAILY))).as("renewal %d", i).isTrue();
    }

    clock.advance(KEEP.minusMillis(1));
    assertStands(ALICE, DAILY, 0, 5, 45);
    clock.advanceMillis(1);
    assertStands(ALICE, DAILY, 5, 0, 45);
    assertThat(isGone(hold(operation, 5, ALICE, DAILY))).isTrue();
  }

  @Test
  @Needs(StoreCapability.RESETS)
  void whatIsSettledForOthersIsSettledWhereOneKeyWasReset() {
    Operation operation = reservation();
    take(operation, entry(ALICE, 8, DAILY), entry(ACME, 8, DAILY));
    store.execute(new StoreCommand.Reset(ALICE));

    StoreReply reply =
        settle(
            true,
            new Change(hold(operation, ALICE, DAILY), 3),
            new Change(hold(operation, ACME, DAILY), 3));

    assertThat(isDone(reply)).isTrue();
    assertThat(reply.entries()).extracting(EntryResult::gone).containsExactly(true, false);
    assertStands(ALICE, DAILY, 0, 0, 50);
    assertStands(ACME, DAILY, 3, 0, 47);
  }

  @Test
  void boundedGrowthTakesTheMostThatFits() {
    Operation operation = reservation();
    take(operation, ALICE, 4, BURST, DAILY);

    assertThat(taken(grow(operation, 9, 0, ALICE, BURST, DAILY))).isEqualTo(9);
    assertThat(taken(grow(operation, 30, 0, ALICE, BURST, DAILY))).isEqualTo(10);
    assertThat(taken(grow(operation, 30, 0, ALICE, BURST, DAILY))).as("nothing").isEqualTo(10);
    assertThat(taken(grow(operation, 30, 5, ALICE, BURST, DAILY))).as("grace").isEqualTo(15);
    assertThat(taken(grow(operation, 30, 5, ALICE, BURST, DAILY))).isEqualTo(15);
    assertThat(look(ALICE, BURST).reserved()).isEqualTo(15);
    clock.advanceMillis(5_999);
    assertThat(taken(grow(operation, 30, 5, ALICE, BURST, DAILY))).isEqualTo(15);
    clock.advanceMillis(1);
    assertThat(taken(grow(operation, 30, 5, ALICE, BURST, DAILY))).isEqualTo(16);
  }

  @Test
  void boundedGrowthNeverTakesAwayWhatIsHeld() {
    Operation operation = reservation();
    take(operation, ALICE, 4, BURST);
    plain(ALICE, 6, BURST);
    LimitSpec lowered =
        new LimitSpec("burst", new Window.Rolling(Duration.ofMinutes(1)), Capacity.of(5));

    assertThat(taken(grow(operation, 30, 1, ALICE, lowered))).isEqualTo(4);
    assertThat(taken(grow(operation, 3, 1, ALICE, lowered))).as("a smaller total").isEqualTo(3);
  }

  @Test
  void boundedGrowthOfOneQuotaComesToOneTotal() {
    Operation operation = reservation();
    take(operation, entry(ALICE, 4, DAILY), entry(ACME, 4, DAILY), entry(IMAGES, 1, DAILY));
    Key other = new Key("user", "user", "other", "chat");
    store.execute(
        new StoreCommand.Take(
            List.of(entry(other, 40, DAILY), entry(ACME, 40, DAILY)), Optional.empty()));

    StoreReply reply =
        settle(
            false,
            new Change(hold(operation, ALICE, DAILY), 30, Growth.within(0)),
            new Change(hold(operation, ACME, DAILY), 30, Growth.within(2)),
            new Change(hold(operation, IMAGES, DAILY), 30, Growth.within(0)));

    assertThat(reply.entries()).extracting(EntryResult::taken).containsExactly(12L, 12L, 30L);
    assertStands(ALICE, DAILY, 0, 12, 38);
    assertStands(ACME, DAILY, 40, 12, 0);
  }

  @Test
  void anUnlimitedLimitDoesNotBoundAndAnExcludedOneDoes() {
    Operation operation = reservation();
    LimitSpec unlimited = daily(Capacity.unlimited());
    take(operation, ALICE, 4, unlimited);
    assertThat(taken(grow(operation, 1_000_000, 0, ALICE, unlimited))).isEqualTo(1_000_000);

    LimitSpec none =
        new LimitSpec("burst", new Window.Rolling(Duration.ofMinutes(1)), Capacity.of(0));
    Operation observed = reservation();
    take(observed, new Entry(BOB, List.of(none), 3, 3, 1, OnShort.EXCEED));
    assertThat(taken(grow(observed, 9, 9, BOB, none))).isEqualTo(3);
  }
}
