package dev.quota.policy;

import dev.quota.internal.formula.CostFormula;
import dev.quota.internal.text.UsageNames;
import dev.quota.usage.UsageReport;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** Collects what a policy says about the cost of a call. Not thread-safe. */
final class CostParts {

  private static final int MICROS = 6;

  private final Map<String, CostFormula> byModel = new LinkedHashMap<>();
  private final Set<String> names = new LinkedHashSet<>();
  private Optional<CostFormula> formula = Optional.empty();
  private Optional<Unpriced> unpriced = Optional.empty();
  private OptionalLong units = OptionalLong.empty();

  void setUnits(long usual) {
    units = OptionalLong.of(ComputedCost.requireUnits(usual));
  }

  void setUnpriced(Unpriced rule) {
    unpriced = Optional.of(rule);
  }

  void setFormula(String text) {
    formula = Optional.of(ComputedCost.parse(text, "cost"));
  }

  /** Sets the formula of a model, or of all models whose names begin with a text. */
  void put(String model, String text) {
    String pattern = UsageNames.requirePattern(model);
    byModel.put(pattern, ComputedCost.parse(text, "cost of model " + model));
  }

  void addNames(List<String> own) {
    own.forEach(name -> names.add(UsageNames.requireOwn(name, UsageReport.NAMES)));
  }

  /** Returns the cost of a call that sets none. */
  long units() {
    return units.orElse(1);
  }

  /**
   * Returns the formulas, with prices in the unit of the policy.
   *
   * @throws IllegalArgumentException if the prices do not fit together
   */
  ComputedCost formulas(String quota, Unit unit) {
    int scale = unit.money().map(Unit.Money::scale).orElse(MICROS);
    Map<String, CostFormula> scaled = new LinkedHashMap<>();
    byModel.forEach((model, it) -> scaled.put(model, it.scaled(scale)));
    ComputedCost cost =
        new ComputedCost(
            formula.map(it -> it.scaled(scale)), scaled, unpriced.orElse(Unpriced.REFUSE));
    try {
      new PriceChecks(cost.currencies(), unit).run(unpriced, units.isPresent());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("quota " + quota + ": " + e.getMessage(), e);
    }
    return cost;
  }

  /** Returns the application's own names, in the order in which they were added. */
  Set<String> names() {
    return Collections.unmodifiableSet(new LinkedHashSet<>(names));
  }
}
