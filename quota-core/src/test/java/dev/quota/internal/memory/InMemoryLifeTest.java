package dev.quota.internal.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quota.policy.CalendarUnit;
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
import dev.quota.spi.StoreCommand;
import dev.quota.spi.StoreReply;
import dev.quota.store.InProcessBounds;
import dev.quota.store.ManualClock;
import dev.quota.store.QuotaStoreException;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How keys come and go in the in-process store: expiry, the bound, and clocks that step back. */
final class InMemoryLifeTest {

  private static final LimitSpec MINUTE = rolling("burst", 10, Duration.ofMinutes(1));
  private static final LimitSpec DAY = calendar(CalendarUnit.DAY, 50);

  private final ManualClock clock = ManualClock.at("2026-11-23T14:59:30Z");
  private final InMemoryQuotaStore store = InMemoryQuotaStore.builder().clock(clock).build();

  private static LimitSpec rolling(String name, long capacity, Duration period) {
    return new LimitSpec(name, new Window.Rolling(period), Capacity.of(capacity));
  }

  private static LimitSpec calendar(CalendarUnit unit, long capacity) {
    return new LimitSpec(
        "budget",
        new Window.Calendar(unit, ZoneOffset.UTC, DayOfWeek.MONDAY, 1),
        Capacity.of(capacity));
  }

  private static Key user(Object id) {
    return new Key("user", "user", id.toString(), "chat");
  }

  private static StoreReply take(
      InMemoryQuotaStore store, Key key, long cost, LimitSpec... limits) {
    return store.execute(
        new StoreCommand.Take(
            List.of(new Entry(key, List.of(limits), cost, cost, 1, OnShort.REFUSE_ALL)),
            Optional.empty()));
  }

  private static boolean isDone(StoreReply reply) {
    return reply.outcome() == StoreReply.Outcome.DONE;
  }

  private static LimitResult look(InMemoryQuotaStore store, Key key, LimitSpec limit) {
    return store
        .execute(
            new StoreCommand.Peek(
                List.of(new Entry(key, List.of(limit), 1, 1, 1, OnShort.REFUSE_ALL))))
        .entries()
        .get(0)
        .limits()
        .get(0);
  }

  /** Returns how many keys are held, after asking for one that makes the cache tidy up. */
  private static long keys(InMemoryQuotaStore store) {
    return Long.parseLong(store.health().detail().replaceAll("\\D*(\\d+).*", "$1"));
  }

  @Test
  void tenThousandSubjectsExpireAfterTheirWindow() {
    for (int i = 0; i < 10_000; i++) {
      take(store, user(i), 1, MINUTE, DAY);
    }
    assertThat(keys(store)).isEqualTo(10_000);

    clock.advance(Duration.ofDays(2));
    // New keys are what makes the cache tidy up.
    for (int i = 0; i < 200; i++) {
      take(store, user("late" + i), 1, MINUTE);
    }

    assertThat(keys(store)).isEqualTo(200);
  }

  @Test
  void aChargeThatDidNotMoveTheDeadlineIsKeptUntilItHasDrained() {
    LimitSpec hundred = rolling("burst", 100, Duration.ofMinutes(1));
    take(store, user(1), 1, hundred);
    clock.advance(Duration.ofSeconds(15));
    take(store, user(1), 100, hundred);
    clock.advance(Duration.ofSeconds(59));
    for (int i = 0; i < 200; i++) {
      take(store, user("late" + i), 1, MINUTE);
    }
    // 98.33 of the 100 have drained.
    assertThat(look(store, user(1), hundred).used()).isEqualTo(2);
  }

  @Test
  void countsStayUntilTheirWindowHasEnded() {
    take(store, user(1), 10, MINUTE, DAY);
    for (int i = 0; i < 9 * 60; i++) {
      clock.advance(Duration.ofMinutes(1));
      take(store, user("other" + i), 1, MINUTE);
    }
    // 23:59:30, half a minute before midnight
    assertThat(look(store, user(1), DAY).used()).isEqualTo(10);
  }

  @Test
  void aPolicyChangeFromAMinuteToAMonthLosesNothing() {
    LimitSpec month = calendar(CalendarUnit.MONTH, 50);
    take(store, user(1), 10, MINUTE);
    take(store, user(1), 10, rolling("burst", 100, Duration.ofMinutes(1)), month);

    clock.advance(Duration.ofDays(6));
    for (int i = 0; i < 100; i++) {
      take(store, user("other" + i), 1, MINUTE);
    }

    assertThat(look(store, user(1), month).used()).isEqualTo(10);
  }

