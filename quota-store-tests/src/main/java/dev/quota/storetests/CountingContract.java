package dev.quota.storetests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.policy.CalendarUnit;
import dev.quota.policy.Capacity;
import dev.quota.policy.Window;
import dev.quota.spi.Entry;
import dev.quota.spi.EntryResult;
import dev.quota.spi.Key;
import dev.quota.spi.LimitResult;
import dev.quota.spi.LimitSpec;
import dev.quota.spi.OnShort;
import dev.quota.spi.QuotaStore;
import dev.quota.spi.StoreReply;
import dev.quota.store.Accuracy;
import dev.quota.store.Availability;
import dev.quota.store.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The rules that every store keeps: takes and peeks of rolling and calendar limits. */
public abstract class CountingContract extends ChangedLimitsContract {

  /** Creates the suite. */
  protected CountingContract() {
    super();
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
    return 20_261_123;
  }

  @Test
  void takesAndReportsEveryNumber() {
    StoreReply reply = take(ALICE, 9, BURST, DAILY);

    assertThat(reply.outcome()).isEqualTo(StoreReply.Outcome.DONE);
    assertThat(reply.now()).isEqualTo(clock.instant());
    assertThat(reply.accuracy()).isEqualTo(Accuracy.EXACT);
    assertThat(reply.entries().get(0).taken()).isEqualTo(9);
    assertThat(limit(reply, 0).used()).isEqualTo(9);
    assertThat(limit(reply, 0).resetAtMillis()).hasValue(clock.millis() + 54_000);
    assertThat(limit(reply, 1).used()).isEqualTo(9);
    assertThat(limit(reply, 1).peakBefore()).isZero();
    assertThat(limit(reply, 1).peakAfter()).isEqualTo(9);
    assertThat(limit(reply, 1).resetAtMillis())
        .hasValue(Instant.parse("2026-11-24T00:00:00Z").toEpochMilli());
  }

  @Test
  void waitingExactlyAsLongAsItSaysSucceedsAndAMillisecondLessFails() {
    // 7 per 61.001 s: one unit takes 8,714.43 ms.
    LimitSpec odd = rolling("odd", 7, Duration.ofMillis(61_001));
    take(ALICE, 7, odd);

    StoreReply refused = take(ALICE, 2, odd);
    assertThat(freeAt(refused)).isEqualTo(clock.millis() + 17_429);
    clock.advanceMillis(17_428);
    assertThat(isDone(take(ALICE, 2, odd))).isFalse();
    clock.advanceMillis(1);
    assertThat(isDone(take(ALICE, 2, odd))).isTrue();
  }

  @Test
  void waitingForSeveralLimitsOfSeveralEntriesIsExactToo() {
    SplittableRandom random = new SplittableRandom(42);
    for (int i = 0; i < 200; i++) {
      Key one = new Key("user", "user", "u" + i, "chat");
      Key two = new Key("org", "group", "g" + i, "chat");
      LimitSpec slow = rolling("slow", random.nextLong(1, 500), Duration.ofMillis(7_919));
      LimitSpec fast = rolling("fast", random.nextLong(1, 90), Duration.ofSeconds(1));
      long cost = 1;
      while (isDone(take(entry(one, cost, slow, DAILY), entry(two, cost, fast)))) {
        cost = random.nextLong(1, 4);
      }
      StoreReply refused = take(entry(one, cost, slow, DAILY), entry(two, cost, fast));
      if (refused.entries().stream()
          .flatMap(result -> result.limits().stream())
          .anyMatch(result -> result.availability() instanceof Availability.Never)) {
        continue;
      }
      clock.set(freeAt(refused) - 1);
      assertThat(isDone(take(entry(one, cost, slow, DAILY), entry(two, cost, fast))))
          .as("%d: a millisecond early", i)
          .isFalse();
      clock.advanceMillis(1);
      assertThat(isDone(take(entry(one, cost, slow, DAILY), entry(two, cost, fast))))
          .as("%d: on time", i)
          .isTrue();
    }
  }

  @Test
  void aCalendarWindowIsFullAgainAtItsEnd() {
    take(ALICE, 50, DAILY);

    clock.set(freeAt(take(ALICE, 1, DAILY)) - 1);
    assertThat(isDone(take(ALICE, 1, DAILY))).isFalse();
    clock.advanceMillis(1);
    assertThat(isDone(take(ALICE, 50, DAILY))).isTrue();
  }

