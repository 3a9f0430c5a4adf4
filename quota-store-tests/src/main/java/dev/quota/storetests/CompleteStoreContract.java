package dev.quota.storetests;

import dev.quota.spi.QuotaStore;
import dev.quota.store.QuotaClock;
import org.junit.jupiter.api.Nested;

/**
 * All suites, for a store that declares every {@link dev.quota.store.StoreCapability}. A store that
 * declares fewer extends the suites of those.
 */
public abstract class CompleteStoreContract {

  /** For the test class of a store. */
  protected CompleteStoreContract() {}

  /**
   * Opens a new store, empty, that counts by a clock.
   *
   * @param time the clock
   * @return the store; the suite closes it
   */
  protected abstract QuotaStore open(QuotaClock time);

  /**
   * Returns how many random traces of charges are compared with the model.
   *
   * @return at least 1
   */
  protected abstract int countingTraces();

  /**
   * Returns how many random traces of operations are compared with the model.
   *
   * @return at least 1
   */
  protected abstract int reservationsTraces();

  @Nested
  final class Counting extends CountingContract {
    @Override
    protected QuotaStore open(QuotaClock time) {
      return CompleteStoreContract.this.open(time);
    }

    @Override
    protected int traces() {
      return countingTraces();
    }
  }

  @Nested
  final class Refunds extends RefundsContract {
    @Override
    protected QuotaStore open(QuotaClock time) {
      return CompleteStoreContract.this.open(time);
    }
  }

  @Nested
  final class Idempotency extends IdempotencyContract {
    @Override
    protected QuotaStore open(QuotaClock time) {
      return CompleteStoreContract.this.open(time);
    }
  }

  @Nested
  final class Reservations extends ReservationsContract {
    @Override
    protected QuotaStore open(QuotaClock time) {
      return CompleteStoreContract.this.open(time);
    }

    @Override
    protected int traces() {
      return reservationsTraces();
    }
  }

  @Nested
  final class Permits extends PermitsContract {
    @Override
    protected QuotaStore open(QuotaClock time) {
      return CompleteStoreContract.this.open(time);
    }
  }

  @Nested
  final class Sliding extends SlidingContract {
    @Override
    protected QuotaStore open(QuotaClock time) {
      return CompleteStoreContract.this.open(time);
    }
  }

  @Nested
  final class Sessions extends SessionsContract {
    @Override
    protected QuotaStore open(QuotaClock time) {
      return CompleteStoreContract.this.open(time);
    }
  }

  @Nested
  final class Grants extends GrantsContract {
    @Override
    protected QuotaStore open(QuotaClock time) {
      return CompleteStoreContract.this.open(time);
    }
  }

  @Nested
  final class Rollovers extends RolloverContract {
    @Override
    protected QuotaStore open(QuotaClock time) {
      return CompleteStoreContract.this.open(time);
    }
  }

  @Nested
  final class Resets extends ResetsContract {
    @Override
    protected QuotaStore open(QuotaClock time) {
      return CompleteStoreContract.this.open(time);
    }
  }
}
