package dev.quota.spi;

import dev.quota.internal.InMemoryQuotaStore;

final class InMemoryAsyncOperationsTest extends OperationsContract {

  @Override
  protected QuotaStore open(QuotaClock time) {
    return new AwaitedStore(InMemoryQuotaStore.builder().clock(time).build());
  }
}
