package dev.quota.redis;

import dev.quota.spi.QuotaStoreException;
import dev.quota.spi.QuotaStoreException.Applied;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One question on its way to Redis and back: sent once, and again only where Redis said that it did
 * nothing. Safe for use by several threads; never blocks.
 */
final class Exchange {

  /** Hears how it ended; runs on a thread of Redisson's and must not wait for anything. */
  interface Ending extends Consumer<byte[]> {

    @Override
    void accept(byte[] reply);

    void failed(QuotaStoreException failure);

    /** The question must be asked of {@link OperateScript} instead; nothing was changed. */
    default void extended() {
      throw new IllegalStateException("no other script could answer this");
    }
  }

  /** How long a Cluster takes to move a key on, and longer than Redisson takes to note a move. */
  private static final long TRY_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(3);

  private final Wire wire;
  private final Question question;
  private final Shard shard;
  private final long giveUpNanos;
  private final Ending ending;
  private boolean clockAsked;
  private boolean scriptLoaded;
  private boolean textSent;
  private volatile @Nullable CompletableFuture<?> underWay;
  private volatile boolean abandoned;
  private volatile boolean abandonedEarly;

  private Exchange(Wire wire, Question question, Shard shard, long giveUpNanos, Ending ending) {
    this.wire = wire;
    this.question = question;
    this.shard = shard;
    this.giveUpNanos = giveUpNanos;
    this.ending = ending;
  }

  /**
   * Sends a question.
   *
   * @param giveUpNanos when nobody waits for the reply any more, by {@link System#nanoTime}; Redis
   *     does not act on it later either
   */
  static Exchange start(
      Wire wire, Question question, Shard shard, long giveUpNanos, Ending ending) {
    Exchange exchange = new Exchange(wire, question, shard, giveUpNanos, ending);
    exchange.send();
    return exchange;
  }

  /** Stops waiting, so that the connection is free for others. */
  void abandon() {
    abandonedEarly = System.nanoTime() < giveUpNanos;
    abandoned = true;
    CompletableFuture<?> future = underWay;
    if (future != null) {
      future.cancel(false);
    }
  }

  private void send() {
    long askedNanos = System.nanoTime();
    CompletableFuture<byte[]> future;
    try {
      byte[] argument =
          wire.isTimeHanded()
              ? question.pack(wire.handedMillis(), wire.handedMillis() + 1)
              : question.pack(
                  shard.time().earliestMillis(askedNanos) - 1,
                  shard.time().earliestMillis(giveUpNanos));
      future =
          textSent
              ? wire.evaluateText(question.script(), question.keys(), argument)
              : wire.evaluate(question.script(), question.keys(), argument);
    } catch (RuntimeException e) {
      failUnsent(e);
      return;
    }
    follow(future);
    CompletableFuture<byte[]> unused =
        future.whenComplete(
            (reply, failure) -> {
              if (failure == null) {
                answered(reply, askedNanos);
              } else {
                failed(failure);
              }
            });
  }

  private void follow(CompletableFuture<?> future) {
    underWay = future;
    if (abandoned) {
      future.cancel(false);
    }
  }

  private void answered(byte[] reply, long askedNanos) {
    byte status = reply[0];
    if (!wire.isTimeHanded()) {
      shard.time().learn(ReplyTime.millis(reply), askedNanos, System.nanoTime());
    }
    shard.breaker().succeeded();
    if (status == TakeReply.DONE) {
      ending.accept(reply);
    } else if (status == TakeReply.EXTENDED) {
      ending.extended();
    } else if (status == TakeReply.FORMAT) {
      ending.failed(
          new QuotaStoreException(
              "a count in Redis has the format of a later version of this library; update this"
                  + " node, or set another key prefix",
              Applied.NO,
              null));
    } else if (!clockAsked && System.nanoTime() < giveUpNanos) {
      // The reply told the time: the windows are resolved anew.
      clockAsked = true;
      send();
    } else {
      ending.failed(
          new QuotaStoreException(
              "the command reached Redis after its time; nothing was changed", Applied.NO, null));
    }
  }

  private void failed(Throwable failure) {
    Trouble trouble = Trouble.of(failure);
    if (trouble == Trouble.NO_SCRIPT && !scriptLoaded) {
      scriptLoaded = true;
      load();
    } else if (trouble == Trouble.NO_SCRIPT && !textSent) {
      // Loaded, and yet unknown: the slot is on its way to a master that does not have it.
      textSent = true;
      send();
    } else if (!triesAgain(trouble)) {
      fail(failure);
    }
  }

  /** Sends once more, a little later, if that may help and somebody still waits then. */
  private boolean triesAgain(Trouble trouble) {
    long leftNanos = giveUpNanos - System.nanoTime();
    if (!trouble.passesSoon() || abandoned || leftNanos <= TRY_AGAIN_NANOS) {
      return false;
    }
    CompletableFuture.delayedExecutor(TRY_AGAIN_NANOS, TimeUnit.NANOSECONDS).execute(this::send);
    return true;
  }

  private void load() {
    CompletableFuture<String> loading;
    try {
      loading = wire.load(question.script(), question.keys());
    } catch (RuntimeException e) {
      failUnsent(e);
      return;
    }
    follow(loading);
    CompletableFuture<String> unused =
        loading.whenComplete(
            (sha, failure) -> {
              if (failure == null) {
                send();
              } else if (!triesAgain(Trouble.of(failure))) {
                failUnsent(failure);
              }
            });
  }

  /** Ends with a failure before which Redis has certainly done nothing. */
  private void failUnsent(Throwable failure) {
    Trouble trouble = Trouble.of(failure);
    note(trouble);
    ending.failed(
        new QuotaStoreException(trouble.sentence, Applied.NO, Trouble.unwrapped(failure)));
  }

  private void fail(Throwable failure) {
    Trouble trouble = Trouble.of(failure);
    note(trouble);
    ending.failed(trouble.exception(failure));
  }

  private void note(Trouble trouble) {
    // Whoever was interrupted did not wait for as long as Redis had: that says nothing about it.
    if (trouble.isOutage && !abandonedEarly) {
      shard.breaker().failed(trouble.sentence);
    }
  }
}
