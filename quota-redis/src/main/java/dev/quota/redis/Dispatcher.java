package dev.quota.redis;

import dev.quota.Accuracy;
import dev.quota.spi.Change;
import dev.quota.spi.Entry;
import dev.quota.spi.EntryResult;
import dev.quota.spi.LimitSpec;
import dev.quota.spi.QuotaStoreException;
import dev.quota.spi.QuotaStoreException.Applied;
import dev.quota.spi.StoreCommand;
import dev.quota.spi.StoreReply;
import dev.quota.spi.Window;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** Turns commands into calls of scripts. Safe for use by several threads; never blocks. */
final class Dispatcher {

  private static final EntryResult NOTHING = new EntryResult(0, List.of());
  private static final List<List<Integer>> TOGETHER = List.of(List.of());

  private final Wire wire;
  private final Lanes lanes;
  private final RedisKeys redisKeys;
  private final Shards shards;
  private final Script adjust;
  private final Script reset;
  private final GiveBacks giveBacks;
  private final boolean hasSlots;
  private final long budgetNanos;
  private final int maxCalls;
  private final AtomicInteger calls = new AtomicInteger();

  Dispatcher(Wire wire, Shards shards, RedisKeys redisKeys, RedisQuotaStore.Builder settings) {
    this.wire = wire;
    this.shards = shards;
    this.redisKeys = redisKeys;
    budgetNanos = settings.timeBudget.toNanos();
    lanes = new Lanes(wire, budgetNanos / 10, settings.combining);
    maxCalls = settings.maxCallsInFlight;
    adjust = AdjustScript.adjust(wire.clock());
    reset = AdjustScript.reset(wire.clock());
    hasSlots = shards instanceof ClusterShards;
    giveBacks =
        new GiveBacks(changes -> asked(adjustment(changes), System.nanoTime() + budgetNanos));
  }

  /** Returns how many callers wait at the moment. */
  int calls() {
    return calls.get();
  }

  /** Returns how many charges over several masters failed and could not be given back. */
  long undelivered() {
    return giveBacks.undelivered();
  }

  /**
   * Sends a command.
   *
   * @throws QuotaStoreException if Redis is not even asked
   */
  Pending<?> send(StoreCommand command) {
    return send(command, System.nanoTime() + budgetNanos);
  }

  /**
   * Sends a command that has a time of its own.
   *
   * @throws QuotaStoreException if Redis is not even asked
   */
  Pending<?> send(StoreCommand command, long giveUpNanos) {
    if (command instanceof StoreCommand.Take take) {
      requireNone(take.operation().isPresent());
      return take(take.entries(), giveUpNanos);
    }
    if (command instanceof StoreCommand.Peek peek) {
      requireNone(peek.entries());
      return peek(peek.entries(), giveUpNanos);
    }
    if (command instanceof StoreCommand.Settle settle) {
      settle.changes().forEach(change -> requireNone(change.hold().operation().isPresent()));
      return settle(settle.changes(), giveUpNanos);
    }
    if (command instanceof StoreCommand.Reset forgotten) {
      String name = redisKeys.name(forgotten.key());
      return counted(
          () -> {
            Asking asking = ask(new Bare(reset, List.of(name)), giveUpNanos);
            return new Pending<>(asking, reply -> done(reply, 1), asking::leave, giveUpNanos);
          });
    }
    throw unsupported("grants");
  }

  private static void requireNone(boolean operation) {
    if (operation) {
      throw unsupported("remembered operations");
    }
  }

  private static void requireNone(List<Entry> entries) {
    for (Entry entry : entries) {
      for (LimitSpec limit : entry.limits()) {
        if (limit.window() instanceof Window.Concurrent) {
          throw unsupported("limits on how many at once");
        }
      }
    }
  }

  private static UnsupportedOperationException unsupported(String what) {
    return new UnsupportedOperationException(
        "the Redis store does not support " + what + " yet; nothing was changed");
  }

  /** A question that needs no argument. */
  private record Bare(Script script, List<Object> keys) implements Question {

    private static final byte[] NONE = {};

    @Override
    public byte[] pack(long fromMillis, long tillMillis) {
      return NONE;
    }
  }

  /** Starts something for one caller. */
  private interface Start<T> {
    Pending<T> start();
  }

  /** Counts a caller in, and out again when it was answered or does not wait any more. */
  private <T> Pending<T> counted(Start<T> command) {
    if (calls.incrementAndGet() > maxCalls) {
      calls.decrementAndGet();
      throw new QuotaStoreException(
          maxCalls + " calls wait for Redis already; this one was not sent", Applied.NO, null);
    }
    Pending<T> pending;
    try {
      pending = command.start();
    } catch (RuntimeException e) {
      calls.decrementAndGet();
      throw e;
    }
    CompletableFuture<T> unused =
        pending.future().whenComplete((result, failure) -> calls.decrementAndGet());
    return pending;
  }

  private Pending<?> take(List<Entry> entries, long giveUpNanos) {
    List<List<Integer>> groups = groups(entries, entry -> redisKeys.name(entry.key()));
    if (groups.size() == 1) {
      return counted(() -> decide(TakeCall.of(entries, false, redisKeys), giveUpNanos));
    }
    MultiSlotTake take =
        new MultiSlotTake(
            entries,
            SlotGroups.narrowFirst(groups, entries, entry -> entry.key().scope()),
            (some, peek) -> decided(some, peek, giveUpNanos),
            giveBacks);
    return counted(() -> whole(take.start(), giveUpNanos));
  }

