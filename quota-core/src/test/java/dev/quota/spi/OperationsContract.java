package dev.quota.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The rules that every store with operations keeps, beside those of {@link QuotaStoreContract}:
 * repeated commands, reservations, places at once, grants and resets. Implement {@link #open} and
 * inherit the suite.
 */
@Timeout(120)
public abstract class OperationsContract {

  private static final Key ALICE = new Key("user", "user", "alice", "chat");
  private static final Key BOB = new Key("user", "user", "bob", "chat");
  private static final Key ACME = new Key("org", "group", "acme", "chat");
  private static final Key IMAGES = new Key("user", "user", "alice", "image");

  private static final Duration KEEP = Duration.ofMinutes(10);
  private static final Duration LEASE = Duration.ofMinutes(1);

  private static final LimitSpec BURST =
      new LimitSpec("burst", new Window.Rolling(Duration.ofMinutes(1)), Capacity.of(10));
  private static final LimitSpec DAILY = daily(50);
  private static final LimitSpec PARALLEL = atOnce(2);

  private static final Instant MIDNIGHT = Instant.parse("2026-11-24T00:00:00Z");

  /** The time of the store; it stands at 14:59:30 UTC on a Monday. */
  protected final ManualClock clock = ManualClock.at("2026-11-23T14:59:30Z");

  private QuotaStore store;
  private int operations;

  /** Creates the suite. */
  protected OperationsContract() {}

  /**
   * Returns an empty store.
   *
   * @param time what the store must take for the time
   * @return the store, closed by the suite
   */
  protected abstract QuotaStore open(QuotaClock time);

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

  /** Opens a store for one test. */
  @BeforeEach
  final void openStore() {
    store = open(clock);
  }

  /** Closes it. */
  @AfterEach
  final void closeStore() {
    store.close();
  }

  private static LimitSpec daily(long capacity) {
    return daily(Capacity.of(capacity));
  }

  private static LimitSpec daily(Capacity capacity) {
    return new LimitSpec(
        "daily",
        new Window.Calendar(CalendarUnit.DAY, ZoneOffset.UTC, DayOfWeek.MONDAY, 1),
        capacity);
  }

  private static LimitSpec atOnce(long places) {
    return new LimitSpec("parallel", new Window.Concurrent(LEASE), Capacity.of(places));
  }

  private Operation reservation() {
    return Operation.reservation("r" + operations++, KEEP);
  }

  private Operation charge() {
    return Operation.charge("c" + operations++, KEEP);
  }

  private static Entry entry(Key key, long cost, LimitSpec... limits) {
    return new Entry(key, List.of(limits), cost, cost, 1, OnShort.REFUSE_ALL);
  }

  private static Entry upTo(Key key, long cost, LimitSpec... limits) {
    return new Entry(key, List.of(limits), 1, cost, 1, OnShort.REFUSE_ALL);
  }

  private StoreReply take(Operation operation, Entry... entries) {
    return store.execute(new StoreCommand.Take(List.of(entries), Optional.of(operation)));
  }

  private StoreReply take(Operation operation, Key key, long cost, LimitSpec... limits) {
    return take(operation, entry(key, cost, limits));
  }

  private StoreReply plain(Key key, long cost, LimitSpec... limits) {
    return store.execute(
        new StoreCommand.Take(List.of(entry(key, cost, limits)), Optional.empty()));
  }

  private LimitResult look(Key key, LimitSpec limit) {
    return ask(key, 1, limit);
  }

  private LimitResult ask(Key key, long cost, LimitSpec limit) {
    return store
        .execute(new StoreCommand.Peek(List.of(entry(key, cost, limit))))
        .entries()
        .get(0)
        .limits()
        .get(0);
  }

  /** Returns a hold that knows nothing but its operation: the rest is the record's. */
  private static Hold hold(Operation operation, Key key, LimitSpec... limits) {
    List<Long> ends = Arrays.stream(limits).map(limit -> 0L).toList();
    return new Hold(key, List.of(limits), ends, 0, Optional.of(operation));
  }

  private StoreReply settle(boolean last, Change... changes) {
    return store.execute(new StoreCommand.Settle(List.of(changes), last));
  }

  private StoreReply settle(Operation operation, long total, Key key, LimitSpec... limits) {
    return settle(true, new Change(hold(operation, key, limits), total));
  }

  private StoreReply hold(Operation operation, long total, Key key, LimitSpec... limits) {
    return settle(false, new Change(hold(operation, key, limits), total));
  }

  private StoreReply grow(
      Operation operation, long total, long grace, Key key, LimitSpec... limits) {
    return settle(false, new Change(hold(operation, key, limits), total, Growth.within(grace)));
  }

  private StoreReply renew(Hold... holds) {
    return store.execute(new StoreCommand.Renew(List.of(holds)));
  }

  private StoreReply grant(Operation operation, Key key, LimitSpec limit, long units, Instant end) {
    return store.execute(new StoreCommand.Grant(key, limit, units, end, operation));
  }

  private StoreReply grant(Key key, LimitSpec limit, long units, Instant end) {
    return grant(charge(), key, limit, units, end);
  }

  private static boolean isDone(StoreReply reply) {
    return reply.outcome() == StoreReply.Outcome.DONE;
  }

  private static boolean isRepeated(StoreReply reply) {
    return reply.outcome() == StoreReply.Outcome.REPEATED;
  }

  private static boolean isGone(StoreReply reply) {
    return reply.outcome() == StoreReply.Outcome.GONE;
  }

  private static long taken(StoreReply reply) {
    return reply.entries().get(0).taken();
  }

  private static LimitResult first(StoreReply reply) {
    return reply.entries().get(0).limits().get(0);
  }

  /** Checks used, reserved and the largest cost that fits. */
  private void assertStands(Key key, LimitSpec limit, long used, long reserved, long remaining) {
    LimitResult result = look(key, limit);
    assertThat(result.used()).as("used of " + limit.name()).isEqualTo(used);
    assertThat(result.reserved()).as("reserved of " + limit.name()).isEqualTo(reserved);
    if (remaining > 0) {
      assertThat(ask(key, remaining, limit).fit()).isEqualTo(Fit.now());
    }
    assertThat(ask(key, remaining + 1, limit).fit()).as("one more").isNotEqualTo(Fit.now());
  }

  // What is repeated.

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
    assertThat(first(again).fit()).as("for the next cost").isInstanceOf(Fit.At.class);
    assertThat(isDone(take(charge(), ALICE, 1, BURST))).isFalse();
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
  void aRefusedTakeIsNotRemembered() {
    Operation operation = charge();
    plain(ALICE, 10, BURST);
    assertThat(isDone(take(operation, ALICE, 1, BURST))).isFalse();
    clock.advanceMillis(6_000);

    assertThat(taken(take(operation, ALICE, 1, BURST))).isEqualTo(1);
    assertThat(isGone(settle(charge(), 0, ALICE, BURST))).isTrue();
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
  void aSettledChargeStaysKnownUnlessItWasGivenBackInFull() {
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
  void anOperationOfAnotherKeyIsAnotherOperation() {
    Operation operation = charge();
    take(operation, ALICE, 7, DAILY);
    take(operation, BOB, 7, DAILY);

    assertThat(look(BOB, DAILY).used()).isEqualTo(7);
  }

  /** A cache may take so little for no difference. */
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

  // What is reserved.

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
  void aChargeIsNotReserved() {
    take(charge(), ALICE, 5, BURST);

    assertStands(ALICE, BURST, 5, 0, 5);
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

  // What is settled.

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

  // What grows within bounds.

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

  // How many at once.

  @Test
  void anOperationHoldsOnePlaceWhateverItCosts() {
    assertThat(isDone(take(reservation(), ALICE, 30, DAILY, PARALLEL))).isTrue();
    StoreReply second = take(charge(), ALICE, 1, DAILY, PARALLEL);

    LimitResult places = second.entries().get(0).limits().get(1);
    assertThat(places)
        .isEqualTo(
            new LimitResult(
                "parallel", Fit.whenReleased(), 2, 0, 0, 0, 0, java.util.OptionalLong.empty()));
    StoreReply third = take(reservation(), ALICE, 1, DAILY, PARALLEL);
    assertThat(third.outcome()).isEqualTo(StoreReply.Outcome.REFUSED);
    assertThat(look(ALICE, DAILY).used() + look(ALICE, DAILY).reserved()).isEqualTo(31);
  }

  @Test
  void aPlaceIsFreeOnceItsOperationIsSettledForGood() {
    Operation one = reservation();
    Operation two = charge();
    take(one, ALICE, 1, PARALLEL);
    take(two, ALICE, 1, PARALLEL);
    hold(one, 1, ALICE, PARALLEL);
    assertThat(look(ALICE, PARALLEL).used()).isEqualTo(2);

    settle(one, 1, ALICE, PARALLEL);
    assertThat(look(ALICE, PARALLEL).used()).isEqualTo(1);
    assertThat(look(ALICE, PARALLEL).fit()).isEqualTo(Fit.now());
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
    assertThat(look(ALICE, atOnce(0)).fit()).isEqualTo(Fit.never());
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

  // What is renewed.

  @Test
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

  // What is granted.

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
  void whatIsLeftOfAPocketIsGoneWhenItExpiresAndWhatWasSpentStillPays() {
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
  void whatComesBackOfAnExpiredPocketIsGoneToo() {
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
  void whatCameBackOfAnExpiredPocketIsPaidByOthersWhenItIsUsedAgain() {
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
  void whatComesBackReturnsToThePocket() {
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
  void thePocketThatExpiresFirstIsSpentFirst() {
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

    assertThat(ask(ALICE, 63, DAILY).fit()).isEqualTo(Fit.now());
    assertThat(ask(ALICE, 64, DAILY).fit()).as("5 expire with the window").isEqualTo(Fit.never());
    plain(ALICE, 5, DAILY);
    assertThat(ask(ALICE, 60, DAILY).fit()).isEqualTo(new Fit.At(MIDNIGHT.toEpochMilli()));
    clock.set(MIDNIGHT.minusMillis(1));
    assertThat(isDone(plain(ALICE, 60, DAILY))).isFalse();
    clock.advanceMillis(1);
    assertThat(isDone(plain(ALICE, 60, DAILY))).isTrue();
  }

  @Test
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
  void aLimitHoldsSixteenPockets() {
    for (int i = 0; i < StoreCommand.Grant.MAX_POCKETS; i++) {
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
  void pocketsHoldNoMoreThanACountCan() {
    assertThat(isDone(grant(ALICE, DAILY, Capacity.MAX_UNITS, MIDNIGHT))).isTrue();
    assertThat(grant(ALICE, DAILY, 1, MIDNIGHT).outcome()).isEqualTo(StoreReply.Outcome.REFUSED);
  }

  @Test
  void anUnlimitedLimitKeepsItsPocketsUnspent() {
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
        .hasMessageStartingWith("limit must have a calendar window to be granted extra units, was");
  }

  // What is reset.

  @Test
  void aResetForgetsUseOperationsAndPlacesAndKeepsWhatIsLeftOfPockets() {
    Operation operation = reservation();
    Operation again = charge();
    grant(ALICE, DAILY, 10, MIDNIGHT.plusSeconds(1));
    plain(ALICE, 50, DAILY);
    take(operation, ALICE, 3, DAILY, PARALLEL);
    take(again, ALICE, 1, DAILY, PARALLEL);

    store.execute(new StoreCommand.Reset(ALICE));

    assertThat(look(ALICE, DAILY).granted()).isEqualTo(6);
    assertThat(look(ALICE, DAILY).peakAfter()).isZero();
    assertStands(ALICE, DAILY, 0, 0, 56);
    assertThat(look(ALICE, PARALLEL).used()).isZero();
    assertThat(isGone(settle(operation, 9, ALICE, DAILY, PARALLEL))).isTrue();
    take(again, ALICE, 1, DAILY);
    assertThat(look(ALICE, DAILY).used()).as("charged anew").isEqualTo(1);
  }

  // All of it together.

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
            // A lost reply: whoever does not know sends it again.
            assertThat(isDone(take(operation, entries.toArray(Entry[]::new)))).isTrue();
            for (int tries = random.nextInt(3); tries > 0; tries--) {
              assertThat(isRepeated(take(operation, entries.toArray(Entry[]::new)))).isTrue();
            }
            if (random.nextInt(5) == 0) {
              // It dies, and what it reserved stays charged.
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
