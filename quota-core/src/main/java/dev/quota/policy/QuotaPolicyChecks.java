package dev.quota.policy;

import dev.quota.internal.text.Quoted;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** Checks whether the parts of one policy fit together. */
final class QuotaPolicyChecks {

  private final QuotaPolicy policy;

  QuotaPolicyChecks(QuotaPolicy policy) {
    this.policy = policy;
  }

  /**
   * Runs all checks.
   *
   * @throws IllegalArgumentException if parts contradict each other
   */
  void run(ComputedCost cost) {
    require(!policy.limits().isEmpty(), "must have at least one limit");
    checkNumber();
    Set<String> limits = checkLimits();
    checkPlans(limits);
    policy
        .primary()
        .ifPresent(
            limit ->
                require(limits.contains(limit), "primary must be one of its limits " + limits));
    checkDegradation();
    checkCost(cost);
  }

  private Set<String> checkLimits() {
    Set<String> names = new LinkedHashSet<>();
    for (LimitPolicy limit : policy.limits()) {
      require(names.add(limit.name()), "has two limits named " + Quoted.text(limit.name()));
      checkExact(limit, limit.capacity());
      if (limit.warnAt().isEmpty() && limit.window().kind() == LimitKind.BUDGET) {
        checkThresholds(limit);
      }
    }
    return names;
  }

  private void checkPlans(Set<String> limits) {
    policy
        .planCapacities()
        .forEach(
            (plan, capacities) ->
                capacities.forEach(
                    (name, capacity) -> {
                      require(
                          limits.contains(name),
                          "plan " + plan + " names an unknown limit; the limits are " + limits);
                      policy.limits().stream()
                          .filter(limit -> limit.name().equals(name))
                          .forEach(limit -> checkExact(limit, capacity));
                    }));
  }

  private void checkDegradation() {
    boolean degrades = policy.whenExhausted() == WhenExhausted.DEGRADE;
    require(
        degrades || (policy.degradedLabel().isEmpty() && policy.degradedLabels().isEmpty()),
        "may have a degraded label only when it degrades");
    require(
        degrades || policy.degradedModel().isEmpty(),
        "may name a degraded model only when it degrades");
    require(
        degrades || policy.degradeTo().isEmpty(),
        "may name a quota to degrade to only when it degrades");
    require(
        policy.degradeTo().filter(policy.name()::equals).isEmpty(), "must not degrade to itself");
  }

  /**
   * Checks the number of limits. A store keeps those of one scope in one value, and reads all of
   * them at each charge.
   */
  private void checkNumber() {
    Map<Scope, Integer> byScope = new EnumMap<>(Scope.class);
    Map<Scope, Integer> callsByScope = new EnumMap<>(Scope.class);
    for (LimitPolicy limit : policy.limits()) {
      Map<Scope, Integer> counted = limit.countsCalls() ? callsByScope : byScope;
      Scope on = limit.scope().orElse(policy.scope());
      int number = counted.merge(on, 1, Integer::sum);
      require(
          number <= QuotaPolicy.MAX_LIMITS_PER_SCOPE,
          "has more than "
              + QuotaPolicy.MAX_LIMITS_PER_SCOPE
              + " limits that count on one scope, "
              + on.text()
              + "; split it into several quotas that are charged together");
    }
  }

  private void checkCost(ComputedCost cost) {
    try {
      cost.requireNames(policy.usageNames());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("quota " + policy.name() + ": " + e.getMessage(), e);
    }
  }

  private void checkExact(LimitPolicy limit, Capacity capacity) {
    try {
      limit.requireCountable(capacity);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "quota " + policy.name() + ", limit " + limit.name() + ": " + e.getMessage(), e);
    }
  }

  private void checkThresholds(LimitPolicy limit) {
    try {
      limit.withWarnAt(policy.warnAt());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("quota " + policy.name() + ": " + e.getMessage(), e);
    }
  }

  private void require(boolean condition, String problem) {
    if (!condition) {
      throw new IllegalArgumentException("quota " + policy.name() + " " + problem);
    }
  }
}