  private Pending<?> peek(List<Entry> entries, long giveUpNanos) {
    List<List<Integer>> groups = groups(entries, entry -> redisKeys.name(entry.key()));
    if (groups.size() == 1) {
      return counted(() -> decide(TakeCall.of(entries, true, redisKeys), giveUpNanos));
    }
    return counted(
        () ->
            whole(
                together(groups, group -> decided(picked(entries, group), true, giveUpNanos)),
                giveUpNanos));
  }

  private Pending<?> settle(List<Change> changes, long giveUpNanos) {
    List<List<Integer>> groups = groups(changes, change -> redisKeys.name(change.hold().key()));
    if (groups.size() == 1) {
      return counted(
          () -> {
            Asking asking = ask(adjustment(changes), giveUpNanos);
            return new Pending<>(
                asking, reply -> done(reply, changes.size()), asking::leave, giveUpNanos);
          });
    }
    return counted(
        () ->
            whole(
                together(
                    groups,
                    group ->
                        asked(adjustment(picked(changes, group)), giveUpNanos)
                            .thenApply(reply -> done(reply, group.size()))),
                giveUpNanos));
  }

  /** Returns the positions of values by slot; one group, left empty, if one call reaches all. */
  private <T> List<List<Integer>> groups(List<T> values, Function<T, String> keyName) {
    return hasSlots && values.size() > 1 ? SlotGroups.of(values, keyName) : TOGETHER;
  }

  private static <T> List<T> picked(List<T> values, List<Integer> positions) {
    return positions.stream().map(values::get).toList();
  }

  /** Wraps what is made of several replies. */
  private static Pending<StoreReply> whole(CompletableFuture<StoreReply> future, long giveUpNanos) {
    // A copy: who does not wait any more cancels it, and what is under way has to be ended all the
    // same, with what it took given back.
    return new Pending<>(future.copy(), Function.identity(), () -> Applied.UNKNOWN, giveUpNanos);
  }

  /** Sends a part for each group at once and puts the results together in their order. */
  private static CompletableFuture<StoreReply> together(
      List<List<Integer>> groups, Function<List<Integer>, CompletableFuture<StoreReply>> part) {
    List<CompletableFuture<StoreReply>> parts = groups.stream().map(part).toList();
    return CompletableFuture.allOf(parts.toArray(CompletableFuture[]::new))
        .handle(
            (all, failure) -> {
              List<EntryResult> results = new ArrayList<>();
              groups.forEach(group -> results.addAll(Collections.nCopies(group.size(), NOTHING)));
              for (int i = 0; i < parts.size(); i++) {
                // One that failed although others were carried out fails all of them, unsurely.
                List<EntryResult> found = joined(parts.get(i), parts).entries();
                for (int j = 0; j < found.size(); j++) {
                  results.set(groups.get(i).get(j), found.get(j));
                }
              }
              return new StoreReply(
                  StoreReply.Outcome.DONE, parts.get(0).join().now(), Accuracy.EXACT, results);
            });
  }

  private static StoreReply joined(
      CompletableFuture<StoreReply> part, List<CompletableFuture<StoreReply>> all) {
    if (!part.isCompletedExceptionally()) {
      return part.join();
    }
    boolean someDone = all.stream().anyMatch(other -> !other.isCompletedExceptionally());
    Throwable cause = part.handle((reply, failure) -> Trouble.unwrapped(failure)).join();
    if (cause instanceof QuotaStoreException known) {
      throw new QuotaStoreException(
          String.valueOf(known.getMessage()), someDone ? Applied.UNKNOWN : known.applied(), known);
    }
    throw Trouble.of(cause).exception(cause);
  }

  private Pending<Seat.Answer> decide(TakeCall call, long giveUpNanos) {
    Shard shard = open(call.keys);
    Seat seat = new Seat(call, giveUpNanos);
    lanes.send(seat, shard);
    return new Pending<>(
        seat,
        answer -> TakeReply.read(call, answer.reply(), answer.index()),
        seat::leave,
        giveUpNanos);
  }

  /** Decides about entries of one slot, as a step of something larger. */
  private CompletableFuture<StoreReply> decided(
      List<Entry> entries, boolean peek, long giveUpNanos) {
    try {
      Pending<Seat.Answer> pending = decide(TakeCall.of(entries, peek, redisKeys), giveUpNanos);
      return pending.future().thenApply(pending.reading());
    } catch (QuotaStoreException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private Question adjustment(List<Change> changes) {
    return AdjustCall.of(changes, redisKeys, adjust);
  }

  private Asking ask(Question question, long giveUpNanos) {
    return Asking.start(wire, question, open(question.keys()), giveUpNanos);
  }

  /** Asks as a step of something larger. */
  private CompletableFuture<byte[]> asked(Question question, long giveUpNanos) {
    try {
      return ask(question, giveUpNanos);
    } catch (QuotaStoreException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private Shard open(List<Object> keys) {
    Shard shard = shards.of(keys.get(0).toString());
    Breaker.Outage outage = shard.breaker().outage();
    if (outage != null) {
      throw new QuotaStoreException(
          "Redis is not asked at the moment: " + outage.reason(), Applied.NO, null);
    }
    return shard;
  }

  private static StoreReply done(byte[] reply, int results) {
    return new StoreReply(
        StoreReply.Outcome.DONE,
        Instant.ofEpochMilli(ReplyTime.millis(reply)),
        Accuracy.EXACT,
        Collections.nCopies(results, NOTHING));
  }
}
