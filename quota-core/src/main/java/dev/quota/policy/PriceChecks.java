package dev.quota.policy;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Checks whether the prices in the formulas of one policy fit together.
 *
 * @param currencies of the prices
 * @param unit of the policy
 */
record PriceChecks(Set<String> currencies, Unit unit) {

  /**
   * Runs all checks.
   *
   * @param unpriced the rule for models without a price, if the policy has one
   * @param isEstimated whether the policy has an estimate
   * @throws IllegalArgumentException if parts contradict each other
   */
  void run(Optional<Unpriced> unpriced, boolean isEstimated) {
    if (currencies.isEmpty()) {
      require(
          unpriced.isEmpty(),
          "unpriced is allowed only if the cost contains a price, such as price(usd)");
      return;
    }
    String currency = String.join(", ", currencies);
    require(currencies.size() == 1, "cost must have prices in one currency, was " + currency);
    String ofUnit =
        unit.money()
            .map(it -> it.currency().getCurrencyCode().toLowerCase(Locale.ROOT))
            .orElse(currency);
    require(
        currency.equals(ofUnit),
        "price must be in the currency of the unit, which is " + ofUnit + ", was " + currency);
    Unpriced rule = unpriced.orElse(Unpriced.REFUSE);
    require(
        rule == Unpriced.REFUSE || isEstimated,
        "unpriced: "
            + rule.text()
            + " needs an estimate, which a call of a model without a price costs");
  }

  private static void require(boolean isRight, String mistake) {
    if (!isRight) {
      throw new IllegalArgumentException(mistake);
    }
  }
}
