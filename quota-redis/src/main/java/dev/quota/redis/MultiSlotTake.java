package dev.quota.redis;

import dev.quota.spi.Change;
import dev.quota.spi.Entry;
import dev.quota.spi.EntryResult;
import dev.quota.spi.Hold;
import dev.quota.spi.LimitResult;
import dev.quota.spi.Operation;
import dev.quota.spi.StoreCommand;
import dev.quota.spi.StoreReply;
import dev.quota.spi.StoreReply.Outcome;
import dev.quota.store.Accuracy;
import dev.quota.store.QuotaStoreException;
import dev.quota.store.QuotaStoreException.Applied;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * A take over several slots of a Cluster. It takes slot by slot, and refunds all of them if a later
 * slot refuses. Each step runs after the one before.
 *
 * <p>It never takes more than fits. While it runs, other calls may be refused because of units that
 * are refunded a moment later. So it can be too strict for a moment, but never too generous.
 */
final class MultiSlotTake {

  /** Sends a take or a peek whose keys share a slot. */
  interface Sending {
    CompletableFuture<StoreReply> send(List<Entry> entries, boolean peek);
  }

  private final List<Entry> entries;
  private final Optional<Operation> operation;
  private final List<List<Integer>> groups;
  private final Sending sending;
  private final Refunds refunds;

  /** The results by the entries' positions. */
  private final Map<Integer, EntryResult> results = new TreeMap<>();

  private final Map<Integer, Hold> holds = new TreeMap<>();

  /** The positions of entries that were refunded in part after their result was known. */
  private final List<Integer> outdated = new ArrayList<>();

  /** How much was taken of each quota in the slots so far. */
  private final Map<String, Long> amounts = new HashMap<>();

  private Instant now = Instant.EPOCH;
  private Outcome outcome = Outcome.DONE;

  MultiSlotTake(
      List<Entry> entries,
      Optional<Operation> operation,
      List<List<Integer>> groups,
      Sending sending,
      Refunds refunds) {
    this.entries = entries;
    this.operation = operation;
    this.groups = groups;
    this.sending = sending;
    this.refunds = refunds;
  }

  CompletableFuture<StoreReply> start() {
    return take(0)
        .handle(
            (reply, failure) -> {
              if (failure == null) {
                return reply;
              }
              List<Integer> held = List.copyOf(holds.keySet());
              // The caller gets the failure at once and does not wait for the refund.
              CompletableFuture<Void> unused = refund(held, 0);
              throw failed(RedisFailure.unwrapped(failure), !held.isEmpty());
            });
  }

  /** Returns the failure. It says "not applied" only if nothing was held that must be refunded. */
  private static QuotaStoreException failed(Throwable failure, boolean anyHeld) {
    QuotaStoreException known =
        failure instanceof QuotaStoreException told
            ? told
            : RedisFailure.of(failure).exception(failure);
    return anyHeld
        ? new QuotaStoreException(String.valueOf(known.getMessage()), Applied.UNKNOWN, known)
        : known;
  }

  private CompletableFuture<StoreReply> take(int group) {
    if (group == groups.size()) {
      return outdated.isEmpty() ? CompletableFuture.completedFuture(reply(outcome)) : restate();
    }
    List<Integer> positions = groups.get(group);
    List<Entry> asked = positions.stream().map(this::stillToTake).toList();
    return sending.send(asked, false).thenCompose(reply -> goOn(group, asked, reply));
  }

  /** Returns an entry with the amount that the other entries of its quota have taken. */
  private Entry stillToTake(int position) {
    Entry entry = entries.get(position);
    Long amount = amounts.get(entry.key().quota());
    return amount == null
        ? entry
        : new Entry(
            entry.key(),
            entry.limits(),
            Math.min(entry.atLeast(), amount),
            amount,
            entry.nextCost(),
            entry.onShort());
  }

  private CompletableFuture<StoreReply> goOn(int group, List<Entry> asked, StoreReply reply) {
    now = reply.now();
    if (reply.outcome() == Outcome.REFUSED) {
      return refund(List.copyOf(holds.keySet()), 0).thenCompose(done -> refused());
    }
    boolean repeated = reply.outcome() == Outcome.REPEATED;
    if (repeated) {
      outcome = Outcome.REPEATED;
    }
    List<Integer> positions = groups.get(group);
    List<CompletableFuture<Void>> trims = new ArrayList<>();
    for (int i = 0; i < positions.size(); i++) {
      trims.add(note(positions.get(i), asked.get(i), reply.entries().get(i), repeated));
    }
    return CompletableFuture.allOf(trims.toArray(CompletableFuture[]::new))
        .thenCompose(done -> take(group + 1));
  }

