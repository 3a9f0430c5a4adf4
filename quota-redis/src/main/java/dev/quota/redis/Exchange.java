package dev.quota.redis;

import dev.quota.store.QuotaStoreException;
import dev.quota.store.QuotaStoreException.Applied;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One call of a script and its reply. It is sent once, and again only if Redis replied that it
 * changed nothing. Thread-safe; never blocks.
 */
final class Exchange {

  /** Is notified of the end, on a thread of Redisson. It must not wait. */
  interface Ending extends Consumer<byte[]> {

    @Override
    void accept(byte[] reply);

    void failed(QuotaStoreException failure);

    /** Called if {@link OperateScript} must be used instead. Nothing was changed. */
    default void extended() {
      throw new IllegalStateException("no other script could answer this");
    }
  }

  /**
   * The pause before another try. It is longer than a Cluster needs to move a key, and than
   * Redisson needs to notice it.
   */
  private static final long TRY_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(3);

  private final Wire wire;
  private final Question question;
  private final Shard shard;
  private final long giveUpNanos;
  private final Ending ending;
  private boolean clockAsked;
  private boolean scriptLoaded;
  private boolean textSent;
  private final AtomicBoolean ended = new AtomicBoolean();
  private volatile @Nullable CompletableFuture<?> underWay;
  private volatile boolean abandoned;
  private volatile boolean cancelled;

  private Exchange(Wire wire, Question question, Shard shard, long giveUpNanos, Ending ending) {
    this.wire = wire;
    this.question = question;
    this.shard = shard;
    this.giveUpNanos = giveUpNanos;
    this.ending = ending;
  }

  /**
   * Sends a call.
   *
   * @param giveUpNanos until when the caller waits, by {@link System#nanoTime}; the script does
   *     nothing after that either
   */
  static Exchange start(
      Wire wire, Question question, Shard shard, long giveUpNanos, Ending ending) {
    Exchange exchange = new Exchange(wire, question, shard, giveUpNanos, ending);
    exchange.send();
    return exchange;
  }

  /**
   * Stops waiting. After the deadline the command is not cancelled, because even a late reply shows
   * that Redis works.
   */
  void abandon() {
    if (System.nanoTime() - giveUpNanos >= 0) {
      abandoned = true;
      if (claimsEnd()) {
        noteTimeout();
        ending.failed(
            new QuotaStoreException(RedisFailure.NO_ANSWER.sentence, Applied.UNKNOWN, null));
      }
      return;
    }
    // The caller was interrupted before the deadline. That says nothing about Redis.
    cancelled = true;
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
    if (cancelled) {
      future.cancel(false);
    }
  }

  private void answered(byte[] reply, long askedNanos) {
    if (!wire.isTimeHanded()) {
      shard.time().learn(ReplyTime.millis(reply), askedNanos, System.nanoTime());
    }
    noteReply();
    switch (reply[0]) {
      case TakeReply.DONE -> {
        if (claimsEnd()) {
          ending.accept(reply);
        }
      }
      case TakeReply.EXTENDED -> {
        if (claimsEnd()) {
          ending.extended();
        }
      }
      case TakeReply.FORMAT ->
          endUnchanged(
              "a count in Redis has the format of a later version of this library; update this"
                  + " node, or set another key prefix");
      default -> sendWithLearntTime();
    }
  }

  /** Packs the call again with the time of the reply, once, if the caller still waits. */
  private void sendWithLearntTime() {
    if (!clockAsked && !abandoned && System.nanoTime() - giveUpNanos < 0) {
      clockAsked = true;
      send();
    } else {
      endUnchanged("the command reached Redis after its time; nothing was changed");
    }
  }

  private void failed(Throwable failure) {
    RedisFailure kind = RedisFailure.of(failure);
    if (abandoned) {
      fail(failure);
    } else if (kind == RedisFailure.NO_SCRIPT && !scriptLoaded) {
      scriptLoaded = true;
      load();
    } else if (kind == RedisFailure.NO_SCRIPT && !textSent) {
      // The script was loaded but is unknown, because its slot moves to a master that does not have
      // it.
      textSent = true;
      send();
    } else if (!triesAgain(kind)) {
      fail(failure);
    }
  }

  /** Sends once more after a pause, if that may help and the caller still waits then. */
  private boolean triesAgain(RedisFailure kind) {
    long leftNanos = giveUpNanos - System.nanoTime();
    if (!kind.passesSoon() || abandoned || leftNanos <= TRY_AGAIN_NANOS) {
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
              } else if (!triesAgain(RedisFailure.of(failure))) {
                failUnsent(failure);
              }
            });
  }

  /** Ends with a failure before which Redis has done nothing. */
  private void failUnsent(Throwable failure) {
    RedisFailure kind = RedisFailure.of(failure);
    note(kind);
    end(new QuotaStoreException(kind.sentence, Applied.NO, RedisFailure.unwrapped(failure)));
  }

  private void fail(Throwable failure) {
    RedisFailure kind = RedisFailure.of(failure);
    note(kind);
    end(kind.exception(failure));
  }

  private void endUnchanged(String why) {
    end(new QuotaStoreException(why, Applied.NO, null));
  }

  private void end(QuotaStoreException failure) {
    if (claimsEnd()) {
      ending.failed(failure);
    }
  }

  /** Returns whether this is the first end. */
  private boolean claimsEnd() {
    return ended.compareAndSet(false, true);
  }

  private void noteReply() {
    if (question.isRead()) {
      shard.breaker().alive();
    } else if (System.nanoTime() - giveUpNanos >= 0) {
      shard.breaker().answeredLate();
    } else {
      shard.breaker().succeeded();
    }
  }

  private void note(RedisFailure kind) {
    // An abandoned call was noted before.
    if (!kind.isOutage || abandoned || question.isRead()) {
      return;
    }
    if (kind.isSilence()) {
      shard.breaker().timedOut(kind.sentence);
    } else {
      shard.breaker().failed(kind.sentence);
    }
  }

  private void noteTimeout() {
    if (!question.isRead()) {
      shard.breaker().timedOut(RedisFailure.NO_ANSWER.sentence);
    }
  }
}
