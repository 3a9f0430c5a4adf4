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
import java.util.Set;

/** Collects what a policy says about the cost of a call. Not thread-safe. */
final class CostParts {

  private final Map<String, CostFormula> byModel = new LinkedHashMap<>();
  private final Set<String> names = new LinkedHashSet<>();
  private Optional<CostFormula> formula = Optional.empty();
  private long units = 1;

  void setUnits(long usual) {
    units = ComputedCost.requireUnits(usual);
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
    return units;
  }

  ComputedCost formulas() {
    return new ComputedCost(formula, byModel);
  }

  /** Returns the application's own names, in the order in which they were added. */
  Set<String> names() {
    return Collections.unmodifiableSet(new LinkedHashSet<>(names));
  }
}
