package dev.quota.redis;

import dev.quota.spi.Entry;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Lets identical reads that {@link KeyQueues} cannot combine share a call. Of each list of entries
 * one read is under way; those that come meanwhile share the next one, so that each tells a state
 * from after it was asked. Safe for use by several threads; never blocks.
 */
final class JoinedReads {

  private final Map<List<Entry>, Reads> underWay = new ConcurrentHashMap<>();

  /**
   * Asks, or joins who asks the same next.
   *
   * @param entries what is asked
   * @param giveUpNanos until when this caller waits
   * @param sending sends the read, given until when its callers wait
   * @return the reply, shared with others: a caller must not complete it
   */
  CompletableFuture<byte[]> ask(
      List<Entry> entries, long giveUpNanos, LongFunction<CompletableFuture<byte[]>> sending) {
    while (true) {
      Reads reads = underWay.computeIfAbsent(entries, Reads::new);
      CompletableFuture<byte[]> reply = reads.ask(giveUpNanos, sending);
      if (reply != null) {
        return reply;
      }
      // The last read of these entries was just answered.
      Thread.onSpinWait();
    }
  }

  /** The reads of one list of entries. Its monitor is not held while sending. */
  private final class Reads {

    private final List<Entry> entries;
    private boolean isUnderWay;
    private boolean isOver;
    private long lastGiveUpNanos;
    private @Nullable CompletableFuture<byte[]> next;

    Reads(List<Entry> entries) {
      this.entries = entries;
    }

    @Nullable CompletableFuture<byte[]> ask(
        long giveUpNanos, LongFunction<CompletableFuture<byte[]>> sending) {
      synchronized (this) {
        if (isOver) {
          return null;
        }
        if (isUnderWay) {
          CompletableFuture<byte[]> joined = next;
          if (joined == null) {
            joined = new CompletableFuture<>();
            next = joined;
            lastGiveUpNanos = giveUpNanos;
          } else if (giveUpNanos - lastGiveUpNanos > 0) {
            lastGiveUpNanos = giveUpNanos;
          }
          return joined;
        }
        isUnderWay = true;
      }
      CompletableFuture<byte[]> first = new CompletableFuture<>();
      send(first, giveUpNanos, sending);
      return first;
    }

    private void send(
        CompletableFuture<byte[]> shared,
        long giveUpNanos,
        LongFunction<CompletableFuture<byte[]>> sending) {
      CompletableFuture<byte[]> sent;
      try {
        sent = sending.apply(giveUpNanos);
      } catch (RuntimeException e) {
        sent = CompletableFuture.failedFuture(e);
      }
      CompletableFuture<byte[]> unused =
          sent.whenComplete(
              (reply, failure) -> {
                sendNext(sending);
                if (failure == null) {
                  shared.complete(reply);
                } else {
                  shared.completeExceptionally(RedisFailure.unwrapped(failure));
                }
              });
    }

    private void sendNext(LongFunction<CompletableFuture<byte[]>> sending) {
      CompletableFuture<byte[]> waiting;
      long giveUpNanos;
      synchronized (this) {
        waiting = next;
        giveUpNanos = lastGiveUpNanos;
        next = null;
        if (waiting == null) {
          isOver = true;
          underWay.remove(entries, this);
        }
      }
      if (waiting != null) {
        send(waiting, giveUpNanos, sending);
      }
    }
  }
}
