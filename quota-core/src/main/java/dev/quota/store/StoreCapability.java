package dev.quota.store;

import java.util.Set;

/**
 * What a store can do beyond counting. Each store declares its capabilities ({@link
 * dev.quota.spi.QuotaStore#capabilities}). The engine sends nothing that is not declared. It
 * refuses policies that need more when they are loaded, and calls that need more fail.
 *
 * <p>Later versions of this library may add capabilities. A store that does not declare them works
 * as before.
 */
public enum StoreCapability {
  /**
   * Charges can be refunded, in part or completely: {@code Quotas.refund}. Adapters need it to
   * refund requests that fail.
   */
  REFUNDS,

  /**
   * Charges are remembered under an id, so that a repetition takes nothing: {@code Quotas.charge}.
   * Limits on conversations need it too.
   */
  IDEMPOTENCY,

  /**
   * Estimates can be reserved, renewed, increased and settled: {@code Quotas.reserve}. It requires
   * {@link #REFUNDS}, because a reservation that the store has forgotten is settled by a refund.
   */
  RESERVATIONS,

  /**
   * Limits at once are counted. It requires {@link #RESERVATIONS}, because reservations hold the
   * permits.
   */
  PERMITS,

  /** Sliding limits are counted: {@code 100 per sliding day}. */
  SLIDING,

  /** Session limits are counted: {@code 50 per session of 5 hours}. */
  SESSIONS,

  /** Extra units can be granted: {@code Quotas.grant}. */
  GRANTS,

  /** Counts can be reset: {@code Quotas.reset}. */
  RESETS,

  /** Unused allowance of a calendar limit rolls over to the next window. */
  ROLLOVER;

  /**
   * Returns which other capabilities this one requires.
   *
   * @return the capabilities; may be empty
   */
  public Set<StoreCapability> requires() {
    return switch (this) {
      case RESERVATIONS -> Set.of(REFUNDS);
      case PERMITS -> Set.of(RESERVATIONS);
      case REFUNDS, IDEMPOTENCY, SLIDING, SESSIONS, GRANTS, RESETS, ROLLOVER -> Set.of();
    };
  }
}
