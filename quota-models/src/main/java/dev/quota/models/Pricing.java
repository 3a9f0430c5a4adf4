package dev.quota.models;

import dev.quota.models.internal.FaultLog;
import dev.quota.models.internal.UsageFault;
import dev.quota.policy.QuotaPolicy;
import dev.quota.usage.UsageReport;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Optional;

/**
 * How calls are priced.
 *
 * @param prices of models
 * @param currency of the policy
 * @param unpriced what happens without a price
 */
record Pricing(PriceList prices, String currency, Unpriced unpriced) {

  private Optional<UsageReport> priced(UsageReport used) {
    return prices.priced(used, currency, LocalDate.now(ZoneOffset.UTC));
  }

  /**
   * Returns what a call costs before it is made.
   *
   * @throws IllegalArgumentException if calls without a price are refused
   */
  long before(QuotaPolicy policy, UsageReport atMost) {
    Optional<UsageReport> priced = priced(atMost);
    if (priced.isPresent()) {
      return policy.costOf(priced.get());
    }
    if (unpriced == Unpriced.REFUSE) {
      throw new IllegalArgumentException(
          "model "
              + atMost.model().orElse("(none was named)")
              + " has no price in "
              + currency
              + ", so it was not called: add it to the list of prices, or let unpriced calls be"
              + " charged by their estimate.");
    }
    return without(policy, atMost, policy.usualCost());
  }

  /** Returns what was used costs; an answer that is there is never refused. */
  long after(QuotaPolicy policy, UsageReport used, long estimate) {
    Optional<UsageReport> priced = priced(used);
    return priced.isPresent() ? policy.costOf(priced.get()) : without(policy, used, estimate);
  }

  private long without(QuotaPolicy policy, UsageReport used, long estimate) {
    FaultLog.SHARED.add(UsageFault.Kind.UNPRICED);
    if (unpriced != Unpriced.FORMULA) {
      return estimate;
    }
    long cost = policy.costOf(used);
    return cost > 0 ? cost : estimate;
  }
}
