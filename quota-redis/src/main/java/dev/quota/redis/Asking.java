package dev.quota.redis;

import dev.quota.spi.QuotaStoreException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A question that travels alone, and its reply. Safe for use by several threads. */
final class Asking extends CompletableFuture<byte[]> implements Exchange.Ending {

  private volatile @Nullable Exchange exchange;

  private Asking() {}

  static Asking start(Wire wire, Question question, Shard shard, long giveUpNanos) {
    Asking asking = new Asking();
    asking.exchange = Exchange.start(wire, question, shard, giveUpNanos, asking);
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
    Exchange started = exchange;
    if (started != null) {
      started.abandon();
    }
    return QuotaStoreException.Applied.UNKNOWN;
  }
}
