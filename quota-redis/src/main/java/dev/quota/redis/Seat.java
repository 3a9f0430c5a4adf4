package dev.quota.redis;

import dev.quota.spi.QuotaStoreException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One caller's place in a {@link Batch}: completed with the reply to the batch and which of its
 * calls this was. Reading the reply is left to the caller, so that no caller waits for another's.
 */
final class Seat extends CompletableFuture<Seat.Answer> {

  /**
   * The reply to a batch.
   *
   * @param reply what the script returned
   * @param index which of the calls of the batch, from 0
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared, and never changed
  record Answer(byte[] reply, int index) {}

  final TakeCall call;
  final long giveUpNanos;
  private volatile @Nullable Batch batch;

  Seat(TakeCall call, long giveUpNanos) {
    this.call = call;
    this.giveUpNanos = giveUpNanos;
  }

  void sitIn(Batch joined) {
    batch = joined;
  }

  /** Stops waiting; returns whether the command may have been applied. */
  QuotaStoreException.Applied leave() {
    Batch joined = batch;
    return joined == null ? QuotaStoreException.Applied.NO : joined.leave(this);
  }
}
