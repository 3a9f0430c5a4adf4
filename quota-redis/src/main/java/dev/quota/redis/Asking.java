package dev.quota.redis;

import dev.quota.store.QuotaStoreException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A question that travels alone, and its reply: asked the short way first if there is one. Safe for
 * use by several threads.
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
   * Asks.
   *
   * @param question what to ask
   * @param shortWay the same for a script that may not know what is stored
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
   * Returns the reply for a caller that does not wait by itself.
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
      // A reply may have come meanwhile, and the other way been taken.
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

  /** Stops waiting; the command may be applied all the same. */
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
