package dev.quota.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quota.internal.memory.InMemoryQuotaStore;
import dev.quota.spi.Entry;
import dev.quota.spi.EntryResult;
import dev.quota.spi.OnShort;
import dev.quota.spi.QuotaStore;
import dev.quota.spi.StoreCommand;
import dev.quota.spi.StoreReply;
import dev.quota.spi.StoreReply.Outcome;
import dev.quota.store.Availability;
import dev.quota.store.QuotaStoreException;
import dev.quota.store.QuotaStoreException.Applied;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Takes over several slots, each of which is a step of its own, with the store in the process. */
final class MultiSlotTakeTest {

  /** What happens to one step. */
  private enum Step {
    GOES_WELL,
    NEVER_ARRIVES,
    IS_CARRIED_OUT_UNHEARD
  }

  private final QuotaStore counts = InMemoryQuotaStore.builder().build();
  private final Deque<Step> takes = new ArrayDeque<>();
  private final Deque<Step> returns = new ArrayDeque<>();
  private final List<String> sent = new ArrayList<>();
  private final Refunds refunds = new Refunds(this::settle);

  private final MonthlyUnits user = new MonthlyUnits("user", "ann", "chat", 10);
  private final MonthlyUnits org = new MonthlyUnits("org", "acme", "chat", 10);
  private final MonthlyUnits global = new MonthlyUnits("global", "all", "chat", 10);
  private final MonthlyUnits images = new MonthlyUnits("user", "ann", "images", 10);

  private CompletableFuture<StoreReply> send(List<Entry> entries, boolean peek) {
    sent.add((peek ? "peek " : "take ") + entries.get(0).key().scope());
    return carriedOut(
        peek ? new ArrayDeque<>() : takes,
        peek ? new StoreCommand.Peek(entries) : new StoreCommand.Take(entries, Optional.empty()));
  }

  private CompletableFuture<byte[]> settle(StoreCommand.Settle settle) {
    sent.add("refund " + settle.changes().get(0).hold().key().scope());
    return carriedOut(returns, settle).thenApply(reply -> new byte[0]);
  }

  private CompletableFuture<StoreReply> carriedOut(Deque<Step> steps, StoreCommand command) {
    return switch (steps.isEmpty() ? Step.GOES_WELL : steps.remove()) {
      case GOES_WELL -> CompletableFuture.completedFuture(counts.execute(command));
      case NEVER_ARRIVES ->
          CompletableFuture.failedFuture(new QuotaStoreException("refused", Applied.NO, null));
      case IS_CARRIED_OUT_UNHEARD -> {
        counts.execute(command);
        yield CompletableFuture.failedFuture(
            new QuotaStoreException("lost", Applied.UNKNOWN, null));
      }
    };
  }

  /** Takes entries whose slots are asked in their order, one each. */
  private StoreReply take(Entry... entries) {
    List<List<Integer>> groups = IntStream.range(0, entries.length).mapToObj(List::of).toList();
    return new MultiSlotTake(List.of(entries), Optional.empty(), groups, this::send, refunds)
        .start()
        .join();
  }

  private void assertUsed(long ofUser, long ofOrg, long ofGlobal) {
    assertThat(List.of(user.used(counts), org.used(counts), global.used(counts)))
        .as("used by user, org and global")
        .containsExactly(ofUser, ofOrg, ofGlobal);
  }

  private static List<Long> used(StoreReply reply) {
    return reply.entries().stream().map(entry -> entry.limits().get(0).used()).toList();
  }

  @Test
  void takesFromOneSlotAfterTheOther() {
    StoreReply reply = take(user.entry(3), org.entry(3), global.entry(3));
    assertThat(reply.outcome()).isEqualTo(Outcome.DONE);
    assertThat(reply.entries()).extracting(EntryResult::taken).containsExactly(3L, 3L, 3L);
    assertUsed(3, 3, 3);
    assertThat(sent).containsExactly("take user", "take org", "take global");
  }

  @Test
  void refundsEverythingWhenALaterSlotRefusesAndReportsWhatIsThenTrue() {
    counts.execute(global.take(8));
    StoreReply reply = take(user.entry(3), org.entry(3), global.entry(3));
    assertThat(reply.outcome()).isEqualTo(Outcome.REFUSED);
    assertThat(reply.entries()).extracting(EntryResult::taken).containsExactly(0L, 0L, 0L);
    assertThat(used(reply)).containsExactly(0L, 0L, 8L);
    assertThat(reply.entries().get(0).limits().get(0).availability()).isEqualTo(Availability.now());
    assertThat(reply.entries().get(2).limits().get(0).availability())
        .isInstanceOf(Availability.At.class);
    assertUsed(0, 0, 8);
    assertThat(refunds.undelivered()).isZero();
  }

  @Test
  void asksNoLaterSlotAfterARefusal() {
    counts.execute(user.take(10));
    assertThat(take(user.entry(1), org.entry(1)).outcome()).isEqualTo(Outcome.REFUSED);
    assertThat(sent).startsWith("take user").doesNotContain("take org");
  }

