package dev.quota.store;

import java.util.Set;

/**
 * What a store may be able to do beyond counting. Each store declares its own ({@link
 * dev.quota.spi.QuotaStore#capabilities}), and is never sent what it did not declare: policies that
 * need more are refused when they are loaded, and calls that need more fail.
 *
 * <p>Later versions of this library may add capabilities. A store that does not know them does not
 * declare them, and works as before.
 */
public enum StoreCapability {
  /**
   * Charges can be refunded, in part or completely: {@code Quotas.refund}. The filter needs it to
   * refund requests that fail.
   */
  REFUNDS,

  /**
   * Charges are remembered under an id, so that a repetition takes nothing: {@code Quotas.charge}.
   * Limits on conversations need it too.
   */
  IDEMPOTENCY,

  /**
   * Estimates can be reserved, renewed, grown and settled: {@code Quotas.reserve}. A reservation
   * that the store has forgotten is settled by a refund, so it requires {@link #REFUNDS}.
   */
  RESERVATIONS,

  /**
   * Limits on how many at once are counted. Their permits are held by reservations, so it requires
   * {@link #RESERVATIONS}.
   */
  PERMITS,

  /** Extra units can be granted: {@code Quotas.grant}. */
  GRANTS,

  /** What was used can be forgotten: {@code Quotas.reset}. */
  RESETS;

  /**
   * Returns what a store must declare beside this.
   *
   * @return the capabilities that this one is built on, possibly none
   */
  public Set<StoreCapability> requires() {
    return switch (this) {
      case RESERVATIONS -> Set.of(REFUNDS);
      case PERMITS -> Set.of(RESERVATIONS);
      case REFUNDS, IDEMPOTENCY, GRANTS, RESETS -> Set.of();
    };
  }
}