  @Test
  void severalEntriesAreTakenTogetherOrNotAtAll() {
    take(ACME, 49, DAILY);

    StoreReply reply = take(entry(ALICE, 2, BURST), entry(ACME, 2, DAILY));

    assertThat(reply.outcome()).isEqualTo(StoreReply.Outcome.REFUSED);
    assertThat(reply.entries()).extracting(EntryResult::taken).containsExactly(0L, 0L);
    assertThat(look(ALICE, BURST).used()).isZero();
    assertThat(look(ACME, DAILY).used()).isEqualTo(49);
  }

  @Test
  void skipsAQuotaThatIsShortAndGoesOn() {
    take(ACME, 50, DAILY);

    StoreReply reply =
        take(
            entry(ALICE, 1, 1, OnShort.SKIP, BURST),
            entry(ACME, 1, 1, OnShort.SKIP, DAILY),
            entry(IMAGES, 1, 1, OnShort.REFUSE_ALL, BURST));

    assertThat(reply.outcome()).isEqualTo(StoreReply.Outcome.DONE);
    assertThat(reply.entries()).extracting(EntryResult::taken).containsExactly(0L, 0L, 1L);
    assertThat(look(ALICE, BURST).used()).isZero();
    assertThat(reply.entries().get(1).limits().get(0).availability())
        .isInstanceOf(Availability.At.class);
  }

  @Test
  void exceedsWhereItIsToldTo() {
    take(ALICE, 9, BURST);

    StoreReply reply = take(entry(ALICE, 4, 4, OnShort.EXCEED, BURST));

    assertThat(reply.entries().get(0).taken()).isEqualTo(4);
    assertThat(limit(reply, 0).used()).isEqualTo(13);
    assertThat(limit(reply, 0).availability())
        .isEqualTo(new Availability.At(clock.millis() + 24_000));
    assertThat(limit(reply, 0).resetAtMillis()).hasValue(clock.millis() + 78_000);
  }

  @Test
  void whatIsAboveTheCapacityNeverFits() {
    assertThat(limit(take(ALICE, 11, BURST), 0).availability()).isEqualTo(Availability.never());
    assertThat(limit(take(ALICE, 51, DAILY), 0).availability()).isEqualTo(Availability.never());
    assertThat(limit(take(ALICE, 1, daily(0)), 0).availability()).isEqualTo(Availability.never());
  }

  @Test
  void costZeroAlwaysFitsAndCreatesNothing() {
    take(ALICE, 10, BURST);

    StoreReply reply = take(entry(ALICE, 0, BURST), entry(IMAGES, 0, BURST));

    assertThat(reply.outcome()).isEqualTo(StoreReply.Outcome.DONE);
    assertThat(limit(reply, 0).used()).isEqualTo(10);
    assertThat(limit(reply, 0).availability())
        .as("for the next cost")
        .isInstanceOf(Availability.At.class);
  }

  @Test
  void anEntryThatCostsNothingIsAnsweredForItsNextCostInARefusalToo() {
    take(ALICE, 10, BURST);

    StoreReply reply = take(entry(ALICE, 0, BURST), entry(IMAGES, 11, BURST));

    assertThat(reply.outcome()).isEqualTo(StoreReply.Outcome.REFUSED);
    assertThat(limit(reply, 0).availability())
        .isEqualTo(new Availability.At(clock.millis() + 6_000));
  }

  @Test
  void aPeekChangesNothing() {
    take(ALICE, 42, daily(50));
    StoreReply before = peek(entry(ALICE, 9, daily(50)));

    peek(entry(ALICE, 1, daily(40), BURST), entry(BOB, 1, BURST));

    assertThat(peek(entry(ALICE, 9, daily(50)))).isEqualTo(before);
    assertThat(before.outcome()).isEqualTo(StoreReply.Outcome.DONE);
    assertThat(limit(before, 0).availability()).isInstanceOf(Availability.At.class);
  }

  @Test
  void aRefusedTakeChangesNothing() {
    take(ALICE, 9, BURST, DAILY);
    clock.advanceMillis(1);
    StoreReply before = peek(entry(ALICE, 1, BURST, DAILY));

    assertThat(isDone(take(ALICE, 2, BURST, DAILY))).isFalse();

    assertThat(peek(entry(ALICE, 1, BURST, DAILY))).isEqualTo(before);
  }

