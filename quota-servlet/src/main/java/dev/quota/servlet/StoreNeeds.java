package dev.quota.servlet;

import dev.quota.Quotas;
import dev.quota.store.StoreCapability;

/** Says what a filter needs of the engine's store, before a request finds out. */
final class StoreNeeds {

  private StoreNeeds() {}

  /**
   * Checks that failed requests can be refunded.
   *
   * @throws IllegalArgumentException if they are to be and cannot
   */
  static void requireRefunds(Quotas quotas, boolean refundFailed) {
    if (refundFailed && !quotas.supports(StoreCapability.REFUNDS)) {
      throw new IllegalArgumentException(
          "refundFailed must be false for the store \""
              + quotas.health().store()
              + "\", which does not declare the capability REFUNDS: requests that fail stay charged"
              + " then");
    }
  }

  /**
   * Checks that a repeated key can be charged once.
   *
   * @param where which endpoint
   * @throws IllegalStateException if it is to be and cannot
   */
  static void requireIdempotency(Quotas quotas, boolean idempotent, String where) {
    if (idempotent && !quotas.supports(StoreCapability.IDEMPOTENCY)) {
      throw new IllegalStateException(
          "idempotent must be false in "
              + where
              + ": it needs the store capability IDEMPOTENCY, which the store \""
              + quotas.health().store()
              + "\" does not declare");
    }
  }
}