  @Test
  void useFarPastAnObservedCapacityIsKept() {
    LimitSpec hourly = rolling("hourly", 1, Duration.ofHours(1));
    store.execute(
        new StoreCommand.Take(
            List.of(new Entry(user(1), List.of(hourly), 3_000_000, 3_000_000, 1, OnShort.EXCEED)),
            Optional.empty()));

    clock.advance(Duration.ofDays(365));

    assertThat(look(store, user(1), hourly).used()).isEqualTo(3_000_000 - 365 * 24);
  }

  @Test
  void atTheBoundNewSubjectsFindNoRoomAndOldOnesAreCountedExactly() {
    InMemoryQuotaStore small = InMemoryQuotaStore.builder().clock(clock).maxKeys(100).build();
    for (int i = 0; i < 100; i++) {
      assertThat(isDone(take(small, user(i), 8, MINUTE))).isTrue();
    }

    assertFindsNoRoom(() -> take(small, user("new1"), 6, MINUTE));
    assertThat(look(small, user("new1"), MINUTE).used()).isZero();
    for (int i = 0; i < 100; i++) {
      assertThat(isDone(take(small, user(i), 3, MINUTE))).as("no fresh allowance").isFalse();
      assertThat(isDone(take(small, user(i), 2, MINUTE))).isTrue();
      assertThat(look(small, user(i), MINUTE).used()).isEqualTo(10);
    }
    assertThat(keys(small)).isEqualTo(100);
    assertThat(small.health().available()).isFalse();
    assertThat(small.health().detail()).contains("That is the bound").contains("1 newcomers");

    clock.advance(Duration.ofMinutes(5));
    assertThat(isDone(take(small, user("new3"), 6, MINUTE)))
        .as("cleaned up, there is room again")
        .isTrue();
    assertThat(small.health().available()).isTrue();
  }

  private static void assertFindsNoRoom(ThrowingCallable command) {
    assertThatThrownBy(command)
        .isInstanceOfSatisfying(
            QuotaStoreException.class,
            e -> {
              assertThat(e.isOverloaded()).isTrue();
              assertThat(e.applied()).isEqualTo(QuotaStoreException.Applied.NO);
              assertThat(e.getStackTrace()).as("it is made very often").isEmpty();
            });
  }

  @Test
  void aTakeThatFindsNoRoomForOneKeyTakesOfNone() {
    InMemoryQuotaStore small = InMemoryQuotaStore.builder().clock(clock).maxKeys(1).build();
    take(small, user("m"), 1, MINUTE);
    for (String other : List.of("a", "z")) {
      StoreCommand both =
          new StoreCommand.Take(
              List.of(
                  new Entry(user(other), List.of(MINUTE), 1, 1, 1, OnShort.REFUSE_ALL),
                  new Entry(user("m"), List.of(MINUTE), 1, 1, 1, OnShort.REFUSE_ALL)),
              Optional.empty());
      assertFindsNoRoom(() -> small.execute(both));
    }
    assertThat(look(small, user("m"), MINUTE).used()).isEqualTo(1);
  }

  @Test
  void memoryIsBoundedByWhatKeysLimitsAndOperationsTake() {
    InMemoryQuotaStore small =
        InMemoryQuotaStore.builder()
            .clock(clock)
            .bounds(InProcessBounds.defaults().withMaxBytes(100_000))
            .build();
    for (int i = 0; i < 193; i++) {
      take(small, user(i), 1, MINUTE, DAY);
    }
    assertFindsNoRoom(() -> take(small, user("new"), 1, MINUTE));
    assertThat(small.health().detail()).startsWith("Counting 193 keys in this process, about 0.1");

    for (int i = 0; i < 40; i++) {
      take(small, user(1), Operation.charge("op" + i, Duration.ofMinutes(1)));
    }
    assertFindsNoRoom(
        () -> {
          for (int i = 40; i < 60; i++) {
            take(small, user(1), Operation.charge("op" + i, Duration.ofMinutes(1)));
          }
        });

    clock.advance(Duration.ofDays(3));
    take(small, user("new"), 1, MINUTE);
    assertThat(small.health().detail())
        .as("what has expired is taken off")
        .startsWith("Counting 1 keys in this process, about 0.0");
  }

