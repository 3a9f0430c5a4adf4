package dev.quota.redis;

import dev.quota.spi.Change;
import dev.quota.spi.Entry;
import dev.quota.spi.Hold;
import dev.quota.spi.Operation;
import dev.quota.spi.StoreCommand;
import dev.quota.spi.StoreReply;
import dev.quota.store.QuotaStoreException;
import dev.quota.store.QuotaStoreException.Applied;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;

/** Turns commands into calls of scripts. Thread-safe; never blocks. */
final class Dispatcher {

  /** The purpose of a call. */
  private enum Asked {
    /** It changes counts. */
    TAKE,
    /** It only reads, as a step of a decision. */
    STEP,
    /** It only reads states. Such calls are refused before decisions are. */
    READ
  }

  private static final List<List<Integer>> TOGETHER = List.of(List.of());

  private final Wire wire;
  private final KeyQueues queues;
  private final RedisKeys redisKeys;
  private final Shards shards;
  private final Script operate;
  private final JoinedReads reads = new JoinedReads();
  private final ExtendedKeys extended = new ExtendedKeys();
  private final Refunds refunds;
  private final boolean hasSlots;
  private final TimeBudget budget;
  private final CallsInFlight inFlight;

  Dispatcher(Wire wire, Shards shards, RedisKeys redisKeys, RedisQuotaStoreBuilder settings) {
    this.wire = wire;
    this.shards = shards;
    this.redisKeys = redisKeys;
    budget = new TimeBudget(settings.timeBudget);
    queues = new KeyQueues(wire, budget.usualNanos() / 10, settings.combining);
    inFlight = new CallsInFlight(settings.maxCallsInFlight, settings.maxReadsInFlight);
    operate = OperateScript.of(wire.clock());
    hasSlots = shards instanceof ClusterShards;
    refunds =
        new Refunds(
            settle -> asked(settlement(settle.changes(), settle.last()), budget.giveUpNanos()));
  }

  /** Returns how many calls wait at the moment, without reads of states. */
  int calls() {
    return inFlight.calls();
  }

  /** Returns how many reads of states were refused because too many were waiting. */
  long shedReads() {
    return inFlight.shedReads();
  }

  /** Returns how many charges over several masters failed and could not be refunded. */
  long undelivered() {
    return refunds.undelivered();
  }

  /**
   * Sends a command.
   *
   * @throws QuotaStoreException if the command is not sent
   */
  PendingReply<?> send(StoreCommand command) {
    return send(command, budget.giveUpNanos());
  }

  /**
   * Sends a command with its own deadline.
   *
   * @throws QuotaStoreException if the command is not sent
   */
  PendingReply<?> send(StoreCommand command, long giveUpNanos) {
    if (command instanceof StoreCommand.Take take) {
      return take(take.entries(), take.operation(), giveUpNanos);
    }
    if (command instanceof StoreCommand.Peek peek) {
      return peek(peek, giveUpNanos);
    }
    if (command instanceof StoreCommand.Settle settle) {
      return settle(settle.changes(), settle.last(), giveUpNanos);
    }
    if (command instanceof StoreCommand.Renew renew) {
      return call(() -> renew(renew.holds()));
    }
    if (command instanceof StoreCommand.Grant grant) {
      return call(() -> operate(OperateCall.grant(grant, redisKeys, operate), giveUpNanos));
    }
    if (command instanceof StoreCommand.Reset reset) {
      return call(() -> operate(OperateCall.reset(reset, redisKeys, operate), giveUpNanos));
    }
    throw new UnsupportedOperationException("the command is of an unknown kind: " + command);
  }

  private <T> PendingReply<T> call(Supplier<PendingReply<T>> start) {
    PendingReply<T> pending = inFlight.call(start);
    CompletableFuture<Void> unused = pending.future().thenRun(budget::answered);
    return pending;
  }