  @Test
  void anUnlimitedCalendarLimitCounts() {
    LimitSpec unlimited = calendar("daily", CalendarUnit.DAY, "UTC", 1, Capacity.unlimited());
    take(ALICE, 1_000_000, unlimited);

    assertThat(look(ALICE, unlimited).used()).isEqualTo(1_000_000);
    assertThat(look(ALICE, DAILY).used()).as("after a change of plan").isEqualTo(1_000_000);
  }

  @Test
  void anUnlimitedRollingLimitIsNotCounted() {
    LimitSpec unlimited =
        new LimitSpec("burst", new Window.Rolling(Duration.ofMinutes(1)), Capacity.unlimited());

    StoreReply reply = take(ALICE, 1_000, unlimited, daily(5_000));

    assertThat(limit(reply, 0).used()).isZero();
    assertThat(limit(reply, 0).availability()).isEqualTo(Availability.now());
    assertThat(limit(reply, 0).resetAtMillis()).isEmpty();
  }

  @Test
  void thePeakStartsAgainWhenTheLimitWasFull() {
    take(ALICE, 8, BURST);
    clock.advance(Duration.ofSeconds(47));
    assertThat(limit(take(ALICE, 1, BURST), 0).peakBefore()).isEqualTo(8);
    clock.advance(Duration.ofMinutes(1));
    assertThat(limit(take(ALICE, 1, BURST), 0).peakBefore()).isZero();
  }

  @Test
  void keysThatDifferInOnePartAreCountedApart() {
    take(ALICE, 10, BURST);

    for (Key other :
        List.of(
            BOB,
            IMAGES,
            new Key("user", "address", "alice", "chat"),
            new Key("org", "user", "alice", "chat"))) {
      assertThat(look(other, BURST).used()).as(other.toString()).isZero();
    }
  }

  @Test
  @Timeout(value = 2, unit = TimeUnit.HOURS) // a soak runs thousands of them
  void agreesWithTheModelOnRandomTraces() {
    long steps = 0;
    long first = traceSeed();
    for (long seed = first; seed < first + traces(); seed++) {
      ManualClock time = new ManualClock(Instant.EPOCH);
      try (QuotaStore fresh = open(time)) {
        steps += new StoreTrace(seed, fresh, time).run(1_000);
      }
    }
    assertThat(steps).isGreaterThan(traces() * 500L);
  }

  @Test
  void manyThreadsOnOneKeyGetExactlyTheCapacity() throws Exception {
    AtomicLong granted = new AtomicLong();
    AtomicLong crossed = new AtomicLong();

    Race.run(
        8,
        thread -> {
          for (int i = 0; i < 100; i++) {
            StoreReply reply = take(ALICE, 1, daily(500));
            if (isDone(reply)) {
              granted.incrementAndGet();
            }
            LimitResult result = limit(reply, 0);
            if (result.peakBefore() < 400 && 400 <= result.peakAfter()) {
              crossed.incrementAndGet();
            }
          }
        });

    assertThat(granted).hasValue(500);
    assertThat(crossed).hasValue(1);
    assertThat(look(ALICE, daily(500)).used()).isEqualTo(500);
  }

  @Test
  void manyThreadsOverOverlappingKeysNeverLeakOrDeadlock() throws Exception {
    List<Key> keys =
        LongStream.range(0, 6)
            .mapToObj(i -> new Key("user", "user", "k" + i, "q" + i % 3))
            .toList();
    AtomicLong[] taken = new AtomicLong[keys.size()];
    for (int i = 0; i < taken.length; i++) {
      taken[i] = new AtomicLong();
    }

    Race.run(
        8,
        thread -> {
          SplittableRandom random = new SplittableRandom(thread);
          for (int i = 0; i < 150; i++) {
            List<Key> chosen = some(keys, random);
            Entry[] entries =
                chosen.stream().map(key -> entry(key, 1, daily(200))).toArray(Entry[]::new);
            StoreReply reply = take(entries);
            if (isDone(reply)) {
              chosen.forEach(key -> taken[keys.indexOf(key)].incrementAndGet());
            }
          }
        });

    for (int i = 0; i < taken.length; i++) {
      assertThat(look(keys.get(i), daily(200)).used()).isEqualTo(taken[i].get()).isLessThan(201);
    }
  }

  /** Returns one to three of the keys, in any order. */
  private static List<Key> some(List<Key> keys, SplittableRandom random) {
    List<Key> shuffled = new ArrayList<>(keys);
    Collections.shuffle(shuffled, new Random(random.nextLong()));
    return shuffled.subList(0, random.nextInt(1, 4));
  }
}
