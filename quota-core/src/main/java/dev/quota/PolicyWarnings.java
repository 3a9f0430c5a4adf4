package dev.quota;

import dev.quota.spi.Capacity;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** Says in the log what is allowed in a policy and most likely a mistake. */
final class PolicyWarnings {

  private static final System.Logger LOG = System.getLogger(PolicyWarnings.class.getName());

  private PolicyWarnings() {}

  /** Warns of quotas that limit nobody who leaves the conversation's header away. */
  static void conversationsOnly(Policies policies) {
    policies.quotas().values().forEach(policy -> conversationsOnly(policy, policies));
  }

  /** Warns of a quota that limits nobody who leaves the conversation's header away. */
  static void conversationsOnly(QuotaPolicy policy, Policies policies) {
    boolean always = countsOnlyConversations(policy, "");
    Set<String> plans = new LinkedHashSet<>(policies.plans().keySet());
    plans.removeIf(plan -> !countsOnlyConversations(policy, plan));
    if (always || !plans.isEmpty()) {
      LOG.log(
          System.Logger.Level.WARNING,
          "Quota {0} limits conversations and nothing else{1}: who begins a new conversation with"
              + " each request is not limited. Add a limit for each subject, such as `daily: 10_000"
              + " per calendar day`.",
          policy.name(),
          always ? "" : " on the plans " + plans);
    }
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