  private PendingReply<?> take(
      List<Entry> entries, Optional<Operation> operation, long giveUpNanos) {
    List<List<Integer>> groups = groups(entries, entry -> redisKeys.name(entry.key()));
    if (groups.size() == 1) {
      return call(() -> decide(entries, Asked.TAKE, operation, giveUpNanos));
    }
    MultiSlotTake take =
        new MultiSlotTake(
            entries,
            operation,
            SlotGroups.narrowFirst(groups, entries, entry -> entry.key().scope()),
            (some, peek) -> decided(some, peek ? Asked.STEP : Asked.TAKE, operation, giveUpNanos),
            refunds);
    return call(() -> whole(take.start(), giveUpNanos));
  }

  private PendingReply<?> peek(StoreCommand.Peek peek, long giveUpNanos) {
    return peek.isStep()
        ? call(() -> look(peek.entries(), Asked.STEP, giveUpNanos))
        : inFlight.read(() -> look(peek.entries(), Asked.READ, giveUpNanos));
  }

  @SuppressWarnings("unchecked") // the reply comes with the function that reads it
  private PendingReply<Object> look(List<Entry> entries, Asked asked, long giveUpNanos) {
    List<List<Integer>> groups = groups(entries, entry -> redisKeys.name(entry.key()));
    if (groups.size() == 1) {
      return (PendingReply<Object>) decide(entries, asked, Optional.empty(), giveUpNanos);
    }
    CompletableFuture<StoreReply> all =
        SlotReplies.of(
            groups, group -> decided(picked(entries, group), asked, Optional.empty(), giveUpNanos));
    return (PendingReply<Object>) (PendingReply<?>) whole(all, giveUpNanos);
  }

  private PendingReply<?> settle(List<Change> changes, boolean last, long giveUpNanos) {
    List<List<Integer>> groups = groups(changes, change -> redisKeys.name(change.hold().key()));
    if (groups.size() == 1) {
      return call(() -> operate(settlement(changes, last), giveUpNanos));
    }
    return call(
        () ->
            whole(
                SlotReplies.of(
                    groups,
                    group -> {
                      OperateCall call = settlement(picked(changes, group), last);
                      return asked(call, giveUpNanos).thenApply(reply -> read(call, reply));
                    }),
                giveUpNanos));
  }

  private PendingReply<StoreReply> renew(List<Hold> holds) {
    List<List<Integer>> slots = groups(holds, hold -> redisKeys.name(hold.key()));
    Renewals renewals =
        new Renewals(holds, slots, some -> asked(RenewCall.of(some, redisKeys, operate)));
    return whole(renewals.start(), System.nanoTime() + budget.usualNanos() * renewals.calls());
  }