  private static StoreReply take(InMemoryQuotaStore store, Key key, Operation operation) {
    LimitSpec open =
        new LimitSpec("minute", new Window.Rolling(Duration.ofMinutes(1)), Capacity.of(1_000));
    return store.execute(
        new StoreCommand.Take(
            List.of(new Entry(key, List.of(open), 1, 1, 1, OnShort.REFUSE_ALL)),
            Optional.of(operation)));
  }

  @Test
  @Timeout(60)
  void evictionWhileChargingLosesNoCharge() throws Exception {
    LimitSpec second = rolling("burst", 1_000_000, Duration.ofSeconds(1));
    LimitSpec month = calendar(CalendarUnit.MONTH, 100_000_000);
    AtomicBoolean stop = new AtomicBoolean();
    AtomicLong charged = new AtomicLong();
    AtomicLong lost = new AtomicLong();
    ExecutorService pool = Executors.newFixedThreadPool(4);
    List<Future<?>> runs = new ArrayList<>();
    for (int thread = 0; thread < 3; thread++) {
      int id = thread;
      runs.add(
          pool.submit(
              () -> {
                for (int i = 0; !stop.get(); i++) {
                  // Each key lives for a second of that jumping clock, then it gets a month.
                  Key key = user(id + "/" + i % 50);
                  take(store, key, 1, second);
                  long before = look(store, key, month).used();
                  take(store, key, 1, second, month);
                  charged.incrementAndGet();
                  if (look(store, key, month).used() != before + 1) {
                    lost.incrementAndGet();
                  }
                }
              }));
    }
    for (int i = 0; i < 2_000; i++) {
      clock.advanceMillis(i % 50 == 0 ? 10_000 : 1);
      take(store, user("evictor" + i), 1, second);
    }
    stop.set(true);
    for (Future<?> run : runs) {
      run.get(50, TimeUnit.SECONDS);
    }
    pool.shutdown();
    assertThat(charged.get()).isPositive();
    assertThat(lost).hasValue(0);
  }