  /** Notes what was taken, and refunds what other entries of the quota took beyond that. */
  private CompletableFuture<Void> note(
      int position, Entry asked, EntryResult result, boolean repeated) {
    results.put(position, result);
    List<Integer> tooMuch = new ArrayList<>();
    for (Map.Entry<Integer, Hold> held : holds.entrySet()) {
      if (held.getValue().key().quota().equals(asked.key().quota())
          && held.getValue().units() > result.taken()) {
        tooMuch.add(held.getKey());
      }
    }
    amounts.put(asked.key().quota(), result.taken());
    // A repetition has taken nothing now, so its failure refunds nothing.
    if (result.taken() > 0 && !repeated) {
      Hold hold = Hold.of(asked, result, now.toEpochMilli());
      holds.put(
          position,
          new Hold(hold.key(), hold.limits(), hold.windowEndsMillis(), hold.units(), operation));
    }
    outdated.addAll(tooMuch);
    return refund(tooMuch, result.taken());
  }

  /** Reduces what is held for some entries to a number of units. */
  private CompletableFuture<Void> refund(List<Integer> positions, long kept) {
    List<CompletableFuture<Void>> sent = new ArrayList<>();
    for (int position : positions) {
      Hold hold = holds.remove(position);
      if (hold != null) {
        sent.add(refunds.send(new StoreCommand.Settle(List.of(new Change(hold, kept)), kept == 0)));
        if (kept > 0) {
          holds.put(
              position,
              new Hold(hold.key(), hold.limits(), hold.windowEndsMillis(), kept, operation));
        }
      }
    }
    return CompletableFuture.allOf(sent.toArray(CompletableFuture[]::new));
  }

  /** Reports all entries after everything was refunded. */
  private CompletableFuture<StoreReply> refused() {
    return look(
            groups,
            entry -> entry.cost() == 0 ? entry.nextCost() : entry.cost(),
            (position, seen) -> results.put(position, seen))
        .thenApply(done -> reply(Outcome.REFUSED));
  }

  /**
   * Reports again the entries that were refunded in part. Their peaks stay as they were reported.
   */
  private CompletableFuture<StoreReply> restate() {
    List<List<Integer>> each = outdated.stream().distinct().map(List::of).toList();
    return look(
            each,
            Entry::nextCost,
            (position, seen) -> {
              EntryResult before = results.get(position);
              long taken = amounts.getOrDefault(entries.get(position).key().quota(), 0L);
              results.put(position, before == null ? seen : merged(taken, before, seen));
            })
        .thenApply(done -> reply(outcome));
  }

  private static EntryResult merged(long taken, EntryResult before, EntryResult seen) {
    List<LimitResult> limits = new ArrayList<>();
    for (int i = 0; i < seen.limits().size(); i++) {
      LimitResult peaks = before.limits().get(i);
      LimitResult numbers = seen.limits().get(i);
      limits.add(
          new LimitResult(
              numbers.name(),
              numbers.availability(),
              numbers.used(),
              numbers.reserved(),
              numbers.granted(),
              peaks.peakBefore(),
              peaks.peakAfter(),
              numbers.resetAtMillis(),
              numbers.rolledOver()));
    }
    return new EntryResult(taken, limits);
  }

  /** The cost of a peek by position. */
  private interface Cost {
    long of(Entry entry);
  }

  /** Receives the results of a peek. */
  private interface Seen {
    void take(int position, EntryResult result);
  }

  private CompletableFuture<Void> look(List<List<Integer>> slots, Cost cost, Seen seen) {
    List<CompletableFuture<StoreReply>> looks = new ArrayList<>();
    for (List<Integer> positions : slots) {
      looks.add(
          sending.send(
              positions.stream().map(position -> at(entries.get(position), cost)).toList(), true));
    }
    return CompletableFuture.allOf(looks.toArray(CompletableFuture[]::new))
        .thenRun(
            () -> {
              for (int slot = 0; slot < slots.size(); slot++) {
                List<EntryResult> found = Completed.value(looks.get(slot)).entries();
                for (int i = 0; i < found.size(); i++) {
                  seen.take(slots.get(slot).get(i), found.get(i));
                }
              }
            });
  }

  private static Entry at(Entry entry, Cost cost) {
    long asked = cost.of(entry);
    return new Entry(entry.key(), entry.limits(), asked, asked, entry.nextCost(), entry.onShort());
  }

  private StoreReply reply(Outcome outcome) {
    return new StoreReply(outcome, now, Accuracy.EXACT, List.copyOf(results.values()));
  }
}
