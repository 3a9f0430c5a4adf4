package dev.quota.storetests;

import dev.quota.internal.memory.InMemoryQuotaStore;
import dev.quota.spi.QuotaStore;
import dev.quota.store.QuotaClock;

/** The store in this process can do everything with stages too. */
final class InProcessAsyncTest extends CompleteStoreContract {

  private static final boolean SOAK = Boolean.getBoolean("quota.soak");

  @Override
  protected QuotaStore open(QuotaClock time) {
    return new AwaitedStore(InMemoryQuotaStore.builder().clock(time).build());
  }

  @Override
  protected int countingTraces() {
    return SOAK ? 2_000 : 20;
  }

  @Override
  protected int reservationsTraces() {
    return SOAK ? 2_000 : 20;
  }
}
