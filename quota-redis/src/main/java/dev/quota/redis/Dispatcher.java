package dev.quota.redis;

import dev.quota.Accuracy;
import dev.quota.spi.Change;
import dev.quota.spi.EntryResult;
import dev.quota.spi.QuotaStoreException;
import dev.quota.spi.QuotaStoreException.Applied;
import dev.quota.spi.StoreCommand;
import dev.quota.spi.StoreReply;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/** Turns commands into calls of scripts. Safe for use by several threads; never blocks. */
final class Dispatcher {

  private static final EntryResult NOTHING = new EntryResult(0, List.of());

  private final Wire wire;
  private final Lanes lanes;
  private final RedisKeys redisKeys;
  private final Shard shard;
  private final long budgetNanos;
  private final int maxCalls;
  private final AtomicInteger calls = new AtomicInteger();

  Dispatcher(
      Wire wire, Lanes lanes, RedisKeys redisKeys, Shard shard, long budgetNanos, int maxCalls) {
    this.wire = wire;
    this.lanes = lanes;
    this.redisKeys = redisKeys;
    this.shard = shard;
    this.budgetNanos = budgetNanos;
    this.maxCalls = maxCalls;
  }

  /** Returns how many callers wait at the moment. */
  int calls() {
    return calls.get();
  }

  /**
   * Sends a command.
   *
   * @throws QuotaStoreException if Redis is not even asked
   */
  Pending<?> send(StoreCommand command) {
    long giveUpNanos = System.nanoTime() + budgetNanos;
    if (command instanceof StoreCommand.Take take) {
      if (take.operation().isPresent()) {
        throw unsupported("remembered operations");
      }
      return counted(decide(TakeCall.of(take.entries(), false, redisKeys), giveUpNanos));
    }
    if (command instanceof StoreCommand.Peek peek) {
      return counted(decide(TakeCall.of(peek.entries(), true, redisKeys), giveUpNanos));
    }
    if (command instanceof StoreCommand.Settle settle) {
      return counted(settle(settle.changes(), giveUpNanos));
    }
    if (command instanceof StoreCommand.Reset reset) {
      Question question =
          new Bare(AdjustScript.reset(wire.clock()), List.of(redisKeys.name(reset.key())));
      return counted(ask(question, 1, giveUpNanos));
    }
    throw unsupported("grants");
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

  private void requireOpen() {
    Breaker.Outage outage = shard.breaker().outage();
    if (outage != null) {
      throw new QuotaStoreException(
          "Redis is not asked at the moment: " + outage.reason(), Applied.NO, null);
    }
  }

  private <T> Pending<T> counted(Pending<T> pending) {
    CompletableFuture<T> unused =
        pending.future().whenComplete((result, failure) -> calls.decrementAndGet());
    return pending;
  }

  private void enter() {
    requireOpen();
    if (calls.incrementAndGet() > maxCalls) {
      calls.decrementAndGet();
      throw new QuotaStoreException(
          maxCalls + " calls wait for Redis already; this one was not sent", Applied.NO, null);
    }
  }

  private Pending<Seat.Answer> decide(TakeCall call, long giveUpNanos) {
    enter();
    Seat seat = new Seat(call, giveUpNanos);
    lanes.send(seat, shard);
    return new Pending<>(
        seat,
        answer -> TakeReply.read(call, answer.reply(), answer.index()),
        seat::leave,
        giveUpNanos);
  }

  private Pending<byte[]> settle(List<Change> changes, long giveUpNanos) {
    for (Change change : changes) {
      if (change.hold().operation().isPresent()) {
        throw unsupported("remembered operations");
      }
    }
    Question question = AdjustCall.of(changes, redisKeys, AdjustScript.adjust(wire.clock()));
    return ask(question, changes.size(), giveUpNanos);
  }

  private Pending<byte[]> ask(Question question, int results, long giveUpNanos) {
    enter();
    Asking asking = Asking.start(wire, question, shard, giveUpNanos);
    return new Pending<>(asking, reply -> done(reply, results), asking::leave, giveUpNanos);
  }

  private static StoreReply done(byte[] reply, int results) {
    double now = ByteBuffer.wrap(reply).order(ByteOrder.LITTLE_ENDIAN).getDouble(1);
    return new StoreReply(
        StoreReply.Outcome.DONE,
        Instant.ofEpochMilli((long) now),
        Accuracy.EXACT,
        Collections.nCopies(results, NOTHING));
  }
}
