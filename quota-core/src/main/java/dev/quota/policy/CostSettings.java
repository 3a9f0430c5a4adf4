package dev.quota.policy;

import dev.quota.usage.UsageReport;
import java.util.List;

/** The settings of a policy's builder that say what a call costs. Not thread-safe. */
abstract sealed class CostSettings permits QuotaPolicyBuilder {

  final CostParts costs = new CostParts();

  abstract QuotaPolicyBuilder self();

  /**
   * Sets the cost of a call that sets none.
   *
   * @param units from 1 to {@link Capacity#MAX_UNITS}
   * @return this builder
   * @throws IllegalArgumentException if the cost is out of range
   */
  public QuotaPolicyBuilder usualCost(long units) {
    costs.setUnits(units);
    return self();
  }

  /**
   * Sets the formula that computes the cost of a call from what it used, such as {@code
   * "input_tokens + 4 * output_tokens"}. A formula has {@code +}, {@code -}, {@code *}, {@code /},
   * parentheses, numbers such as {@code 0.1}, prices such as {@code price(usd)}, and names of
   * {@link UsageReport#NAMES} or {@link #usageNames}. Before, the {@link #usualCost} is assumed.
   *
   * @param formula at most 500 characters
   * @return this builder
   * @throws IllegalArgumentException if the formula is malformed
   */
  public QuotaPolicyBuilder cost(String formula) {
    costs.setFormula(formula);
    return self();
  }

  /**
   * Sets the formula for the calls of a model. If several match a model, the longest one is used.
   * Upper and lower case differ.
   *
   * @param model the model's name, or the beginning of names and {@code *}: {@code "gpt-4o-mini*"}
   * @param formula as for {@link #cost}
   * @return this builder
   * @throws IllegalArgumentException if the name or the formula is malformed
   */
  public QuotaPolicyBuilder modelCost(String model, String formula) {
    costs.put(model, formula);
    return self();
  }

  /**
   * Sets what a call costs if its formula contains a price and its model has none.
   *
   * @param rule by default {@link Unpriced#REFUSE}
   * @return this builder
   */
  public QuotaPolicyBuilder unpriced(Unpriced rule) {
    costs.setUnpriced(rule);
    return self();
  }

  /**
   * Adds names of the application's own numbers to the names for formulas.
   *
   * @param names such as {@code "images"}, matching {@code [a-z][a-z0-9_]*}
   * @return this builder
   * @throws IllegalArgumentException if a name is malformed or one of {@link UsageReport#NAMES}
   */
  public QuotaPolicyBuilder usageNames(String... names) {
    costs.addNames(List.of(names));
    return self();
  }
}
