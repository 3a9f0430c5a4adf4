package dev.quota.policy;

import dev.quota.internal.yaml.Mistakes;
import dev.quota.internal.yaml.YamlNode.Scalar;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The names of a file's plans, including malformed ones, so that a mistake in a plan causes no
 * second one where the plan is used. Not thread-safe.
 */
final class PlanNames {

  private final Map<String, Boolean> wellFormedByName = new LinkedHashMap<>();
  private boolean complete = true;

  void add(Scalar name, boolean wellFormed) {
    wellFormedByName.put(name.text(), wellFormed);
  }

  /** Notes that not all names of plans are known. */
  void incomplete() {
    complete = false;
  }

  /** Returns whether a plan has the name. If no plan can have it, adds a mistake. */
  boolean check(Scalar plan, Mistakes mistakes) {
    if (complete && !wellFormedByName.containsKey(plan.text())) {
      mistakes.add(plan.at(), Words.unknown("plan", plan.text(), wellFormedByName.keySet()));
    }
    return wellFormedByName.getOrDefault(plan.text(), false);
  }
}
