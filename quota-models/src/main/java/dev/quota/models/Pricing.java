package dev.quota.models;

import dev.quota.policy.QuotaPolicy;
import dev.quota.usage.UsageReport;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Optional;

/**
 * Puts prices into reports, if a policy asks for them.
 *
 * @param prices of models
 */
record Pricing(PriceList prices) {

  private static final String DOLLARS = "usd";

  /**
   * Returns a report with its price: the one of the list, or else the cost that the provider
   * reported. A report without either is returned as it is.
   */
  UsageReport priced(QuotaPolicy policy, UsageReport used) {
    Optional<String> currency = policy.currency();
    if (currency.isEmpty() || used.isReported(ModelPrice.amountName(currency.get()))) {
      return used;
    }
    return prices
        .priced(used, currency.get(), LocalDate.now(ZoneOffset.UTC))
        .orElseGet(() -> reported(used, currency.get()));
  }

  private static UsageReport reported(UsageReport used, String currency) {
    long micros = used.amount(ModelPrice.REPORTED);
    return currency.equals(DOLLARS) && micros > 0
        ? used.toBuilder().amount(ModelPrice.amountName(currency), micros).build()
        : used;
  }

  /**
   * Returns what a call costs before it is made.
   *
   * @throws IllegalArgumentException if the policy has no formula for the model, or refuses calls
   *     without a price
   */
  long before(QuotaPolicy policy, UsageReport atMost) {
    UsageReport report = priced(policy, atMost);
    try {
      return policy.costOf(report);
    } catch (IllegalArgumentException e) {
      throw policy.isPriced(report)
          ? e
          : new IllegalArgumentException(e.getMessage() + " (" + prices + ")", e);
    }
  }
}
