package dev.quota;

import dev.quota.policy.Capacity;
import dev.quota.policy.Plan;
import java.util.Objects;

/**
 * Another plan that has more of a limit. Values are immutable.
 *
 * @param plan the plan
 * @param capacity how much of the limit that plan has, by the policy
 */
public record BetterPlan(Plan plan, Capacity capacity) {

  /**
   * Checks the values.
   *
   * @param plan the component
   * @param capacity the component
   */
  public BetterPlan {
    Objects.requireNonNull(plan, "plan");
    Objects.requireNonNull(capacity, "capacity");
  }
}
