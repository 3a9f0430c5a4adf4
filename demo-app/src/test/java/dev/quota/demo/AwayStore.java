package dev.quota.demo;

import dev.quota.spi.QuotaStore;
import dev.quota.spi.StoreCommand;
import dev.quota.spi.StoreReply;
import dev.quota.store.QuotaStoreException;
import dev.quota.store.StoreCapability;
import dev.quota.store.StoreHealth;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A store in another process that is not there. */
final class AwayStore implements QuotaStore {

  @Override
  public Set<StoreCapability> capabilities() {
    return EnumSet.allOf(StoreCapability.class);
  }

  @Override
  public StoreReply execute(StoreCommand command) {
    throw away();
  }

  @Override
  public CompletionStage<StoreReply> executeAsync(StoreCommand command) {
    return CompletableFuture.failedStage(away());
  }

  @Override
  public StoreHealth health() {
    return new StoreHealth("redis", false, "There is no connection.");
  }

  @Override
  public void close() {
    // There is nothing to close.
  }

  private static QuotaStoreException away() {
    return new QuotaStoreException("away", QuotaStoreException.Applied.NO, null);
  }
}
