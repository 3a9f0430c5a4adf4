package dev.quota.storetests;

import dev.quota.spi.ForwardingQuotaStore;
import dev.quota.spi.QuotaStore;
import dev.quota.spi.StoreCommand;
import dev.quota.spi.StoreReply;
import java.util.concurrent.CompletionException;

/**
 * Sends each command of another store with {@link QuotaStore#executeAsync} and waits for the
 * result. So the suites also test the asynchronous calls. Thread-safe if the other store is.
 */
public final class AwaitedStore extends ForwardingQuotaStore {

  /**
   * Creates the store.
   *
   * @param store the store that executes the commands
   */
  public AwaitedStore(QuotaStore store) {
    super(store);
  }

  @Override
  public StoreReply execute(StoreCommand command) {
    try {
      return store().executeAsync(command).toCompletableFuture().join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException known) {
        throw known;
      }
      throw e;
    }
  }
}
