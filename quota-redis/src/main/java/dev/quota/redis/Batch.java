package dev.quota.redis;

import dev.quota.store.QuotaStoreException;
import dev.quota.store.QuotaStoreException.Applied;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Identical calls that are sent as one. Thread-safe. */
final class Batch implements Question, Exchange.Ending {

  /**
   * The most calls of a batch. Redis needs the same time for any number, but all callers wake up at
   * once.
   */
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

  /** Adds a call, unless it differs, or the batch is full or was sent. */
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
   * Closes the batch, and removes calls with too little time left, because they would shorten the
   * time of all others.
   *
   * @return whether there are calls to send
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

  /** Removes a call whose caller stops waiting. Returns whether the call may still be applied. */
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
    // Sends the next batch first, because waking up callers takes longer.
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
