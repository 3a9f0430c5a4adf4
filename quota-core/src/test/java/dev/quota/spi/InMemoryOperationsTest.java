package dev.quota.spi;

import dev.quota.internal.InMemoryQuotaStore;

final class InMemoryOperationsTest extends OperationsContract {

  @Override
  protected QuotaStore open(QuotaClock time) {
    return InMemoryQuotaStore.builder().clock(time).build();
  }

  @Override
  protected int traces() {
    return Boolean.getBoolean("quota.soak") ? 20_000 : 60;
  }
}
