package dev.quota.spi;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Another store whose stages complete on threads of its own, one command after the other, as those
 * of a store in another process do. Safe for use by several threads.
 */
public final class PoolStore extends ForwardingQuotaStore {

  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread made = new Thread(task, "store");
            made.setDaemon(true);
            return made;
          });

  /**
   * Creates the store.
   *
   * @param store who answers
   */
  public PoolStore(QuotaStore store) {
    super(store);
  }

  @Override
  public CompletionStage<StoreReply> executeAsync(StoreCommand command) {
    // A store that is closed says so itself, as it does to a caller who waits.
    return CompletableFuture.supplyAsync(
        () -> store().execute(command), thread.isShutdown() ? Runnable::run : thread);
  }

  @Override
  public void close() {
    thread.shutdown();
    super.close();
  }
}
