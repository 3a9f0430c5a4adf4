package dev.quota.redis;

import dev.quota.store.QuotaStoreException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One caller's call in a {@link Batch}. It completes with the reply to the batch and the position
 * of the call in it. The caller reads the reply, so that no caller waits while another one's is
 * read.
 */
final class PendingCall extends CompletableFuture<PendingCall.Answer> {

  /**
   * The reply to a batch.
   *
   * @param reply what the script returned
   * @param index which of the calls of the batch, from 0; {@link #ALONE} if it is the answer to the
   *     other script, which answers one
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared, and never changed
  record Answer(byte[] reply, int index) {}

  static final int ALONE = -1;

  final TakeCall call;
  final long giveUpNanos;
  private final Supplier<Asking> otherWay;
  private volatile @Nullable Batch batch;
  private volatile @Nullable Asking other;

  /**
   * Makes a call that is not sent yet.
   *
   * @param otherWay asks the same of the script that knows everything
   */
  PendingCall(TakeCall call, long giveUpNanos, Supplier<Asking> otherWay) {
    this.call = call;
    this.giveUpNanos = giveUpNanos;
    this.otherWay = otherWay;
  }

  /** Asks the other script, with what is left of the time. */
  void askOtherWay() {
    Asking asking;
    try {
      asking = otherWay.get();
    } catch (QuotaStoreException e) {
      completeExceptionally(e);
      return;
    }
    other = asking;
    CompletableFuture<byte[]> unused =
        asking.whenComplete(
            (reply, failure) -> {
              if (failure == null) {
                complete(new Answer(reply, ALONE));
              } else {
                completeExceptionally(RedisFailure.unwrapped(failure));
              }
            });
  }

  void isIn(Batch joined) {
    batch = joined;
  }

  /** Stops waiting; returns whether the command may have been applied. */
  QuotaStoreException.Applied leave() {
    Asking asking = other;
    if (asking != null) {
      return asking.leave();
    }
    Batch joined = batch;
    return joined == null ? QuotaStoreException.Applied.NO : joined.leave(this);
  }
}
