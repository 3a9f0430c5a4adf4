package dev.quota.storetests;

import dev.quota.QuotaClock;
import dev.quota.internal.InMemoryQuotaStore;
import dev.quota.spi.QuotaStore;
import org.junit.jupiter.api.Nested;

/** The store in this process can do everything. */
final class InProcessStoreTest {

  private static final boolean SOAK = Boolean.getBoolean("quota.soak");

  private static QuotaStore store(QuotaClock time) {
    return InMemoryQuotaStore.builder().clock(time).build();
  }

  @Nested
  final class Counting extends CountingContract {
    @Override
    protected QuotaStore open(QuotaClock time) {
      return store(time);
    }

    @Override
    protected int traces() {
      return SOAK ? 20_000 : 205;
    }
  }

  @Nested
  final class Refunds extends RefundsContract {
    @Override
    protected QuotaStore open(QuotaClock time) {
      return store(time);
    }
  }

  @Nested
  final class Idempotency extends IdempotencyContract {
    @Override
    protected QuotaStore open(QuotaClock time) {
      return store(time);
    }
  }

  @Nested
  final class Reservations extends ReservationsContract {
    @Override
    protected QuotaStore open(QuotaClock time) {
      return store(time);
    }

    @Override
    protected int traces() {
      return SOAK ? 20_000 : 60;
    }
  }

  @Nested
  final class Permits extends PermitsContract {
    @Override
    protected QuotaStore open(QuotaClock time) {
      return store(time);
    }
  }

  @Nested
  final class Grants extends GrantsContract {
    @Override
    protected QuotaStore open(QuotaClock time) {
      return store(time);
    }
  }

  @Nested
  final class Resets extends ResetsContract {
    @Override
    protected QuotaStore open(QuotaClock time) {
      return store(time);
    }
  }
}
