package dev.quota.storetests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.policy.Capacity;
import dev.quota.policy.Window;
import dev.quota.spi.LimitResult;
import dev.quota.spi.LimitSpec;
import dev.quota.spi.OnShort;
import dev.quota.spi.StoreReply;
import dev.quota.store.Availability;
import dev.quota.store.StoreCapability;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** The rules of {@link StoreCapability#SLIDING}: what is used in any period fits the capacity. */
public abstract class SlidingContract extends SlidingOperationsContract {

  /** Creates the suite. */
  protected SlidingContract() {}

  @Test
  void neverMoreThanTheCapacityIsUsedInAnyPeriod() {
    SplittableRandom random = new SplittableRandom(11);
    TreeMap<Long, Long> granted = new TreeMap<>();
    long refused = 0;
    for (int i = 0; i < 3_000; i++) {
      clock.advanceMillis(random.nextInt(3) == 0 ? 0 : random.nextLong(4 * SLOT));
      long units = random.nextLong(1, 4);
      StoreReply reply = take(ALICE, units, LAST_DAY);
      if (isDone(reply)) {
        granted.merge(now(), units, Long::sum);
      } else {
        refused++;
        if (random.nextBoolean()) {
          clock.set(freeAt(reply));
        }
      }
      long used =
          granted.tailMap(now() - PERIOD.toMillis(), false).values().stream()
              .mapToLong(it -> it)
              .sum();
      assertThat(used).as("used in 24 hours").isLessThanOrEqualTo(10);
      assertThat(look(ALICE, LAST_DAY).used())
          .as("counted, which may be late but never early")
          .isGreaterThanOrEqualTo(used);
    }
    assertThat(refused).isPositive();
  }

  @Test
  void aUnitComesBackOnePeriodAfterItWasUsed() {
    take(ALICE, 10, LAST_DAY);
    clock.advance(PERIOD.minusMillis(1));
    StoreReply early = take(ALICE, 1, LAST_DAY);
    assertThat(isDone(early)).isFalse();
    assertThat(freeAt(early)).isEqualTo(now() + 1);

    clock.advanceMillis(1);

    assertThat(isDone(take(ALICE, 10, LAST_DAY))).isTrue();
  }

  @Test
  void unitsOfOneSlotComeBackTogetherAfterTheLastOfThem() {
    toStartOfSlot();
    long first = now();
    take(ALICE, 6, LAST_DAY);
    clock.set(first + SLOT - 1);
    take(ALICE, 4, LAST_DAY);

    clock.set(first + SLOT - 2 + PERIOD.toMillis());
    assertThat(look(ALICE, LAST_DAY).used()).as("late by less than a slot").isEqualTo(10);

    clock.advanceMillis(1);
    assertThat(look(ALICE, LAST_DAY).used()).isZero();
  }

  @Test
  void eachSlotComesBackByItself() {
    toStartOfSlot();
    long first = now();
    LimitSpec large = sliding(1_000);
    for (int i = 0; i < 100; i++) {
      clock.set(first + i * SLOT);
      take(ALICE, 10, large);
    }
    assertThat(look(ALICE, large).used()).isEqualTo(1_000);
    for (int i = 0; i < 100; i++) {
      clock.set(first + i * SLOT + PERIOD.toMillis() - 1);
      assertThat(look(ALICE, large).used()).isEqualTo(1_000 - i * 10L);
      clock.advanceMillis(1);
      assertThat(look(ALICE, large).used()).isEqualTo(990 - i * 10L);
    }
  }

  @Test
  void aRefusalSaysWhenThereIsRoomForAnyCost() {
    for (int i = 0; i < 5; i++) {
      take(ALICE, 2, LAST_DAY);
      clock.advance(Duration.ofHours(1));
    }
    long first = now() - Duration.ofHours(5).toMillis() + PERIOD.toMillis();
    for (long cost = 1; cost <= 10; cost++) {
      long wait = (cost - 1) / 2 * Duration.ofHours(1).toMillis();
      assertThat(ask(ALICE, cost, LAST_DAY).availability())
          .as("cost %d", cost)
          .isEqualTo(new Availability.At(first + wait));
    }
    assertThat(ask(ALICE, 11, LAST_DAY).availability()).isEqualTo(Availability.never());
    assertThat(ask(ALICE, 0, LAST_DAY).availability()).isEqualTo(Availability.now());
  }

  @Test
  void itIsFullAgainWhenTheLastUnitComesBack() {
    assertThat(look(ALICE, LAST_DAY).resetAtMillis()).isEmpty();
    take(ALICE, 1, LAST_DAY);
    clock.advance(Duration.ofHours(3));
    take(ALICE, 1, LAST_DAY);

    assertThat(look(ALICE, LAST_DAY).resetAtMillis())
        .isEqualTo(OptionalLong.of(now() + PERIOD.toMillis()));
  }

  @Test
  void useBeyondTheCapacityComesBackInTheSameWay() {
    take(entry(ALICE, 25, 25, OnShort.EXCEED, LAST_DAY));
    LimitResult result = look(ALICE, LAST_DAY);
    assertThat(result.used()).isEqualTo(25);
    assertThat(result.availability()).isEqualTo(new Availability.At(now() + PERIOD.toMillis()));

    clock.advance(PERIOD);

    assertThat(look(ALICE, LAST_DAY).used()).isZero();
  }

  @Test
  void aThresholdIsCrossedAgainOnlyAfterTheLimitWasFull() {
    StoreReply reply = take(ALICE, 8, LAST_DAY);
    assertThat(first(reply).peakBefore()).isZero();
    assertThat(first(reply).peakAfter()).isEqualTo(8);
    clock.advance(Duration.ofHours(12));
    take(ALICE, 1, LAST_DAY);
    clock.advance(Duration.ofHours(12));
    assertThat(first(take(ALICE, 7, LAST_DAY)).peakBefore()).isEqualTo(9);

    clock.advance(PERIOD);
    assertThat(first(take(ALICE, 8, LAST_DAY)).peakBefore()).isZero();
  }

  @Test
  void aLimitWithAnotherPeriodOrKindIsNewAndAnotherCapacityIsNot() {
    take(ALICE, 10, LAST_DAY);

    assertStands(ALICE, sliding(15), 10, 0, 5);
    assertThat(look(ALICE, sliding(4)).used()).isEqualTo(10);
    assertStands(
        ALICE,
        new LimitSpec("day", new Window.Sliding(PERIOD.plusHours(1)), Capacity.of(10)),
        0,
        0,
        10);
    assertStands(ALICE, rolling("day", 10, PERIOD), 0, 0, 10);
    assertStands(ALICE, LAST_DAY, 10, 0, 0);
  }

  @Test
  void itIsKeptWhileAnotherVersionOfThePolicyIsInUse() {
    take(ALICE, 7, LAST_DAY, BURST);
    take(ALICE, 1, DAILY, BURST);
    clock.advance(Duration.ofHours(23));
    take(ALICE, 1, DAILY);

    assertThat(look(ALICE, LAST_DAY).used()).isEqualTo(7);
    clock.advance(Duration.ofHours(1));
    assertThat(look(ALICE, LAST_DAY).used()).isZero();
  }

  @Test
  void severalLimitsAreDecidedTogether() {
    assertThat(isDone(take(ALICE, 10, LAST_DAY, BURST, DAILY))).isTrue();
    clock.advance(Duration.ofMinutes(1));
    assertThat(isDone(take(ALICE, 1, LAST_DAY, BURST, DAILY))).isFalse();
    assertThat(look(ALICE, BURST).used()).as("nothing was taken of the others").isZero();
    assertThat(isDone(take(ALICE, 1, BURST, DAILY))).isTrue();
  }

  @Test
  void aZeroCapacityRefusesAndAnUnlimitedOneDoesNot() {
    LimitSpec unlimited = new LimitSpec("day", new Window.Sliding(PERIOD), Capacity.unlimited());
    assertThat(first(take(ALICE, 1, sliding(0))).availability()).isEqualTo(Availability.never());
    assertThat(isDone(take(ALICE, 1_000_000, unlimited))).isTrue();
  }

  @Test
  void manyThreadsGetExactlyTheCapacity() throws Exception {
    AtomicLong granted = new AtomicLong();
    Race.run(
        8,
        thread -> {
          for (int i = 0; i < 50; i++) {
            granted.addAndGet(taken(take(ALICE, 1, sliding(200))));
          }
        });
    assertThat(granted).hasValue(200);
  }

  @Test
  void aSmallStepBackOfTheClockGivesNothingBack() {
    take(ALICE, 10, LAST_DAY);
    long full = now() + PERIOD.toMillis();
    clock.set(now() - 5_000);

    StoreReply refused = take(ALICE, 1, LAST_DAY);

    assertThat(freeAt(refused)).isEqualTo(full);
    clock.set(full - 1);
    assertThat(isDone(take(ALICE, 1, LAST_DAY))).isFalse();
    clock.set(full);
    assertThat(isDone(take(ALICE, 10, LAST_DAY))).isTrue();
  }

  @Test
  void afterALargeStepBackWhatWasUsedLaterCountsAsUsedNow() {
    take(ALICE, 3, LAST_DAY);
    clock.advance(Duration.ofDays(30));
    take(ALICE, 4, LAST_DAY);
    clock.advance(Duration.ofHours(2));
    take(ALICE, 6, LAST_DAY);
    clock.set(now() - Duration.ofDays(20).toMillis());

    StoreReply refused = take(ALICE, 1, LAST_DAY);

    assertThat(first(refused).used()).isEqualTo(10);
    assertThat(freeAt(refused)).isEqualTo(now() + PERIOD.toMillis());
    clock.set(freeAt(refused) - 1);
    assertThat(isDone(take(ALICE, 1, LAST_DAY))).isFalse();
    clock.set(freeAt(refused));
    assertThat(isDone(take(ALICE, 10, LAST_DAY))).isTrue();
  }
}
