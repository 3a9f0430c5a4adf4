package dev.quota.redis;

import java.util.ArrayDeque;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Combines calls for the same keys that come while others are on their way. Safe for use by several
 * threads; never blocks.
 *
 * <p>This is not a lock. Of each list of keys, two batches may be on their way at once: while one
 * is worked on by Redis, the other one travels. Reads of the same keys are apart, one at a time.
 * Who comes then waits, joins who asks the same, and leaves with the next reply, in the order of
 * coming. Calls for different keys never meet.
 */
final class Lanes {

  private static final int MAX_ON_THEIR_WAY = 2;

  /** Reads come in floods. One at a time travels, and those that come meanwhile travel together. */
  private static final int MAX_READS_ON_THEIR_WAY = 1;

  /** Sets the lanes of reads apart, so that no charge waits behind them. */
  private static final String READS = "? ";

  private final Map<String, Lane> lanes = new ConcurrentHashMap<>();
  private final Wire wire;
  private final long leastLeftNanos;
  private final boolean combining;

  Lanes(Wire wire, long leastLeftNanos, boolean combining) {
    this.wire = wire;
    this.leastLeftNanos = leastLeftNanos;
    this.combining = combining;
  }

  void send(Seat seat, Shard shard) {
    send(seat, shard, seat.call.peek);
  }

  /**
   * Sends a call, alone or with others.
   *
   * @param isRead whether it is a look that is no part of a decision
   */
  void send(Seat seat, Shard shard, boolean isRead) {
    Script script = TakeScript.of(seat.call.shape, wire.clock());
    if (combining) {
      String name = isRead ? READS + seat.call.lane : seat.call.lane;
      int most = isRead ? MAX_READS_ON_THEIR_WAY : MAX_ON_THEIR_WAY;
      while (!lanes
          .computeIfAbsent(name, unused -> new Lane(name, most))
          .send(seat, script, shard)) {
        // That lane was about to be given up.
        Thread.onSpinWait();
      }
    } else {
      Batch alone = new Batch(seat.call, script, () -> {});
      alone.join(seat);
      if (alone.depart(leastLeftNanos)) {
        alone.send(wire, shard);
      }
    }
  }

  /** The calls for one list of keys. Its monitor guards it, and is not held while sending. */
  private final class Lane {

    private final String name;
    private final int most;
    private final Queue<Batch> waiting = new ArrayDeque<>(1);
    private @Nullable Batch last;
    private int onTheirWay;
    private boolean givenUp;

    Lane(String name, int most) {
      this.name = name;
      this.most = most;
    }

    /** Sends a call or lets it wait; returns false if this lane must not be used any more. */
    boolean send(Seat seat, Script script, Shard shard) {
      Batch first;
      synchronized (this) {
        if (givenUp) {
          return false;
        }
        if (last != null && last.join(seat)) {
          return true;
        }
        Batch batch = new Batch(seat.call, script, () -> sendNext(shard));
        batch.join(seat);
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

    /** Called when a batch is over: the next one takes its place. */
    private void sendNext(Shard shard) {
      while (true) {
        Batch next;
        synchronized (this) {
          next = waiting.poll();
          if (next == null) {
            onTheirWay--;
            givenUp = onTheirWay == 0;
            if (givenUp) {
              lanes.remove(name, this);
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
