package dev.quota.policy;

import dev.quota.internal.yaml.Mistakes;
import dev.quota.internal.yaml.YamlNode.Scalar;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The names a file's plans have, malformed ones included: a mistake in a plan makes no second one
 * where the plan is named. Not thread-safe.
 */
final class PlanNames {

  private final Map<String, Boolean> wellFormedByName = new LinkedHashMap<>();
  private boolean complete = true;

  void add(Scalar name, boolean wellFormed) {
    wellFormedByName.put(name.text(), wellFormed);
  }

  /** Says that nobody can tell what all the plans are. */
  void incomplete() {
    complete = false;
  }

  /** Returns whether a name can be used; if certainly no plan has it, that is a mistake. */
  boolean check(Scalar plan, Mistakes mistakes) {
    if (complete && !wellFormedByName.containsKey(plan.text())) {
      mistakes.add(plan.at(), Words.unknown("plan", plan.text(), wellFormedByName.keySet()));
    }
    return wellFormedByName.getOrDefault(plan.text(), false);
  }
}
