package dev.quota.redis;

import dev.quota.spi.StoreCommand;
import dev.quota.store.QuotaStoreException;
import dev.quota.store.QuotaStoreException.Applied;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/**
 * Refunds what a decision over several masters had taken before it failed. Thread-safe; never
 * blocks.
 *
 * <p>A refund that Redis has not applied is tried again for a while. A refund that may have been
 * applied is not: a missing refund is too strict until the window ends, but a double refund would
 * grant too much. Both kinds of failures are counted.
 */
final class Refunds {

  private static final System.Logger LOG = System.getLogger(Refunds.class.getName());

  private static final int TRIES = 6;
  private static final long FIRST_PAUSE_MILLIS = 100;

  private final Function<StoreCommand.Settle, CompletableFuture<byte[]>> settling;
  private final AtomicLong undelivered = new AtomicLong();

  /**
   * Creates it.
   *
   * @param settling sends a settlement for keys of one master
   */
  Refunds(Function<StoreCommand.Settle, CompletableFuture<byte[]>> settling) {
    this.settling = settling;
  }

  /** Returns how many charges could not be refunded. */
  long undelivered() {
    return undelivered.get();
  }

  /** Sends a refund. The future completes when the first try is over, and never exceptionally. */
  CompletableFuture<Void> send(StoreCommand.Settle changes) {
    return attempt(changes, 1);
  }

  private CompletableFuture<Void> attempt(StoreCommand.Settle changes, int number) {
    return settling
        .apply(changes)
        .handle(
            (reply, failure) -> {
              if (failure != null) {
                failed(changes, number, RedisFailure.unwrapped(failure));
              }
              return null;
            });
  }

  private void failed(StoreCommand.Settle changes, int number, Throwable failure) {
    boolean untouched =
        failure instanceof QuotaStoreException known && known.applied() == Applied.NO;
    if (untouched && number < TRIES) {
      Executor later =
          CompletableFuture.delayedExecutor(FIRST_PAUSE_MILLIS << number, TimeUnit.MILLISECONDS);
      later.execute(
          () -> {
            CompletableFuture<Void> unused = attempt(changes, number + 1);
          });
      return;
    }
    boolean isFirst = undelivered.getAndAdd(changes.changes().size()) == 0;
    LOG.log(
        // In an outage there are many. The health of the store has their number.
        isFirst ? System.Logger.Level.WARNING : System.Logger.Level.DEBUG,
        "A charge over several masters could not be refunded; it counts until its window ends.",
        failure);
  }
}
