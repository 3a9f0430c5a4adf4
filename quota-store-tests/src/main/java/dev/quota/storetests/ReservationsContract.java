package dev.quota.storetests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.spi.Entry;
import dev.quota.spi.EntryResult;
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
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The rules of {@link StoreCapability#RESERVATIONS}: estimates are taken, in part if need be,
 * remembered, shown as reserved, renewed, grown and settled.
 */
public abstract class ReservationsContract extends SettlementsContract {

  /** Creates the suite. */
  protected ReservationsContract() {
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

  /**
   * A store does not expire operations one by one. An operation ends together with the last one of
   * its interval.
   */
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
