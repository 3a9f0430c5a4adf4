package dev.quota;

import dev.quota.spi.QuotaStore;
import java.util.function.Supplier;

/**
 * What the reservations of one subject have in common with their engine.
 *
 * @param decider says the states
 * @param events tells the listeners
 * @param maintenance renews, and sends again what was not answered
 * @param policies the policies in force, as the subject sees them
 */
record ReservationContext(
    Decider decider,
    Events events,
    Maintenance maintenance,
    Supplier<PolicyView.Resolved> policies) {

  /** Returns whether a store is the one that counts for all nodes. */
  boolean isShared(QuotaStore store) {
    return store == decider.store();
  }
}