  private CompletableFuture<byte[]> asked(RenewCall call) {
    try {
      long giveUpNanos = budget.giveUpNanos();
      return Asking.start(wire, call, Optional.empty(), open(call.keys(), Asked.TAKE), giveUpNanos)
          .until(giveUpNanos);
    } catch (QuotaStoreException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /** Returns the positions of values by slot; one group, left empty, if one call reaches all. */
  private <T> List<List<Integer>> groups(List<T> values, Function<T, String> keyName) {
    return hasSlots && values.size() > 1 ? SlotGroups.of(values, keyName) : TOGETHER;
  }

  private static <T> List<T> picked(List<T> values, List<Integer> positions) {
    return positions.stream().map(values::get).toList();
  }

  /** Wraps a reply that is made of several replies. */
  private static PendingReply<StoreReply> whole(
      CompletableFuture<StoreReply> future, long giveUpNanos) {
    // A copy, because a caller that gives up cancels it, but the original must still end and refund
    // what it took.
    return new PendingReply<>(
        future.copy(), Function.identity(), () -> Applied.UNKNOWN, giveUpNanos);
  }

  /** Decides about entries of one slot, with the fastest script for their stored values. */
  private PendingReply<?> decide(
      List<Entry> entries, Asked asked, Optional<Operation> operation, long giveUpNanos) {
    if (operation.isPresent() || TakeCall.needsOperate(entries)) {
      return decideWhole(entries, asked, operation, giveUpNanos);
    }
    TakeCall call = TakeCall.of(entries, asked != Asked.TAKE, redisKeys);
    if (extended.hasAny(call.keys)) {
      return decideWhole(entries, asked, operation, giveUpNanos);
    }
    Shard shard = open(call.keys, asked);
    PendingCall pendingCall =
        new PendingCall(
            call, giveUpNanos, () -> ask(whole(entries, asked, operation), asked, giveUpNanos));
    queues.send(pendingCall, shard, asked == Asked.READ);
    return new PendingReply<>(
        pendingCall,
        answer ->
            answer.index() == PendingCall.ALONE
                ? read(whole(entries, asked, operation), answer.reply())
                : TakeReply.read(call, answer.reply(), answer.index()),
        pendingCall::leave,
        giveUpNanos);
  }

  /** Decides by the script that knows everything. */
  private PendingReply<byte[]> decideWhole(
      List<Entry> entries, Asked asked, Optional<Operation> operation, long giveUpNanos) {
    OperateCall call = whole(entries, asked, operation);
    return asked == Asked.READ
        ? joined(entries, call, giveUpNanos)
        : operate(call, asked, giveUpNanos);
  }

  private OperateCall whole(List<Entry> entries, Asked asked, Optional<Operation> operation) {
    return asked == Asked.TAKE
        ? OperateCall.take(entries, operation, redisKeys, operate)
        : OperateCall.peek(entries, redisKeys, operate);
  }

  private PendingReply<byte[]> joined(List<Entry> entries, OperateCall call, long giveUpNanos) {
    // A copy, because a caller that gives up cancels it, and others wait for the same reply.
    CompletableFuture<byte[]> reply =
        reads.ask(entries, giveUpNanos, nanos -> asked(call, Asked.READ, nanos)).copy();
    return new PendingReply<>(reply, bytes -> read(call, bytes), () -> Applied.NO, giveUpNanos);
  }

  private PendingReply<byte[]> operate(OperateCall call, long giveUpNanos) {
    return operate(call, Asked.TAKE, giveUpNanos);
  }

  private PendingReply<byte[]> operate(OperateCall call, Asked asked, long giveUpNanos) {
    Asking asking = ask(call, asked, giveUpNanos);
    return new PendingReply<>(asking, reply -> read(call, reply), asking::leave, giveUpNanos);
  }

  private StoreReply read(OperateCall call, byte[] reply) {
    extended.note(call.counts(), OperateReply.isExtended(reply));
    return OperateReply.read(call, reply);
  }

  /** Decides about entries of one slot, as a step of a larger command. */
  private CompletableFuture<StoreReply> decided(
      List<Entry> entries, Asked asked, Optional<Operation> operation, long giveUpNanos) {
    try {
      Optional<Operation> taking = asked == Asked.TAKE ? operation : Optional.empty();
      return later(decide(entries, asked, taking, giveUpNanos));
    } catch (QuotaStoreException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private static <T> CompletableFuture<StoreReply> later(PendingReply<T> pending) {
    return pending.later(Runnable::run).toCompletableFuture();
  }

  private OperateCall settlement(List<Change> changes, boolean last) {
    return OperateCall.settle(changes, last, redisKeys, operate);
  }

  private Asking ask(OperateCall call, Asked asked, long giveUpNanos) {
    Optional<ShortCall> shortWay =
        extended.hasAny(call.counts()) ? Optional.empty() : ShortCall.of(call, wire.clock());
    return Asking.start(wire, call, shortWay, open(call.keys(), asked), giveUpNanos);
  }

  /** Asks as a step of a larger command. */
  private CompletableFuture<byte[]> asked(OperateCall call, long giveUpNanos) {
    return asked(call, Asked.TAKE, giveUpNanos);
  }

  private CompletableFuture<byte[]> asked(OperateCall call, Asked asked, long giveUpNanos) {
    try {
      return ask(call, asked, giveUpNanos).until(giveUpNanos);
    } catch (QuotaStoreException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private Shard open(List<Object> keys, Asked asked) {
    Shard shard = shards.of(keys.get(0).toString());
    Breaker.Outage outage = shard.breaker().outage();
    if (outage != null) {
      throw new QuotaStoreException(
          "Redis is not asked at the moment: " + outage.reason(), Applied.NO, null);
    }
    if (shard.breaker().isHalfOpen()) {
      inFlight.requireFew(asked == Asked.READ);
    }
    return shard;
  }
}
