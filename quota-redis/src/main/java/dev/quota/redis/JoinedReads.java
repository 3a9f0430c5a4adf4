package dev.quota.redis;

import dev.quota.spi.Entry;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Lets identical reads share a call, for reads that {@link KeyQueues} cannot combine. For each list
 * of entries one read runs at a time. Reads that arrive in the meantime share the next one, so that
 * the state of each reply is not older than its call. Thread-safe; never blocks.
 */
final class JoinedReads {

  private final Map<List<Entry>, Reads> underWay = new ConcurrentHashMap<>();

  /**
   * Sends a read, or joins the next identical one.
   *
   * @param entries the entries to read
   * @param giveUpNanos until when this caller waits, by {@link System#nanoTime}
   * @param sending sends the read with the deadline of its callers
   * @return the reply, which is shared with others and must not be completed by a caller
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
