package dev.quota.redis;

import dev.quota.spi.EntryResult;
import dev.quota.spi.StoreReply;
import dev.quota.store.Accuracy;
import dev.quota.store.QuotaStoreException;
import dev.quota.store.QuotaStoreException.Applied;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * Sends the parts of a command to their slots at the same time, and combines the replies in the
 * order of the command. Used once.
 */
final class SlotReplies {

  private static final EntryResult NOTHING = new EntryResult(0, List.of());

  private final List<List<Integer>> slots;
  private final List<CompletableFuture<StoreReply>> parts;

  private SlotReplies(List<List<Integer>> slots, List<CompletableFuture<StoreReply>> parts) {
    this.slots = slots;
    this.parts = parts;
  }

  /**
   * Sends the parts.
   *
   * @param slots the positions of values by slot
   * @param sending sends the values at some positions
   * @return the whole reply, or the failure of one part
   */
  static CompletableFuture<StoreReply> of(
      List<List<Integer>> slots, Function<List<Integer>, CompletableFuture<StoreReply>> sending) {
    SlotReplies replies = new SlotReplies(slots, slots.stream().map(sending).toList());
    return CompletableFuture.allOf(replies.parts.toArray(CompletableFuture[]::new))
        .handle((all, failure) -> replies.together());
  }

  private StoreReply together() {
    List<EntryResult> results = new ArrayList<>();
    slots.forEach(slot -> results.addAll(Collections.nCopies(slot.size(), NOTHING)));
    boolean allGone = true;
    for (int i = 0; i < parts.size(); i++) {
      StoreReply part = reply(parts.get(i));
      allGone &= part.outcome() == StoreReply.Outcome.GONE;
      for (int j = 0; j < part.entries().size(); j++) {
        results.set(slots.get(i).get(j), part.entries().get(j));
      }
    }
    return new StoreReply(
        allGone ? StoreReply.Outcome.GONE : StoreReply.Outcome.DONE,
        Completed.value(parts.get(0)).now(),
        Accuracy.EXACT,
        results);
  }

  /**
   * Returns a reply. If a part failed after others were executed, the failure says that the command
   * may have been applied.
   */
  private StoreReply reply(CompletableFuture<StoreReply> part) {
    if (!part.isCompletedExceptionally()) {
      return Completed.value(part);
    }
    boolean someDone = parts.stream().anyMatch(other -> !other.isCompletedExceptionally());
    Throwable cause = Completed.failure(part);
    if (cause instanceof QuotaStoreException known) {
      throw RedisFailure.again(known, someDone ? Applied.UNKNOWN : known.applied());
    }
    throw RedisFailure.of(cause).exception(cause);
  }
}
