package dev.quota.policy;

import dev.quota.internal.formula.CostFormula;
import dev.quota.internal.yaml.Mistakes;
import dev.quota.internal.yaml.YamlNode;
import dev.quota.internal.yaml.YamlNode.Mapping;
import dev.quota.internal.yaml.YamlNode.Pair;
import dev.quota.internal.yaml.YamlNode.Scalar;
import dev.quota.internal.yaml.YamlNode.Sequence;
import dev.quota.usage.UsageReport;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads the cost of a call: a fixed number, or formulas that are computed after the call. */
final class CostReader {

  static final List<String> KEYS = List.of("cost", "models", "usage-names", "unpriced", "estimate");

  private static final int LONGEST = 100;
  private static final int MOST_NAMES = 100;
  private static final int MOST_MODELS = 1_000;

  private final Section section;
  private final QuotaPolicyBuilder quota;
  private final Mistakes mistakes;
  private final List<String> names = new ArrayList<>(UsageReport.NAMES);
  private boolean allNamed = true;

  CostReader(Section section, QuotaPolicyBuilder quota, Mistakes mistakes) {
    this.section = section;
    this.quota = quota;
    this.mistakes = mistakes;
  }

  void read() {
    // The names come first, because formulas may use them.
    section.node("usage-names").ifPresent(this::usageNames);
    Optional<Scalar> cost = section.scalar("cost");
    boolean isFixed = cost.isPresent() ? isNumber(cost.get()) : !section.has("cost");
    if (cost.isPresent()) {
      cost(cost.get(), isFixed);
    }
    section.node("models").ifPresent(this::models);
    if (section.has("estimate")) {
      estimate(isFixed);
    }
    section.word("unpriced", Unpriced.values(), Unpriced::text).ifPresent(quota::unpriced);
  }

  /** The length is checked first, because the regular expression needs stack for each digit. */
  private static boolean isNumber(Scalar text) {
    return text.text().length() <= LONGEST && text.text().matches("-?\\d+(_\\d+)*");
  }

  private void usageNames(YamlNode node) {
    if (node instanceof Sequence list && list.items().size() > MOST_NAMES) {
      mistakes.add(
          node.at(),
          "`usage-names` must be at most " + MOST_NAMES + ", was " + list.items().size());
      allNamed = false;
      return;
    }
    for (YamlNode item : node instanceof Sequence list ? list.items() : List.of(node)) {
      Optional<Scalar> text =
          item.asScalar("`usage-names` must be a name or a list such as [images]", mistakes);
      Optional<String> name =
          text.isPresent() ? mistakes.read(text.get(), this::usageName) : Optional.empty();
      name.ifPresent(names::add);
      allNamed &= name.isPresent();
    }
  }

  private String usageName(String name) {
    quota.usageNames(name);
    return name;
  }

  private void cost(Scalar text, boolean isFixed) {
    if (!isFixed) {
      Optional<CostFormula> formula = formula(text);
      if (formula.isPresent()
          && formula.get().names().isEmpty()
          && formula.get().currencies().isEmpty()) {
        mistakes.add(
            text.at(),
            "cost must be a whole number such as 1, or name what was used, as in input_tokens + 4 *"
                + " output_tokens, was "
                + text.kind());
      } else {
        formula.ifPresent(it -> quota.cost(it.toString()));
      }
      return;
    }
    Optional<Long> units = units(text, "cost");
    units.ifPresent(quota::usualCost);
    if (section.has("models")) {
      units.ifPresent(fixed -> quota.cost(Long.toString(fixed)));
    }
  }

  private void estimate(boolean isFixed) {
    if (isFixed && !section.has("models")) {
      mistakes.add(
          section.placeOf("estimate"),
          "`estimate` is allowed only where `cost` or `models` is computed from what was used");
    }
    Optional<Scalar> text = section.scalar("estimate");
    if (text.isPresent() && isNumber(text.get())) {
      units(text.get(), "estimate").ifPresent(quota::usualCost);
    } else if (text.isPresent()) {
      mistakes.add(
          text.get().at(),
          "estimate must be a whole number such as 1500, was " + text.get().kind());
    }
  }

  private Optional<Long> units(Scalar number, String what) {
    BigInteger units = new BigInteger(number.text().replace("_", ""));
    if (units.signum() <= 0 || units.compareTo(BigInteger.valueOf(Capacity.MAX_UNITS)) > 0) {
      mistakes.add(
          number.at(),
          what + " must be between 1 and " + Capacity.MAX_UNITS + ", was " + number.kind());
      return Optional.empty();
    }
    return Optional.of(units.longValueExact());
  }

  private void models(YamlNode node) {
    Optional<Mapping> byModel =
        node.asMapping(
            "`models` must be a mapping such as {gpt-4o-mini*: input_tokens + 4 * output_tokens}",
            mistakes);
    int count = byModel.map(it -> it.pairs().size()).orElse(0);
    if (count > MOST_MODELS) {
      mistakes.add(node.at(), "`models` must be at most " + MOST_MODELS + ", was " + count);
      return;
    }
    for (Pair pair : byModel.map(Mapping::pairs).orElse(List.of())) {
      Optional<String> model = mistakes.read(pair.key(), this::model);
      Optional<Scalar> text =
          pair.value().asScalar("the cost of a model must be a number or a formula", mistakes);
      Optional<CostFormula> formula = text.isPresent() ? formula(text.get()) : Optional.empty();
      if (model.isPresent() && formula.isPresent()) {
        quota.modelCost(model.get(), formula.get().toString());
      }
    }
  }

  private String model(String name) {
    QuotaPolicy.builder("any").modelCost(name, "1");
    return name;
  }

  private Optional<CostFormula> formula(Scalar text) {
    Optional<CostFormula> formula = mistakes.read(text, CostFormula::parse);
    for (Map.Entry<String, Integer> name :
        formula.map(CostFormula::names).orElse(Map.of()).entrySet()) {
      if (allNamed && !names.contains(name.getKey())) {
        mistakes.add(text.at(name.getValue()), Words.unknown("name", name.getKey(), names));
      }
    }
    return formula;
  }
}
