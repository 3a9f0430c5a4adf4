package dev.quota.policy;

import dev.quota.internal.text.Quoted;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Checks that quotas and plans that policies use exist, and that there are not too many of them.
 */
final class PolicyReferences {

  private static final int MAX_COMBINATIONS = 20_000;

  private final Map<String, QuotaPolicy> quotas;
  private final Map<String, Plan> plans;
  private final List<String> mistakes = new ArrayList<>();

  private PolicyReferences(Map<String, QuotaPolicy> quotas, Map<String, Plan> plans) {
    this.quotas = quotas;
    this.plans = plans;
  }

  /** Returns all mistakes, one sentence each. */
  static List<String> mistakes(
      Map<String, QuotaPolicy> quotas,
      Map<String, Plan> plans,
      Optional<String> defaultPlan,
      List<LimitOverride> overrides) {
    PolicyReferences check = new PolicyReferences(quotas, plans);
    check.numbers();
    defaultPlan.ifPresent(plan -> check.plan(plan, "default plan"));
    quotas.values().forEach(check::quota);
    check.overrides(overrides);
    return check.mistakes;
  }

  /** Checks the numbers. Every quota is resolved for every plan, so their product matters. */
  private void numbers() {
    if (quotas.size() > Policies.MAX_QUOTAS
        || plans.size() > Policies.MAX_PLANS
        || (long) quotas.size() * plans.size() > MAX_COMBINATIONS) {
      mistakes.add(
          "policies must have at most "
              + Policies.MAX_QUOTAS
              + " quotas, "
              + Policies.MAX_PLANS
              + " plans and "
              + MAX_COMBINATIONS
              + " combinations of the two, had "
              + quotas.size()
              + " quotas and "
              + plans.size()
              + " plans");
    }
  }

  private void overrides(List<LimitOverride> overrides) {
    if (overrides.size() > Policies.MAX_OVERRIDES) {
      mistakes.add(
          "policies must have at most "
              + Policies.MAX_OVERRIDES
              + " overrides, had "
              + overrides.size());
      return;
    }
    Set<List<String>> seen = new HashSet<>();
    for (LimitOverride override : overrides) {
      String where = "the override of " + override.quota() + "." + override.limit();
      if (!seen.add(List.of(override.subject(), override.quota(), override.limit()))) {
        mistakes.add(where + " is there twice for the subject " + override.subject());
      }
      QuotaPolicy quota = quotas.get(override.quota());
      Optional<LimitPolicy> limit =
          quota == null
              ? Optional.empty()
              : quota.limits().stream()
                  .filter(it -> it.name().equals(override.limit()))
                  .findFirst();
      if (limit.isEmpty()) {
        mistakes.add(where + " names an unknown " + (quota == null ? "quota" : "limit"));
      } else {
        countable(where, limit.get(), override.capacity());
      }
    }
  }

  private void countable(String where, LimitPolicy limit, Capacity capacity) {
    try {
      limit.window().in(ZoneOffset.UTC).requireCountable(capacity);
    } catch (IllegalArgumentException e) {
      mistakes.add(where + ": " + e.getMessage());
    }
  }

  private void quota(QuotaPolicy quota) {
    Stream.concat(quota.planCapacities().keySet().stream(), quota.planActions().keySet().stream())
        .distinct()
        .forEach(plan -> plan(plan, "quota " + quota.name()));
    quota.degradeTo().ifPresent(target -> target(quota.name(), target));
  }

  private void plan(String plan, String where) {
    if (!plans.containsKey(plan)) {
      mistakes.add(
          where
              + " names the unknown plan "
              + Quoted.text(plan)
              + "; the plans are "
              + plans.keySet());
    }
  }

  private void target(String quota, String target) {
    QuotaPolicy found = quotas.get(target);
    if (found == null) {
      mistakes.add(
          "quota "
              + quota
              + " degrades to the unknown quota "
              + Quoted.text(target)
              + "; the quotas are "
              + quotas.keySet());
    } else if (found.degradeTo().isPresent()) {
      mistakes.add(
          "quota "
              + quota
              + " degrades to "
              + target
              + ", which degrades to "
              + found.degradeTo().get()
              + "; one step is allowed");
    }
  }
}
