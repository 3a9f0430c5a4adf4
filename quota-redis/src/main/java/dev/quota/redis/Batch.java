package dev.quota.redis;

import dev.quota.store.QuotaStoreException;
import dev.quota.store.QuotaStoreException.Applied;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Identical calls that travel as one. Safe for use by several threads. */
final class Batch implements Question, Exchange.Ending {

  /** A batch takes no longer in Redis than one call, but its callers all wake up at once. */
  static final int MAX_CALLS = 256;

  private final TakeCall call;
  private final Script script;
  private final Runnable whenOver;
  private List<PendingCall> pendingCalls = new ArrayList<>(1);
  private int leavers;
  private boolean sent;
  private long giveUpNanos;
  private @Nullable Exchange exchange;

  Batch(TakeCall call, Script script, Runnable whenOver) {
    this.call = call;
    this.script = script;
    this.whenOver = whenOver;
  }

  /** Takes a caller in, unless it asks something else or the batch is full or on its way. */
  synchronized boolean join(PendingCall pendingCall) {
    if (sent
        || pendingCalls.size() >= MAX_CALLS
        || (pendingCall.call != call && !call.canJoin(pendingCall.call))) {
      return false;
    }
    pendingCalls.add(pendingCall);
    pendingCall.isIn(this);
    return true;
  }

  /**
   * Closes the batch to newcomers and lets those off who have next to no time left: all others
   * would have to hurry for them.
   *
   * @return whether anybody is there to be sent
   */
  boolean depart(long leastLeftNanos) {
    List<PendingCall> late = new ArrayList<>(0);
    synchronized (this) {
      sent = true;
      long nowNanos = System.nanoTime();
      long leastNanos = Long.MAX_VALUE;
      List<PendingCall> going = new ArrayList<>(pendingCalls.size());
      for (PendingCall pendingCall : pendingCalls) {
        long leftNanos = pendingCall.giveUpNanos - nowNanos;
        if (leftNanos < leastLeftNanos) {
          late.add(pendingCall);
        } else {
          going.add(pendingCall);
          leastNanos = Math.min(leastNanos, leftNanos);
        }
      }
      pendingCalls = going;
      giveUpNanos = nowNanos + leastNanos;
    }
    for (PendingCall pendingCall : late) {
      pendingCall.completeExceptionally(
          new QuotaStoreException(
              "too little time was left to ask Redis after waiting for other calls",
              Applied.NO,
              null));
    }
    return !pendingCalls.isEmpty();
  }

  void send(Wire wire, Shard shard) {
    Exchange started = Exchange.start(wire, this, shard, giveUpNanos, this);
    boolean nobodyWaits;
    synchronized (this) {
      exchange = started;
      nobodyWaits = leavers == pendingCalls.size();
    }
    if (nobodyWaits) {
      started.abandon();
    }
  }

  /** Lets a caller go; returns whether its call may be applied all the same. */
  Applied leave(PendingCall pendingCall) {
    Exchange left = null;
    synchronized (this) {
      if (!sent) {
        pendingCalls.remove(pendingCall);
        return Applied.NO;
      }
      if (!pendingCalls.contains(pendingCall)) {
        return Applied.NO;
      }
      leavers++;
      if (leavers == pendingCalls.size()) {
        left = exchange;
      }
    }
    if (left != null) {
      left.abandon();
    }
    return Applied.UNKNOWN;
  }

  @Override
  public boolean isRead() {
    return call.peek;
  }

  @Override
  public Script script() {
    return script;
  }

  @Override
  public List<Object> keys() {
    return call.keys;
  }

  @Override
  public byte[] pack(long fromMillis, long tillMillis) {
    return call.pack(fromMillis, tillMillis, pendingCalls.size());
  }

  @Override
  public void accept(byte[] reply) {
    // The next batch first: waking up callers takes longer than sending it.
    whenOver.run();
    for (int i = 0; i < pendingCalls.size(); i++) {
      pendingCalls.get(i).complete(new PendingCall.Answer(reply, i));
    }
  }

  @Override
  public void extended() {
    whenOver.run();
    pendingCalls.forEach(PendingCall::askOtherWay);
  }

  @Override
  public void failed(QuotaStoreException failure) {
    whenOver.run();
    for (PendingCall pendingCall : pendingCalls) {
      pendingCall.completeExceptionally(failure);
    }
  }
}
