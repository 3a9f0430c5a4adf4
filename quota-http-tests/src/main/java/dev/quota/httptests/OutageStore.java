package dev.quota.httptests;

import dev.quota.internal.memory.InMemoryQuotaStore;
import dev.quota.spi.QuotaStore;
import dev.quota.spi.StoreCommand;
import dev.quota.spi.StoreReply;
import dev.quota.store.QuotaClock;
import dev.quota.store.QuotaStoreException;
import dev.quota.store.StoreCapability;
import dev.quota.store.StoreHealth;
import java.util.Set;

/** Counts in this process until it is told to be away. Safe for use by several threads. */
final class OutageStore implements QuotaStore {

  private final QuotaStore counts;
  private volatile boolean away;

  OutageStore(QuotaClock clock) {
    counts = InMemoryQuotaStore.builder().clock(clock).build();
  }

  void goAway() {
    away = true;
  }

  @Override
  public Set<StoreCapability> capabilities() {
    return counts.capabilities();
  }

  @Override
  public StoreReply execute(StoreCommand command) {
    if (away) {
      throw new QuotaStoreException("no connection", QuotaStoreException.Applied.NO, null);
    }
    return counts.execute(command);
  }

  @Override
  public StoreHealth health() {
    return away ? new StoreHealth("away", false, "Told to be away.") : counts.health();
  }

  @Override
  public void close() {
    counts.close();
  }
}
