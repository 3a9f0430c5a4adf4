package dev.quota.storetests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.spi.Hold;
import dev.quota.spi.Key;
import dev.quota.spi.LimitResult;
import dev.quota.spi.LimitSpec;
import dev.quota.spi.OnShort;
import dev.quota.spi.StoreReply;
import dev.quota.store.StoreCapability;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The rules of {@link StoreCapability#REFUNDS}: a charge is set to another total. */
public abstract class RefundsContract extends StoreContract {

  /** Creates the suite. */
  protected RefundsContract() {
    super(StoreCapability.REFUNDS);
  }

  @Test
  void exactlyOneTakeCrossesAThresholdAndARefundDoesNotRepeatIt() {
    int crossings = 0;
    for (int i = 0; i < 60; i++) {
      StoreReply reply = take(ALICE, 1, DAILY);
      LimitResult result = limit(reply, 0);
      crossings += result.peakBefore() < 40 && 40 <= result.peakAfter() ? 1 : 0;
      if (isDone(reply) && i % 3 == 0) {
        settle(hold(reply, ALICE, 1, DAILY), 0);
      }
    }
    assertThat(crossings).isEqualTo(1);
    assertThat(look(ALICE, DAILY).used()).isBetween(30L, 50L);
  }

  @Test
  void aRefundReturnsToItsWindow() {
    StoreReply taken = take(ALICE, 10, BURST, DAILY);

    settle(hold(taken, ALICE, 10, BURST, DAILY), 0);

    assertThat(look(ALICE, BURST).used()).isZero();
    assertThat(look(ALICE, DAILY).used()).isZero();
    assertThat(isDone(take(ALICE, 10, BURST, DAILY))).isTrue();
  }

  @Test
  void aRefundIsDroppedOnceItsWindowHasEnded() {
    StoreReply taken = take(ALICE, 30, DAILY);
    clock.advance(Duration.ofDays(1));
    take(ALICE, 20, DAILY);

    settle(hold(taken, ALICE, 30, DAILY), 0);

    assertThat(look(ALICE, DAILY).used()).isEqualTo(20);
  }

  @Test
  void onlyWhatHasNotDrainedComesBack() {
    StoreReply taken = take(ALICE, 10, BURST);
    clock.advance(Duration.ofSeconds(36));
    take(ALICE, 6, BURST);

    settle(hold(taken, ALICE, 10, BURST), 0);

    assertThat(look(ALICE, BURST).used()).as("6 of the 10 had drained").isEqualTo(6);
  }

  @Test
  void nothingComesBackOfAChargeThatHasDrained() {
    StoreReply taken = take(ALICE, 2, BURST);
    take(ALICE, 8, BURST);
    clock.advance(Duration.ofSeconds(12));

    settle(hold(taken, ALICE, 2, BURST), 0);

    assertThat(look(ALICE, BURST).used()).isEqualTo(8);
  }

  @Test
  void refundsInAnyOrderNeverGrantTwice() {
    SplittableRandom random = new SplittableRandom(7);
    for (int round = 0; round < 300; round++) {
      Key key = new Key("user", "user", "r" + round, "chat");
      Key withoutThem = new Key("user", "user", "w" + round, "chat");
      List<Hold> holds = new ArrayList<>();
      for (int i = 0; i < 30; i++) {
        clock.advanceMillis(random.nextLong(4_000));
        long units = random.nextLong(1, 4);
        if (random.nextBoolean()) {
          StoreReply taken = take(key, units, BURST);
          if (isDone(taken)) {
            holds.add(hold(taken, key, units, BURST));
          }
        } else if (isDone(take(key, units, BURST))) {
          take(entry(withoutThem, units, units, OnShort.EXCEED, BURST));
        }
        if (!holds.isEmpty() && random.nextInt(3) == 0) {
          settle(holds.remove(random.nextInt(holds.size())), 0);
        }
      }
      holds.forEach(hold -> settle(hold, 0));
      assertThat(look(key, BURST).used())
          .as("round %d: used at least what the charges that stayed would have", round)
          .isGreaterThanOrEqualTo(look(withoutThem, BURST).used());
    }
  }

  @Test
  void nothingComesBackAtARaisedRate() {
    LimitSpec raised = rolling("burst", 100, Duration.ofMinutes(1));
    StoreReply taken = take(ALICE, 5, BURST);
    take(ALICE, 1, raised);
    clock.advance(Duration.ofSeconds(3));
    take(ALICE, 5, raised);

    settle(hold(taken, ALICE, 5, BURST), 0);

    assertThat(look(ALICE, raised).used()).isEqualTo(6);
  }

  @Test
  void extraUseIsChargedToTheCurrentWindow() {
    StoreReply taken = take(ALICE, 3, BURST, DAILY);
    clock.advance(Duration.ofDays(2));

    settle(hold(taken, ALICE, 3, BURST, DAILY), 8);

    assertThat(look(ALICE, BURST).used()).isEqualTo(5);
    assertThat(look(ALICE, DAILY).used()).isEqualTo(5);
    assertThat(look(ALICE, DAILY).resetAtMillis())
        .hasValue(Instant.parse("2026-11-26T00:00:00Z").toEpochMilli());
  }

  @Test
  void extraUseMayPassTheCapacity() {
    StoreReply taken = take(ALICE, 10, BURST);

    settle(hold(taken, ALICE, 10, BURST), 14);

    assertThat(look(ALICE, BURST).used()).isEqualTo(14);
  }
}
