package dev.quota;

import dev.quota.policy.Action;
import dev.quota.policy.Capacity;
import dev.quota.policy.LimitPolicy;
import dev.quota.policy.Plan;
import dev.quota.policy.Policies;
import dev.quota.policy.QuotaPolicy;
import dev.quota.policy.Scope;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Logs what is allowed in a policy but is probably a mistake. */
final class PolicyWarnings {

  private static final System.Logger LOG = System.getLogger(PolicyWarnings.class.getName());

  private PolicyWarnings() {}

  /** Warns of quotas that do not limit a client that omits the header of the conversation. */
  static void conversationsOnly(Policies policies) {
    policies.quotas().values().forEach(policy -> conversationsOnly(policy, policies));
  }

  /** Warns if a quota does not limit a client that omits the header of the conversation. */
  static void conversationsOnly(QuotaPolicy policy, Policies policies) {
    boolean always = countsOnlyConversations(policy, "");
    Set<String> plans = new LinkedHashSet<>(policies.plans().keySet());
    plans.removeIf(plan -> !countsOnlyConversations(policy, plan));
    if (always || !plans.isEmpty()) {
      LOG.log(
          System.Logger.Level.WARNING,
          "Quota {0} limits conversations and nothing else{1}: a client that begins a new conversation with"
              + " each request is not limited. Add a limit for each subject, such as `daily: 10_000"
              + " per calendar day`.",
          policy.name(),
          always ? "" : " on the plans " + plans);
    }
  }

  /** Warns of actions that are never shown, because no plan has more than another. */
  static void idleUpgrades(Policies policies) {
    for (Plan plan : policies.quotas().isEmpty() ? List.<Plan>of() : policies.plans().values()) {
      if (hasUpgrade(plan, policies) && !hasBetterPlan(plan, policies)) {
        LOG.log(
            System.Logger.Level.WARNING,
            "Plan {0} has an action with `rel: upgrade`, and no other plan has more of anything, so"
                + " it is never shown. Give it another `rel`, such as `plans`, to show it always.",
            plan.name());
      }
    }
  }

  private static boolean hasUpgrade(Plan plan, Policies policies) {
    return policies.quotas().values().stream()
        .flatMap(quota -> actions(quota, plan).stream())
        .anyMatch(Action::isUpgrade);
  }

  private static List<Action> actions(QuotaPolicy quota, Plan plan) {
    return quota.planActions().getOrDefault(plan.name(), plan.actions());
  }

  private static boolean hasBetterPlan(Plan plan, Policies policies) {
    OtherPlans others = OtherPlans.of(policies.plans().values(), Optional.of(plan));
    for (QuotaPolicy quota : policies.quotas().values()) {
      if (actions(quota, plan).stream().anyMatch(Action::isUpgrade)
          && quota.limits().stream().anyMatch(limit -> isMore(quota, limit, plan, others))) {
        return true;
      }
    }
    return false;
  }

  private static boolean isMore(
      QuotaPolicy quota, LimitPolicy limit, Plan plan, OtherPlans others) {
    Capacity own =
        quota
            .planCapacities()
            .getOrDefault(plan.name(), Map.of())
            .getOrDefault(limit.name(), limit.capacity());
    return own instanceof Capacity.Limited limited
        && others.next(quota, limit, limited.units(), 1, any -> true).isPresent();
  }

  private static boolean countsOnlyConversations(QuotaPolicy policy, String plan) {
    Map<String, Capacity> capacities = policy.planCapacities().getOrDefault(plan, Map.of());
    boolean conversations = false;
    for (LimitPolicy limit : policy.limits()) {
      boolean limited =
          capacities.getOrDefault(limit.name(), limit.capacity()) instanceof Capacity.Limited;
      boolean ofConversation = limit.scope().orElse(policy.scope()) == Scope.CONVERSATION;
      if (limited && !ofConversation) {
        return false;
      }
      conversations |= limited;
    }
    return conversations;
  }
}
