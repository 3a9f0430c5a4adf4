package dev.quota.policy;

import dev.quota.internal.formula.CostFormula;
import dev.quota.internal.text.Quoted;
import dev.quota.internal.text.UsageNames;
import dev.quota.usage.UsageReport;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The formulas of one quota: the usual one and those of models. Instances are immutable. */
final class ComputedCost {

  /** A formula for all models whose names begin with a text. */
  private record Prefix(String start, CostFormula formula) {}

  static final int MOST_MODELS = 1_000;

  private final Optional<CostFormula> usual;
  private final Map<String, CostFormula> byModel;
  private final List<Prefix> longestFirst;
  private final Unpriced unpriced;

  /** The currencies of the prices in formulas, in alphabetical order. */
  private final Set<String> currencies;

  private final Optional<String> currency;

  ComputedCost(Optional<CostFormula> usual, Map<String, CostFormula> byModel, Unpriced unpriced) {
    if (byModel.size() > MOST_MODELS) {
      throw new IllegalArgumentException(
          "models must be at most " + MOST_MODELS + ", was " + byModel.size());
    }
    this.usual = usual;
    this.unpriced = unpriced;
    this.byModel = Map.copyOf(byModel);
    List<Prefix> prefixes = new ArrayList<>();
    byModel.forEach(
        (model, formula) -> {
          if (model.endsWith("*")) {
            prefixes.add(new Prefix(model.substring(0, model.length() - 1), formula));
          }
        });
    prefixes.sort(Comparator.comparingInt((Prefix prefix) -> prefix.start().length()).reversed());
    this.longestFirst = List.copyOf(prefixes);
    this.currencies =
        Stream.concat(usual.stream(), byModel.values().stream())
            .flatMap(it -> it.currencies().keySet().stream())
            .collect(Collectors.toCollection(TreeSet::new));
    this.currency = currencies.stream().findFirst();
  }

  static CostFormula parse(String formula, String what) {
    try {
      return CostFormula.parse(formula);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          what + ": " + e.getMessage() + ", in " + Quoted.text(formula), e);
    }
  }

  static long requireUnits(long units) {
    if (units < 1 || units > Capacity.MAX_UNITS) {
      throw new IllegalArgumentException(
          "cost must be between 1 and " + Capacity.MAX_UNITS + ", was " + units);
    }
    return units;
  }

  /** Refuses formulas with unknown names. */
  void requireNames(Set<String> own) {
    usual.ifPresent(formula -> requireNames(formula, own, "cost"));
    byModel.forEach((model, formula) -> requireNames(formula, own, "cost of model " + model));
  }

  private static void requireNames(CostFormula formula, Set<String> own, String what) {
    for (String name : formula.names().keySet()) {
      if (!UsageReport.NAMES.contains(name) && !own.contains(name)) {
        List<String> known = new ArrayList<>(UsageReport.NAMES);
        known.addAll(own);
        throw new IllegalArgumentException(
            what + " must name nothing but " + known + ", was " + Quoted.text(name));
      }
    }
  }

  /** Returns the currencies of the prices in formulas. */
  Set<String> currencies() {
    return currencies;
  }

  /** Returns the first currency. */
  Optional<String> currency() {
    return currency;
  }

  Unpriced unpriced() {
    return unpriced;
  }

  /** Returns what a call costs. */
  long of(UsageReport used, String quota, long usualCost) {
    Optional<CostFormula> formula = formula(quota, used.model());
    if (formula.isEmpty()) {
      return usualCost;
    }
    boolean isPriced = isPriced(formula.get(), used);
    if (!isPriced && unpriced == Unpriced.REFUSE) {
      throw new IllegalArgumentException(refusal(used, quota));
    }
    if (!isPriced && unpriced == Unpriced.ESTIMATE) {
      return usualCost;
    }
    long cost = formula.get().evaluate(used::amount);
    return isPriced || cost > 0 ? cost : usualCost;
  }

  private String refusal(UsageReport used, String quota) {
    return used.model().map(it -> "model " + Quoted.text(it)).orElse("a call without a model")
        + " must have a price in "
        + String.join(", ", currencies())
        + ", because quota "
        + quota
        + " refuses calls without one: add it to the list of prices, or write unpriced: estimate";
  }

  /** Returns whether a report has the price that its formula needs. */
  boolean isPriced(UsageReport used, String quota) {
    return formula(quota, used.model()).map(it -> isPriced(it, used)).orElse(true);
  }

  private static boolean isPriced(CostFormula formula, UsageReport used) {
    for (String currency : formula.currencies().keySet()) {
      if (!used.isReported(UsageNames.price(currency))) {
        return false;
      }
    }
    return true;
  }

  /** Returns whether there is any formula. */
  boolean isPresent() {
    return usual.isPresent() || !byModel.isEmpty();
  }

  /** Returns the formula for a report; empty if this quota has none at all. */
  Optional<CostFormula> formula(String quota, Optional<String> model) {
    if (model.isPresent()) {
      Optional<CostFormula> found = formula(model.get());
      if (found.isPresent()) {
        return found;
      }
    }
    if (usual.isEmpty() && !byModel.isEmpty()) {
      throw new IllegalArgumentException(
          "model must be one of those of quota "
              + quota
              + ", which has no cost for others, was "
              + model.map(Quoted::text).orElse("absent"));
    }
    return usual;
  }

  private Optional<CostFormula> formula(String model) {
    CostFormula exact = byModel.get(model);
    if (exact != null) {
      return Optional.of(exact);
    }
    for (Prefix prefix : longestFirst) {
      if (model.startsWith(prefix.start())) {
        return Optional.of(prefix.formula());
      }
    }
    return Optional.empty();
  }

  Optional<String> usual() {
    return usual.map(CostFormula::toString);
  }

  Map<String, String> byModel() {
    Map<String, String> texts = new LinkedHashMap<>();
    byModel.forEach((model, formula) -> texts.put(model, formula.toString()));
    return Map.copyOf(texts);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ComputedCost that
        && usual.equals(that.usual)
        && byModel.equals(that.byModel)
        && unpriced == that.unpriced;
  }

  @Override
  public int hashCode() {
    return usual.hashCode() + 31 * byModel.hashCode();
  }
}
