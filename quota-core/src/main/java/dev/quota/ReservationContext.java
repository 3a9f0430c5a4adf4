package dev.quota;

import dev.quota.spi.QuotaStore;
import java.util.function.Supplier;

/**
 * What the reservations of one subject need of their engine.
 *
 * @param decider reports the states
 * @param events publishes the events
 * @param maintenance renews, and sends unanswered commands again
 * @param policies the policies in force, as the subject sees them
 */
record ReservationContext(
    Decider decider,
    Events events,
    Maintenance maintenance,
    Supplier<PolicyView.Resolved> policies) {

  /** Returns whether a store is the shared one, and not the fallback. */
  boolean isShared(QuotaStore store) {
    return store == decider.store();
  }
}
