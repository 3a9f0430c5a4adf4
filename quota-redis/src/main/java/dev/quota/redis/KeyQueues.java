package dev.quota.redis;

import java.util.ArrayDeque;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Combines calls for the same keys that arrive while others are in flight. Thread-safe; never
 * blocks.
 *
 * <p>This is not a lock. For each list of keys, two batches may be in flight: Redis works on one
 * while the other one is on the network. Later calls queue. Identical calls join one batch. The
 * next batch is sent with the next reply, first come first served. Reads of the same keys have a
 * queue of their own, with one batch at a time. Calls for different keys never wait for each other.
 */
final class KeyQueues {

  private static final int MAX_ON_THEIR_WAY = 2;

  /**
   * Many reads may arrive at once. One batch is sent at a time, and later reads join the next one.
   */
  private static final int MAX_READS_ON_THEIR_WAY = 1;

  /** The prefix of the names of queues of reads, so that no charge waits behind them. */
  private static final String READS = "? ";

  private final Map<String, KeyQueue> queues = new ConcurrentHashMap<>();
  private final Wire wire;
  private final long leastLeftNanos;
  private final boolean combining;

  KeyQueues(Wire wire, long leastLeftNanos, boolean combining) {
    this.wire = wire;
    this.leastLeftNanos = leastLeftNanos;
    this.combining = combining;
  }

  void send(PendingCall pendingCall, Shard shard) {
    send(pendingCall, shard, pendingCall.call.peek);
  }

  /**
   * Sends a call, alone or with others.
   *
   * @param isRead true if it only reads states and is not part of a decision
   */
  void send(PendingCall pendingCall, Shard shard, boolean isRead) {
    Script script = TakeScript.of(pendingCall.call.shape, wire.clock());
    if (combining) {
      String name = isRead ? READS + pendingCall.call.queueName : pendingCall.call.queueName;
      int most = isRead ? MAX_READS_ON_THEIR_WAY : MAX_ON_THEIR_WAY;
      while (!queues
          .computeIfAbsent(name, unused -> new KeyQueue(name, most))
          .send(pendingCall, script, shard)) {
        // That queue was about to be removed.
        Thread.onSpinWait();
      }
    } else {
      Batch alone = new Batch(pendingCall.call, script, () -> {});
      alone.join(pendingCall);
      if (alone.depart(leastLeftNanos)) {
        alone.send(wire, shard);
      }
    }
  }

  /** The calls for one list of keys. Guarded by its monitor, which is not held while sending. */
  private final class KeyQueue {

    private final String name;
    private final int most;
    private final Queue<Batch> waiting = new ArrayDeque<>(1);
    private @Nullable Batch last;
    private int onTheirWay;
    private boolean givenUp;

    KeyQueue(String name, int most) {
      this.name = name;
      this.most = most;
    }

    /** Sends a call or lets it wait. Returns false if this queue must not be used any more. */
    boolean send(PendingCall pendingCall, Script script, Shard shard) {
      Batch first;
      synchronized (this) {
        if (givenUp) {
          return false;
        }
        if (last != null && last.join(pendingCall)) {
          return true;
        }
        Batch batch = new Batch(pendingCall.call, script, () -> sendNext(shard));
        batch.join(pendingCall);
        if (onTheirWay == most) {
          waiting.add(batch);
          last = batch;
          return true;
        }
        onTheirWay++;
        first = batch;
      }
      if (first.depart(leastLeftNanos)) {
        first.send(wire, shard);
      } else {
        sendNext(shard);
      }
      return true;
    }

    /** Sends the next batch when one is over. */
    private void sendNext(Shard shard) {
      while (true) {
        Batch next;
        synchronized (this) {
          next = waiting.poll();
          if (next == null) {
            onTheirWay--;
            givenUp = onTheirWay == 0;
            if (givenUp) {
              queues.remove(name, this);
            }
            return;
          }
          if (next == last) {
            last = null;
          }
        }
        if (next.depart(leastLeftNanos)) {
          next.send(wire, shard);
          return;
        }
      }
    }
  }
}