  private void assertFails(Applied applied) {
    assertThatThrownBy(() -> take(user.entry(3), org.entry(3), global.entry(3)))
        .isInstanceOf(CompletionException.class)
        .cause()
        .isInstanceOfSatisfying(
            QuotaStoreException.class, e -> assertThat(e.applied()).isEqualTo(applied));
  }

  @Test
  void changesNothingWhenTheFirstSlotIsNotReached() {
    takes.add(Step.NEVER_ARRIVES);
    assertFails(Applied.NO);
    assertUsed(0, 0, 0);
    assertThat(sent).containsExactly("take user");
  }

  @Test
  void refundsEverythingWhenALaterSlotIsNotReached() {
    takes.addAll(List.of(Step.GOES_WELL, Step.GOES_WELL, Step.NEVER_ARRIVES));
    // It will be as if nothing had happened, but nobody can say that it is so already.
    assertFails(Applied.UNKNOWN);
    assertUsed(0, 0, 0);
    assertThat(refunds.undelivered()).isZero();
  }

  @Test
  void refundsWhatIsCertainAndLeavesWhatIsNot() {
    takes.addAll(List.of(Step.GOES_WELL, Step.GOES_WELL, Step.IS_CARRIED_OUT_UNHEARD));
    assertFails(Applied.UNKNOWN);
    assertUsed(0, 0, 3);
  }

  @Test
  void countsWhatMayOrMayNotHaveBeenRefundedAndNeverDoesItTwice() {
    counts.execute(global.take(8));
    returns.addAll(List.of(Step.IS_CARRIED_OUT_UNHEARD, Step.GOES_WELL));
    counts.execute(user.take(3));
    assertThat(take(user.entry(3), org.entry(3), global.entry(3)).outcome())
        .isEqualTo(Outcome.REFUSED);
    assertUsed(3, 0, 8);
    assertThat(refunds.undelivered()).isEqualTo(1);
    assertThat(sent).filteredOn("refund user"::equals).hasSize(1);
  }

  @Test
  void triesAgainToRefundWhatDidNotArrive() {
    counts.execute(global.take(8));
    returns.add(Step.NEVER_ARRIVES);
    StoreReply reply = take(user.entry(3), global.entry(3));
    assertThat(used(reply)).as("true at that moment").containsExactly(3L, 8L);
    Eventually.within(Duration.ofSeconds(10), "it is refunded", () -> user.used(counts) == 0);
    assertThat(refunds.undelivered()).isZero();
  }

  @Test
  void takesOneAmountOfAQuotaInAllSlots() {
    counts.execute(user.take(4));
    counts.execute(org.take(8));
    StoreReply reply =
        take(
            user.entry(1, 9, OnShort.REFUSE_ALL),
            org.entry(1, 9, OnShort.REFUSE_ALL),
            global.entry(1, 9, OnShort.REFUSE_ALL));
    assertThat(reply.outcome()).isEqualTo(Outcome.DONE);
    assertThat(reply.entries()).extracting(EntryResult::taken).containsExactly(2L, 2L, 2L);
    assertThat(used(reply)).containsExactly(6L, 10L, 2L);
    assertUsed(6, 10, 2);
  }

  @Test
  void refusesWhereALaterSlotHasLessThanTheLeast() {
    counts.execute(org.take(8));
    StoreReply reply =
        take(user.entry(3, 9, OnShort.REFUSE_ALL), org.entry(3, 9, OnShort.REFUSE_ALL));
    assertThat(reply.outcome()).isEqualTo(Outcome.REFUSED);
    assertThat(used(reply)).containsExactly(0L, 8L);
    assertUsed(0, 8, 0);
  }

  @Test
  void skipsAQuotaThatIsShortInALaterSlotAndTakesTheOther() {
    counts.execute(org.take(10));
    StoreReply reply =
        take(user.entry(2, 2, OnShort.SKIP), images.entry(5), org.entry(2, 2, OnShort.SKIP));
    assertThat(reply.outcome()).isEqualTo(Outcome.DONE);
    assertThat(reply.entries()).extracting(EntryResult::taken).containsExactly(0L, 5L, 0L);
    assertThat(used(reply)).containsExactly(0L, 5L, 10L);
    assertUsed(0, 10, 0);
    assertThat(images.used(counts)).isEqualTo(5);
  }

  @Test
  void goesBeyondTheCapacityWhereThatIsOnlyObserved() {
    counts.execute(org.take(10));
    StoreReply reply =
        take(user.entry(2, 2, OnShort.EXCEED), org.entry(2, 2, OnShort.EXCEED), global.entry(2));
    assertThat(reply.outcome()).isEqualTo(Outcome.DONE);
    assertThat(reply.entries()).extracting(EntryResult::taken).containsExactly(2L, 2L, 2L);
    assertUsed(2, 12, 2);
  }
}
