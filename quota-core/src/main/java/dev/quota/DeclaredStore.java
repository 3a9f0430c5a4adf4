package dev.quota;

import dev.quota.spi.ForwardingQuotaStore;
import dev.quota.spi.QuotaStore;
import dev.quota.spi.StoreCommand;
import dev.quota.spi.StoreReply;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Sends a store only commands that it has declared. Others fail before they are sent. As
 * thread-safe as the store.
 */
final class DeclaredStore extends ForwardingQuotaStore {

  private final Capabilities capabilities;

  private DeclaredStore(QuotaStore store, Capabilities capabilities) {
    super(store);
    this.capabilities = capabilities;
  }

  /** Returns the store itself if it declares everything, else a checked one. */
  static QuotaStore of(QuotaStore store, Capabilities capabilities) {
    return capabilities.isComplete() ? store : new DeclaredStore(store, capabilities);
  }

  @Override
  public StoreReply execute(StoreCommand command) {
    capabilities.require(command);
    return store().execute(command);
  }

  @Override
  public CompletionStage<StoreReply> executeAsync(StoreCommand command) {
    try {
      capabilities.require(command);
    } catch (UnsupportedOperationException e) {
      return CompletableFuture.failedFuture(e);
    }
    return store().executeAsync(command);
  }
}
