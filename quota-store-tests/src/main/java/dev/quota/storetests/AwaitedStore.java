package dev.quota.storetests;

import dev.quota.spi.ForwardingQuotaStore;
import dev.quota.spi.QuotaStore;
import dev.quota.spi.StoreCommand;
import dev.quota.spi.StoreReply;
import java.util.concurrent.CompletionException;

/**
 * Another store, each command of which is sent with a stage that is waited for: what a suite proves
 * of it, it proves of {@link QuotaStore#executeAsync}. As safe for use by several threads as the
 * other store is.
 */
public final class AwaitedStore extends ForwardingQuotaStore {

  /**
   * Creates the store.
   *
   * @param store who answers
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
