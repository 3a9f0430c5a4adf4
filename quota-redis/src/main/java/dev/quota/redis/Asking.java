package dev.quota.redis;

import dev.quota.store.QuotaStoreException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A call that is not combined with others, and its reply. It is sent to the short script first if
 * there is one. Thread-safe.
 */
final class Asking extends CompletableFuture<byte[]> implements Exchange.Ending {

  private final Wire wire;
  private final Question question;
  private final Shard shard;
  private final long giveUpNanos;
  private @Nullable Exchange exchange;
  private boolean left;

  private Asking(Wire wire, Question question, Shard shard, long giveUpNanos) {
    this.wire = wire;
    this.question = question;
    this.shard = shard;
    this.giveUpNanos = giveUpNanos;
  }

  /**
   * Sends a call.
   *
   * @param question the call
   * @param shortWay the same call for the short script, which cannot handle all stored values
   */
  static Asking start(
      Wire wire,
      Question question,
      Optional<? extends Question> shortWay,
      Shard shard,
      long giveUpNanos) {
    Asking asking = new Asking(wire, question, shard, giveUpNanos);
    asking.send(shortWay.isPresent() ? shortWay.get() : question);
    return asking;
  }

  /**
   * Returns the reply for a caller that does not wait itself.
   *
   * @param giveUpNanos when to stop waiting, by {@link System#nanoTime}
   */
  CompletableFuture<byte[]> until(long giveUpNanos) {
    CompletableFuture<byte[]> limited =
        copy().orTimeout(giveUpNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
    CompletableFuture<byte[]> unused =
        limited.whenComplete(
            (reply, failure) -> {
              if (failure instanceof TimeoutException) {
                leave();
              }
            });
    return limited;
  }

  private void send(Question asked) {
    Exchange started = Exchange.start(wire, asked, shard, giveUpNanos, this);
    boolean abandoned;
    synchronized (this) {
      // The short script may have replied in the meantime and the other script been called.
      if (asked == question || exchange == null) {
        exchange = started;
      }
      abandoned = left;
    }
    if (abandoned) {
      started.abandon();
    }
  }

  @Override
  public void extended() {
    send(question);
  }

  @Override
  public void accept(byte[] reply) {
    complete(reply);
  }

  @Override
  public void failed(QuotaStoreException failure) {
    completeExceptionally(failure);
  }

  /** Stops waiting. Returns whether the command may still be applied. */
  QuotaStoreException.Applied leave() {
    Exchange started;
    synchronized (this) {
      left = true;
      started = exchange;
    }
    if (started != null) {
      started.abandon();
    }
    return QuotaStoreException.Applied.UNKNOWN;
  }
}
