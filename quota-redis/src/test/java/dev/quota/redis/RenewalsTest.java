package dev.quota.redis;

import static dev.quota.redis.Charges.ALICE;
import static dev.quota.redis.Charges.BOB;
import static dev.quota.redis.Charges.daily;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quota.spi.EntryResult;
import dev.quota.spi.Hold;
import dev.quota.spi.Key;
import dev.quota.spi.Operation;
import dev.quota.spi.StoreReply;
import dev.quota.store.QuotaStoreException;
import dev.quota.store.QuotaStoreException.Applied;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Renewals in few calls, and what becomes of the others when one of them fails. */
final class RenewalsTest {

  private final List<List<Hold>> sent = new ArrayList<>();

  private static Hold hold(Key key, int number) {
    Optional<Operation> operation =
        Optional.of(Operation.reservation("r" + number, Duration.ofMinutes(5)));
    return new Hold(key, List.of(daily(50)), List.of(0L), 1, operation);
  }

  private static List<Hold> holds(int count) {
    return IntStream.range(0, count).mapToObj(i -> hold(ALICE, i)).toList();
  }

  /** Answers that every second hold is gone. */
  private CompletableFuture<byte[]> answer(List<Hold> holds) {
    sent.add(holds);
    Packing packing = new Packing(11 + holds.size()).octet(0).number(7).octet(0).octet(0);
    for (int i = 0; i < holds.size(); i++) {
      packing.octet(i % 2);
    }
    return CompletableFuture.completedFuture(packing.bytes());
  }

  private CompletableFuture<byte[]> fail(List<Hold> holds) {
    sent.add(holds);
    return CompletableFuture.failedFuture(
        new QuotaStoreException("that master is away", Applied.NO, null));
  }

  @Test
  void aHundredTravelTogether() {
    Renewals renewals = new Renewals(holds(250), List.of(List.of()), this::answer);
    assertThat(renewals.calls()).isEqualTo(3);

    StoreReply reply = renewals.start().join();

    assertThat(sent).extracting(List::size).containsExactly(100, 100, 50);
    assertThat(reply.outcome()).isEqualTo(StoreReply.Outcome.DONE);
    assertThat(reply.entries()).hasSize(250);
    assertThat(reply.entries().subList(0, 3))
        .extracting(EntryResult::gone)
        .containsExactly(false, true, false);
  }

  @Test
  void resultsStandWhereTheirHoldsDoHoweverSlotsAreMixed() {
    List<Hold> mixed = List.of(hold(ALICE, 1), hold(BOB, 2), hold(ALICE, 3), hold(BOB, 4));
    List<List<Integer>> slots = List.of(List.of(0, 2), List.of(1, 3));

    StoreReply reply = new Renewals(mixed, slots, this::answer).start().join();

    assertThat(reply.entries())
        .extracting(EntryResult::gone)
        .containsExactly(false, false, true, true);
  }

  @Test
  void aMasterThatIsAwayKeepsNoOtherFromRenewing() {
    List<Hold> mixed = List.of(hold(ALICE, 1), hold(BOB, 2));
    CompletableFuture<StoreReply> reply =
        new Renewals(
                mixed,
                List.of(List.of(0), List.of(1)),
                some -> some.get(0).key().equals(ALICE) ? fail(some) : answer(some))
            .start();

    assertThat(sent).hasSize(2);
    assertThatThrownBy(reply::join)
        .isInstanceOf(CompletionException.class)
        .cause()
        .isInstanceOfSatisfying(
            QuotaStoreException.class,
            failure -> assertThat(failure.applied()).isEqualTo(Applied.UNKNOWN))
        .hasMessage("that master is away");
  }

  @Test
  void whereNoneIsRenewedTheFailureSaysSo() {
    CompletableFuture<StoreReply> reply =
        new Renewals(holds(3), List.of(List.of()), this::fail).start();

    assertThatThrownBy(reply::join)
        .cause()
        .isInstanceOfSatisfying(
            QuotaStoreException.class,
            failure -> assertThat(failure.applied()).isEqualTo(Applied.NO));
  }
}
