package dev.quota.storetests;

import dev.quota.spi.LimitSpec;
import dev.quota.spi.QuotaStore;
import dev.quota.spi.StoreCommand;
import dev.quota.spi.StoreReply;
import dev.quota.store.StoreCapability;
import dev.quota.store.StoreHealth;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/**
 * Another store, each command of which is sent with a stage that is waited for: what a suite proves
 * of it, it proves of {@link QuotaStore#executeAsync}. As safe for use by several threads as the
 * other store is.
 */
public final class AwaitedStore implements QuotaStore {

  private final QuotaStore store;

  /**
   * Creates the store.
   *
   * @param store who answers
   */
  public AwaitedStore(QuotaStore store) {
    this.store = store;
  }

  @Override
  public StoreReply execute(StoreCommand command) {
    try {
      return store.executeAsync(command).toCompletableFuture().join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException known) {
        throw known;
      }
      throw e;
    }
  }

  @Override
  public CompletionStage<StoreReply> executeAsync(StoreCommand command) {
    return store.executeAsync(command);
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
  public void requireCountable(List<LimitSpec> limits) {
    store.requireCountable(limits);
  }

  @Override
  public void prepare(List<StoreCommand.Peek> examples) {
    store.prepare(examples);
  }

  @Override
  public StoreHealth health() {
    return store.health();
  }

  @Override
  public void close() {
    store.close();
  }
}
