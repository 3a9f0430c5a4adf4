package dev.quota.spi;

import dev.quota.internal.InMemoryQuotaStore;

final class InMemoryAsyncTest extends QuotaStoreContract {

  @Override
  protected QuotaStore open(QuotaClock time) {
    return new AwaitedStore(InMemoryQuotaStore.builder().clock(time).build());
  }
}
