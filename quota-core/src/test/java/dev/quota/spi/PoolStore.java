package dev.quota.spi;

import dev.quota.store.StoreCapability;
import dev.quota.store.StoreHealth;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Another store whose stages complete on threads of its own, one command after the other, as those
 * of a store in another process do. Safe for use by several threads.
 */
public final class PoolStore implements QuotaStore {

  private final QuotaStore store;
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
    this.store = store;
  }

  @Override
  public StoreReply execute(StoreCommand command) {
    return store.execute(command);
  }

  @Override
  public CompletionStage<StoreReply> executeAsync(StoreCommand command) {
    // A store that is closed says so itself, as it does to a caller who waits.
    return CompletableFuture.supplyAsync(
        () -> store.execute(command), thread.isShutdown() ? Runnable::run : thread);
  }

  @Override
  public void requireCountable(List<LimitSpec> limits) {
    store.requireCountable(limits);
  }

  @Override
  public Set<StoreCapability> capabilities() {
    return store.capabilities();
  }

  @Override
  public boolean isRemote() {
    return store.isRemote();
  }

  @Override
  public StoreHealth health() {
    return store.health();
  }

  @Override
  public void close() {
    thread.shutdown();
    store.close();
  }
}
