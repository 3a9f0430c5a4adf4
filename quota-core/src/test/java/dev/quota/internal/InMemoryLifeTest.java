package dev.quota.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quota.Accuracy;
import dev.quota.spi.CalendarUnit;
import dev.quota.spi.Capacity;
import dev.quota.spi.Change;
import dev.quota.spi.Entry;
import dev.quota.spi.Hold;
import dev.quota.spi.Key;
import dev.quota.spi.LimitResult;
import dev.quota.spi.LimitSpec;
import dev.quota.spi.ManualClock;
import dev.quota.spi.OnShort;
import dev.quota.spi.Operation;
import dev.quota.spi.QuotaStoreException;
import dev.quota.spi.StoreCommand;
import dev.quota.spi.StoreReply;
import dev.quota.spi.Window;
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
    return Long.parseLong(store.health().detail().replaceAll("\\D", ""));
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
  void atTheBoundNewSubjectsShareOneStrictCountAndOldOnesKeepTheirs() {
    InMemoryQuotaStore small = InMemoryQuotaStore.builder().clock(clock).maxKeys(100).build();
    for (int i = 0; i < 100; i++) {
      assertThat(take(small, user(i), 8, MINUTE).accuracy()).isEqualTo(Accuracy.EXACT);
    }

    assertThat(take(small, user("new1"), 6, MINUTE).accuracy()).isEqualTo(Accuracy.APPROXIMATE);
    assertThat(isDone(take(small, user("new2"), 6, MINUTE))).as("6 of 10 are used").isFalse();
    assertThat(isDone(take(small, user("new2"), 4, MINUTE))).isTrue();
    for (int i = 0; i < 100; i++) {
      assertThat(isDone(take(small, user(i), 3, MINUTE))).as("no fresh allowance").isFalse();
      assertThat(look(small, user(i), MINUTE).used()).isEqualTo(8);
    }
    assertThat(keys(small)).isEqualTo(100);

    clock.advance(Duration.ofMinutes(5));
    assertThat(take(small, user("new3"), 6, MINUTE).accuracy())
        .as("cleaned up, there is room again")
        .isEqualTo(Accuracy.EXACT);
  }

  @Test
  @Timeout(60)
  void keysThatShareACountAtTheBoundDoNotDeadlock() throws Exception {
    InMemoryQuotaStore small = InMemoryQuotaStore.builder().clock(clock).maxKeys(1).build();
    LimitSpec wide = rolling("burst", 1_000_000, Duration.ofMinutes(1));
    take(small, user("m"), 1, wide);
    ExecutorService pool = Executors.newFixedThreadPool(4);
    List<Future<?>> runs = new ArrayList<>();
    for (String other : List.of("a", "z", "b", "y")) {
      runs.add(
          pool.submit(
              () -> {
                for (int i = 0; i < 20_000; i++) {
                  small.execute(
                      new StoreCommand.Take(
                          List.of(
                              new Entry(user(other), List.of(wide), 1, 1, 1, OnShort.REFUSE_ALL),
                              new Entry(user("m"), List.of(wide), 1, 1, 1, OnShort.REFUSE_ALL)),
                          Optional.empty()));
                }
              }));
    }
    for (Future<?> run : runs) {
      run.get(50, TimeUnit.SECONDS);
    }
    pool.shutdown();
    assertThat(look(small, user("m"), wide).used()).isEqualTo(80_001);
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
        ((dev.quota.spi.Fit.At) refused.entries().get(0).limits().get(0).fit()).epochMillis()
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

  private static StoreReply take(InMemoryQuotaStore store, Key key, Operation operation) {
    return store.execute(
        new StoreCommand.Take(
            List.of(new Entry(key, List.of(MINUTE), 3, 3, 1, OnShort.REFUSE_ALL)),
            Optional.of(operation)));
  }

  private static StoreReply settle(InMemoryQuotaStore store, Key key, Operation operation) {
    Hold hold = new Hold(key, List.of(MINUTE), List.of(0L), 3, Optional.of(operation));
    return store.execute(new StoreCommand.Settle(List.of(new Change(hold, 0)), true));
  }

  @Test
  void anOperationOfASharedCountIsKnownThereWhenThereIsRoomAgain() {
    InMemoryQuotaStore small = InMemoryQuotaStore.builder().clock(clock).maxKeys(1).build();
    take(small, user(1), 1, MINUTE);
    Operation operation = Operation.reservation("one", Duration.ofHours(1));
    assertThat(take(small, user(2), operation).accuracy()).isEqualTo(Accuracy.APPROXIMATE);
    assertThat(take(small, user(3), operation).entries().get(0).limits().get(0).reserved())
        .as("another key's operation of that name, in the same count")
        .isEqualTo(6);
    clock.advance(Duration.ofMinutes(5));
    assertThat(take(small, user(2), 1, MINUTE).accuracy()).isEqualTo(Accuracy.EXACT);

    assertThat(take(small, user(2), operation).entries().get(0).taken()).isEqualTo(3);
    assertThat(look(small, user(2), MINUTE).used()).as("nothing was taken again").isEqualTo(1);
    assertThat(isDone(settle(small, user(2), operation))).isTrue();
    assertThat(settle(small, user(2), operation).outcome()).isEqualTo(StoreReply.Outcome.GONE);
    assertThat(isDone(settle(small, user(3), operation))).isTrue();
  }

  @Test
  void aKeyRemembersSoManyOperationsAndThenSaysSo() {
    LimitSpec open =
        new LimitSpec(
            "budget",
            new Window.Calendar(CalendarUnit.DAY, ZoneOffset.UTC, DayOfWeek.MONDAY, 1),
            Capacity.unlimited());
    List<Entry> entries =
        List.of(new Entry(user("secret"), List.of(open), 1, 1, 1, OnShort.REFUSE_ALL));
    for (int i = 0; i < 100_000; i++) {
      store.execute(
          new StoreCommand.Take(
              entries, Optional.of(Operation.charge("op" + i, Duration.ofMinutes(1)))));
    }
    StoreCommand next =
        new StoreCommand.Take(
            entries, Optional.of(Operation.charge("next", Duration.ofMinutes(1))));

    assertThatThrownBy(() -> store.execute(next))
        .isInstanceOfSatisfying(
            QuotaStoreException.class,
            e -> assertThat(e.applied()).isEqualTo(QuotaStoreException.Applied.NO))
        .hasMessageContaining("100000 operations")
        .hasMessageNotContaining("secret");
    assertThat(look(store, user("secret"), open).used()).isEqualTo(100_000);

    clock.advance(Duration.ofMinutes(1));
    assertThat(isDone(store.execute(next))).as("they are forgotten").isTrue();
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
