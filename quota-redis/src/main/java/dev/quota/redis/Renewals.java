package dev.quota.redis;

import dev.quota.spi.EntryResult;
import dev.quota.spi.Hold;
import dev.quota.spi.StoreReply;
import dev.quota.store.Accuracy;
import dev.quota.store.QuotaStoreException;
import dev.quota.store.QuotaStoreException.Applied;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Renews many holds in few calls, one after the other, so that no other call waits for long. The
 * calls after a failed one are still sent, because leases must not wait for a master that is away.
 * Used once.
 */
final class Renewals {

  private final Function<List<Hold>, CompletableFuture<byte[]>> sending;
  private final List<Hold> holds;
  private final List<List<Integer>> chunks;
  private final EntryResult[] results;
  private Instant now = Instant.EPOCH;
  private boolean anyDone;
  private @Nullable Throwable failure;

  /**
   * Creates it.
   *
   * @param slots the positions of the holds of each slot; one empty group if one call can reach all
   * @param sending sends some holds
   */
  Renewals(
      List<Hold> holds,
      List<List<Integer>> slots,
      Function<List<Hold>, CompletableFuture<byte[]>> sending) {
    this.holds = holds;
    this.sending = sending;
    results = new EntryResult[holds.size()];
    chunks = new ArrayList<>();
    for (List<Integer> slot : slots) {
      List<Integer> positions = slot.isEmpty() ? all(holds.size()) : slot;
      for (int from = 0; from < positions.size(); from += RenewCall.MAX_HOLDS) {
        int to = Math.min(from + RenewCall.MAX_HOLDS, positions.size());
        chunks.add(positions.subList(from, to));
      }
    }
  }

  private static List<Integer> all(int count) {
    List<Integer> positions = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      positions.add(i);
    }
    return positions;
  }

  /** Returns how many calls it takes. */
  int calls() {
    return chunks.size();
  }

  CompletableFuture<StoreReply> start() {
    CompletableFuture<Void> done = CompletableFuture.completedFuture(null);
    for (List<Integer> chunk : chunks) {
      done = done.thenCompose(before -> send(chunk));
    }
    return done.thenApply(ready -> reply());
  }

  private CompletableFuture<Void> send(List<Integer> chunk) {
    return sending
        .apply(chunk.stream().map(holds::get).toList())
        .handle(
            (reply, problem) -> {
              if (problem == null) {
                note(chunk, RenewCall.read(reply));
              } else if (failure == null) {
                failure = RedisFailure.unwrapped(problem);
              }
              return null;
            });
  }

  private void note(List<Integer> chunk, StoreReply reply) {
    anyDone = true;
    now = reply.now();
    for (int i = 0; i < chunk.size(); i++) {
      results[chunk.get(i)] = reply.entries().get(i);
    }
  }

  private StoreReply reply() {
    Throwable problem = failure;
    if (problem != null) {
      QuotaStoreException known =
          problem instanceof QuotaStoreException told
              ? told
              : RedisFailure.of(problem).exception(problem);
      throw anyDone
          ? new QuotaStoreException(String.valueOf(known.getMessage()), Applied.UNKNOWN, known)
          : known;
    }
    boolean allGone = Arrays.stream(results).allMatch(EntryResult::gone);
    return new StoreReply(
        allGone ? StoreReply.Outcome.GONE : StoreReply.Outcome.DONE,
        now,
        Accuracy.EXACT,
        Arrays.asList(results));
  }
}
