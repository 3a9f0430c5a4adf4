package dev.quota.redis;

import dev.quota.store.QuotaStoreException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One caller's call in a {@link Batch}. It completes with the reply to the batch and the position
 * of the call. Each caller reads the reply itself, so that no caller waits for the reading of
 * another. Thread-safe.
 */
final class PendingCall extends CompletableFuture<PendingCall.Answer> {

  /**
   * The reply to a batch.
   *
   * @param reply what the script returned
   * @param index the position of the call in the batch, from 0; {@link #ALONE} if the reply is of
   *     the other script, which has one call
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
   * Creates a call that is not sent yet.
   *
   * @param otherWay sends the same call to the script that handles all stored values
   */
  PendingCall(TakeCall call, long giveUpNanos, Supplier<Asking> otherWay) {
    this.call = call;
    this.giveUpNanos = giveUpNanos;
    this.otherWay = otherWay;
  }

  /** Sends the call to the other script, with the remaining time. */
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

  /** Stops waiting. Returns whether the command may have been applied. */
  QuotaStoreException.Applied leave() {
    Asking asking = other;
    if (asking != null) {
      return asking.leave();
    }
    Batch joined = batch;
    return joined == null ? QuotaStoreException.Applied.NO : joined.leave(this);
  }
}
