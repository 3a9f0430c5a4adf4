package dev.quota.policy;

import dev.quota.internal.text.Names;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Collects what a policy says about plans. Not thread-safe. */
final class PlanParts {

  private final Map<String, Map<String, Capacity>> capacities = new LinkedHashMap<>();
  private final Map<String, List<Action>> actions = new LinkedHashMap<>();

  void put(String plan, String limit, Capacity capacity) {
    Names.require(plan, "plan");
    capacities.computeIfAbsent(plan, key -> new LinkedHashMap<>()).put(limit, capacity);
  }

  void put(String plan, List<Action> ofPlan) {
    actions.put(Names.require(plan, "plan"), List.copyOf(ofPlan));
  }

  /** Returns the capacities by plan and limit. */
  Map<String, Map<String, Capacity>> capacities() {
    Map<String, Map<String, Capacity>> copy = new LinkedHashMap<>();
    capacities.forEach((plan, byLimit) -> copy.put(plan, Map.copyOf(byLimit)));
    return Map.copyOf(copy);
  }

  /** Returns the actions by plan. */
  Map<String, List<Action>> actions() {
    Map<String, List<Action>> copy = new LinkedHashMap<>();
    actions.forEach((plan, list) -> copy.put(plan, Action.requireFew(list)));
    return Map.copyOf(copy);
  }
}
