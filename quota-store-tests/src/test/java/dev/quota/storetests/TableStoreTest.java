package dev.quota.storetests;

import dev.quota.spi.QuotaStore;
import dev.quota.store.QuotaClock;
import dev.quota.store.StoreCapability;
import org.junit.jupiter.api.Nested;

/** A stranger's store passes everything that it declares, and is asked for nothing else. */
final class TableStoreTest {

  @Nested
  final class Counting extends CountingContract {
    @Override
    protected QuotaStore open(QuotaClock time) {
      return new TableStore(time);
    }
  }

  @Nested
  final class CountingAndMore extends CountingContract {
    @Override
    protected QuotaStore open(QuotaClock time) {
      return table(time);
    }

    @Override
    protected int traces() {
      return Boolean.getBoolean("quota.soak") ? 5_000 : 60;
    }
  }

  @Nested
  final class Refunds extends RefundsContract {
    @Override
    protected QuotaStore open(QuotaClock time) {
      return table(time);
    }
  }

  @Nested
  final class Resets extends ResetsContract {
    @Override
    protected QuotaStore open(QuotaClock time) {
      return table(time);
    }
  }

  private static TableStore table(QuotaClock time) {
    return new TableStore(time, StoreCapability.REFUNDS, StoreCapability.RESETS);
  }
}
