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
import dev.quota.spi.QuotaStore;
import dev.quota.spi.StoreCommand;
import dev.quota.spi.StoreReply;
import dev.quota.store.ManualClock;
import dev.quota.store.StoreCapability;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The rules of {@link StoreCapability#RESERVATIONS}: estimates are taken, in part if need be,
 * renewed, grown and settled.
 */
public abstract class ReservationsContract extends StoreContract {

  /** Creates the suite. */
  protected ReservationsContract() {
    super(StoreCapability.RESERVATIONS);
  }

  /**
   * Returns how many random traces of 1,000 steps are compared with the model.
   *
   * @return a number that takes a few seconds
   */
  protected int traces() {
    return 20;
  }

  /**
   * Returns the seed of the first trace; the following ones count up from it.
   *
   * @return any number
   */
  protected long traceSeed() {
    return 20_261_124;
  }

  @Test
  void takesTheMostThatFitsAndOneAmountOfAQuota() {
    take(ACME, 44, DAILY);

    StoreReply reply =
        take(
            entry(ALICE, 2, 9, OnShort.REFUSE_ALL, BURST),
            entry(ACME, 2, 9, OnShort.REFUSE_ALL, DAILY),
            entry(IMAGES, 2, 9, OnShort.REFUSE_ALL, BURST));

    assertThat(reply.entries()).extracting(EntryResult::taken).containsExactly(6L, 6L, 9L);
  }

  @Test
  void refusesBelowTheLeast() {
    take(ALICE, 8, BURST);

    assertThat(isDone(take(entry(ALICE, 3, 9, OnShort.REFUSE_ALL, BURST)))).isFalse();
    assertThat(look(ALICE, BURST).used()).isEqualTo(8);
  }

  @Test
  void aRepetitionAnswersWithWhatWasTakenThenAndNotWithWhatIsHeldNow() {
    Operation operation = reservation();
    take(operation, upTo(ALICE, 30, BURST, DAILY));
    hold(operation, 4, ALICE, BURST, DAILY);

    assertThat(taken(take(operation, upTo(ALICE, 30, BURST, DAILY)))).isEqualTo(10);
    assertStands(ALICE, DAILY, 0, 4, 46);
  }

  @Test
  void aTakeThatTookNothingIsNotRemembered() {
    Operation operation = reservation();
    plain(ALICE, 10, BURST);
    take(operation, new Entry(ALICE, List.of(BURST), 1, 1, 1, OnShort.SKIP));
    take(operation, entry(BOB, 0, BURST));

    assertThat(isGone(settle(operation, 0, ALICE, BURST))).isTrue();
    assertThat(isGone(settle(operation, 0, BOB, BURST))).isTrue();
  }

  @Test
  @Needs(StoreCapability.RESETS)
  void operationsOfSeveralEntriesAreRememberedOnEach() {
    Operation operation = reservation();
    take(operation, entry(ALICE, 4, DAILY), entry(ACME, 4, DAILY), entry(IMAGES, 1, BURST));

    StoreReply again =
        take(operation, entry(ALICE, 4, DAILY), entry(ACME, 4, DAILY), entry(IMAGES, 1, BURST));
    assertThat(again.entries()).extracting(EntryResult::taken).containsExactly(4L, 4L, 1L);

    store.execute(new StoreCommand.Reset(ALICE));
    StoreReply part = take(operation, entry(ALICE, 4, DAILY), entry(ACME, 4, DAILY));
    assertThat(part.entries()).extracting(EntryResult::taken).containsExactly(0L, 4L);
    assertThat(look(ACME, DAILY).reserved()).isEqualTo(4);
    assertThat(look(ALICE, DAILY).reserved()).isZero();
  }

  @Test
  void aReservationIsPartOfWhatCountsAndShownApart() {
    plain(ALICE, 2, BURST, DAILY);
    StoreReply reply = take(reservation(), ALICE, 5, BURST, DAILY);

    assertThat(first(reply).used()).isEqualTo(2);
    assertThat(first(reply).reserved()).isEqualTo(5);
    assertThat(first(reply).peakAfter()).as("a threshold counts the total").isEqualTo(7);
    assertStands(ALICE, BURST, 2, 5, 3);
    assertStands(ALICE, DAILY, 2, 5, 43);
  }

  @Test
  void whatNobodySettlesIsUsedWhenItsTimeHasPassed() {
    Operation operation = reservation();
    take(operation, ALICE, 5, DAILY);

    clock.advance(KEEP.minusMillis(1));
    assertStands(ALICE, DAILY, 0, 5, 45);
    clock.advanceMillis(1);
    assertStands(ALICE, DAILY, 5, 0, 45);
    assertThat(isGone(settle(operation, 0, ALICE, DAILY))).isTrue();
    assertStands(ALICE, DAILY, 5, 0, 45);
  }

  @Test
  void theDeadAreNotReservedForeverWhileOthersReserve() {
    take(reservation(), ALICE, 5, DAILY);
    for (int minute = 0; minute < 20; minute++) {
      Operation living = reservation();
      take(living, ALICE, 1, DAILY);
      assertThat(look(ALICE, DAILY).reserved()).isBetween(1L, 6L);
      settle(living, 0, ALICE, DAILY);
      clock.advance(Duration.ofMinutes(1));
    }

    assertStands(ALICE, DAILY, 5, 0, 45);
  }

  @Test
  void reservedIsNeverMoreThanTheLimitCounts() {
    take(reservation(), ALICE, 10, BURST, DAILY);
    clock.advance(Duration.ofSeconds(30));

    assertStands(ALICE, BURST, 0, 5, 5);
    assertStands(ALICE, DAILY, 0, 10, 40);
    clock.advance(Duration.ofSeconds(30));
    assertStands(ALICE, BURST, 0, 0, 10);
  }

  /** Nobody looks for the dead one by one: it ends with the last that began beside it. */
  @Test
  void whatDiedIsCountedAsReservedUntilItsSumEnds() {
    Operation first = reservation();
    Operation longer = Operation.reservation("long", Duration.ofHours(2));
    take(first, ALICE, 1, BURST);
    take(longer, ALICE, 5, BURST);
    take(Operation.reservation("dies", Duration.ofSeconds(1)), ALICE, 3, BURST);
    settle(longer, 5, ALICE, BURST);
    settle(first, 1, ALICE, BURST);

    clock.advance(Duration.ofMinutes(119));
    plain(ALICE, 4, BURST);
    assertStands(ALICE, BURST, 1, 3, 6);

    clock.advance(Duration.ofMinutes(1));
    plain(ALICE, 4, BURST);
    assertStands(ALICE, BURST, 4, 0, 6);
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

  /** Where a plan went from millions to one, what is owed can outlast every calendar. */
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
  void givingBackNeverGrantsTwiceHoweverOftenItGrewAndShrank() {
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

  @Test
  @Timeout(value = 2, unit = TimeUnit.HOURS) // a soak runs thousands of them
  void agreesWithTheModelOnRandomTraces() {
    long steps = 0;
    long first = traceSeed();
    for (long seed = first; seed < first + traces(); seed++) {
      ManualClock time = new ManualClock(Instant.EPOCH);
      try (QuotaStore fresh = open(time)) {
        steps += new StoreTrace(seed, fresh, time, true).run(1_000);
      }
    }
    assertThat(steps).isGreaterThan(traces() * 500L);
  }
}