  @Test
  void anExpiredKeyThatManyThreadsFindGrantsItsCapacityOnce() throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(4);
    for (int round = 0; round < 300; round++) {
      take(store, user(1), 10, MINUTE);
      clock.advance(Duration.ofMinutes(10));
      AtomicLong granted = new AtomicLong();
      List<Future<?>> runs = new ArrayList<>();
      for (int thread = 0; thread < 4; thread++) {
        runs.add(
            pool.submit(
                () -> {
                  for (int i = 0; i < 5; i++) {
                    granted.addAndGet(isDone(take(store, user(1), 1, MINUTE)) ? 1 : 0);
                  }
                }));
      }
      for (Future<?> run : runs) {
        run.get(50, TimeUnit.SECONDS);
      }
      assertThat(granted).as("round %d", round).hasValue(10);
      clock.advance(Duration.ofMinutes(10));
    }
    pool.shutdown();
  }

  @Test
  void aClockThatStepsBackALittleFindsTheCountWaiting() {
    take(store, user(1), 10, MINUTE);
    clock.advanceMillis(-4_000);

    StoreReply refused = take(store, user(1), 1, MINUTE);

    assertThat(isDone(refused)).isFalse();
    long wait =
        ((dev.quota.store.Availability.At) refused.entries().get(0).limits().get(0).availability())
                .epochMillis()
            - clock.millis();
    assertThat(wait).as("the step, and a unit's time").isEqualTo(10_000);
    clock.advanceMillis(wait - 1);
    assertThat(isDone(take(store, user(1), 1, MINUTE))).isFalse();
    clock.advanceMillis(1);
    assertThat(isDone(take(store, user(1), 1, MINUTE))).isTrue();
  }

  @Test
  void aShortWindowOutlivesASmallStepBack() {
    LimitSpec second = rolling("burst", 10, Duration.ofSeconds(1));
    take(store, user(1), 10, second);
    clock.advanceMillis(-4_900);
    take(store, user(1), 1, second);
    clock.advanceMillis(4_800);

    assertThat(look(store, user(1), second).used()).isEqualTo(10);
  }

  @Test
  void aClockThatStepsBackFarStartsAgainWithTheSameUse() {
    take(store, user(1), 10, MINUTE, DAY);
    clock.advance(Duration.ofHours(-3));

    StoreReply refused = take(store, user(1), 1, MINUTE, DAY);

    assertThat(refused.entries().get(0).limits())
        .extracting(LimitResult::used)
        .containsExactly(10L, 10L);
    clock.advanceMillis(6_000);
    assertThat(isDone(take(store, user(1), 1, MINUTE, DAY))).isTrue();
  }

  @Test
  void aWindowBegunByAClockYearsAheadIsLeft() {
    clock.advance(Duration.ofDays(3_000));
    take(store, user(1), 50, DAY);
    clock.advance(Duration.ofDays(-3_000));

    assertThat(isDone(take(store, user(1), 1, DAY))).isTrue();
  }

  @Test
  void fastRatesThatShareNoFactorStayExact() {
    LimitSpec fast = rolling("burst", 9_999_999_967L, Duration.ofSeconds(10));
    assertThat(isDone(take(store, user(1), 9_999_999_967L, fast))).isTrue();

    LimitResult full = look(store, user(1), fast);
    assertThat(full.resetAtMillis()).hasValue(clock.millis() + 10_000);
    clock.advanceMillis(1);
    assertThat(look(store, user(1), fast).used()).isEqualTo(9_999_999_967L - 999_999);
  }

  @Test
  void hugeAndControlCharacterIdsAreCounted() {
    Key odd = user("\u0000\n\uD83D" + "x".repeat(100_000));
    take(store, odd, 3, DAY);

    assertThat(look(store, odd, DAY).used()).isEqualTo(3);
  }

  @Test
  void aKeyRemembersSoManyOperationsOfEachOwnerAndThenSaysSo() {
    InMemoryQuotaStore bounded =
        InMemoryQuotaStore.builder()
            .clock(clock)
            .bounds(InProcessBounds.defaults().withMaxOperationsPerSubject(100))
            .build();
    Key org = new Key("org", "group", "secret", "chat");
    for (int i = 0; i < 100; i++) {
      assertThat(isDone(take(bounded, org, by("mallory", i)))).isTrue();
    }

    assertFindsNoRoom(() -> take(bounded, org, by("mallory", 100)));
    assertThatThrownBy(() -> take(bounded, org, by("mallory", 100)))
        .hasMessageContaining("100 operations of one subject")
        .hasMessageNotContaining("secret")
        .hasMessageNotContaining("mallory");
    assertThat(take(bounded, org, by("mallory", 7)).outcome())
        .as("a repetition needs no room")
        .isEqualTo(StoreReply.Outcome.REPEATED);
    for (int i = 0; i < 100; i++) {
      assertThat(isDone(take(bounded, org, by("alice", i)))).as("others").isTrue();
    }
    assertThat(bounded.health().detail()).contains("2 operations found no room so far");
    assertThat(bounded.health().available()).isTrue();

    clock.advance(Duration.ofMinutes(1));
    assertThat(isDone(take(bounded, org, by("mallory", 100)))).as("forgotten").isTrue();
  }

  private static Operation by(String owner, int number) {
    return Operation.charge(owner + number, Duration.ofMinutes(1)).by(owner);
  }

  @Test
  void whatWasSettledOrResetLeavesRoomForOthersOfItsOwner() {
    InMemoryQuotaStore bounded =
        InMemoryQuotaStore.builder()
            .clock(clock)
            .bounds(InProcessBounds.defaults().withMaxOperationsPerSubject(1))
            .build();
    for (int i = 0; i < 5; i++) {
      Operation operation = Operation.reservation("r" + i, Duration.ofMinutes(1)).by("alice");
      assertThat(isDone(take(bounded, user(1), operation))).isTrue();
      Hold hold = new Hold(user(1), List.of(MINUTE), List.of(0L), 1, Optional.of(operation));
      bounded.execute(new StoreCommand.Settle(List.of(new Change(hold, 1)), true));
    }
    assertThat(isDone(take(bounded, user(1), by("alice", 1)))).isTrue();
    bounded.execute(new StoreCommand.Reset(user(1)));
    assertThat(isDone(take(bounded, user(1), by("alice", 2)))).isTrue();
  }

  @Test
  void aClosedStoreSaysThatNothingWasApplied() {
    store.close();

    assertThat(store.health().available()).isFalse();
    assertThatThrownBy(() -> take(store, user(1), 1, DAY))
        .isInstanceOfSatisfying(
            QuotaStoreException.class,
            e -> assertThat(e.applied()).isEqualTo(QuotaStoreException.Applied.NO));
  }
}
