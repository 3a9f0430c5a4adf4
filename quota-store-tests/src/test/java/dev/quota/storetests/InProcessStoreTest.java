package dev.quota.storetests;

import dev.quota.internal.memory.InMemoryQuotaStore;
import dev.quota.spi.QuotaStore;
import dev.quota.store.QuotaClock;

/** The store in this process can do everything. */
final class InProcessStoreTest extends CompleteStoreContract {

  private static final boolean SOAK = Boolean.getBoolean("quota.soak");

  @Override
  protected QuotaStore open(QuotaClock time) {
    return InMemoryQuotaStore.builder().clock(time).build();
  }

  @Override
  protected int countingTraces() {
    return SOAK ? 20_000 : 205;
  }

  @Override
  protected int reservationsTraces() {
    return SOAK ? 20_000 : 60;
  }
}
