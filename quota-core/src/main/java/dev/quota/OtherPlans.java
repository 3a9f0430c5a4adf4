package dev.quota;

import dev.quota.policy.Capacity;
import dev.quota.policy.LimitPolicy;
import dev.quota.policy.Plan;
import dev.quota.policy.QuotaPolicy;
import dev.quota.policy.WhenExhausted;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** The plans beside one plan. The next one is the first. Immutable. */
final class OtherPlans {

  private final List<Plan> nextFirst;

  private OtherPlans(List<Plan> nextFirst) {
    this.nextFirst = List.copyOf(nextFirst);
  }

  /**
   * Returns the plans beside one: first those after it in the order of the policy, then those
   * before it, starting with the nearest.
   */
  static OtherPlans of(Collection<Plan> plans, Optional<Plan> own) {
    List<Plan> before = new ArrayList<>();
    List<Plan> after = new ArrayList<>();
    if (own.isPresent()) {
      List<Plan> current = before;
      for (Plan plan : plans) {
        if (plan.name().equals(own.get().name())) {
          current = after;
        } else {
          current.add(plan);
        }
      }
    }
    Collections.reverse(before);
    after.addAll(before);
    return new OtherPlans(after);
  }

  /**
   * Returns the next plan with more of a limit than this plan gives. Grants do not count, because
   * they come on top of any plan.
   */
  Optional<BetterPlan> next(QuotaPolicy policy, LimitState limit, long cost) {
    ResolvedLimit own = limit.resolved();
    return own.isUnlimited()
        ? Optional.empty()
        : next(policy, own.policy, own.capacity(), cost, other -> wouldFit(limit, cost, other));
  }

  /**
   * Returns whether a cost would fit now with another capacity; true if that is not known or must
   * not be shown.
   */
  private static boolean wouldFit(LimitState limit, long cost, Capacity other) {
    if (!limit.isExact() || limit.rounded() || !(other instanceof Capacity.Limited limited)) {
      return true;
    }
    long added = limit.resolved().countsUnits() ? cost : Math.min(1, cost);
    return limit.taken() + added
        <= limited.units() + limit.granted().orElse(0) + limit.rolledOver().orElse(0);
  }

  /**
   * Returns the next plan that has more of a limit, and on which the cost can be granted.
   *
   * @param wanted the limit
   * @param own how much of it this plan has
   * @param hasRoom whether the cost fits now into such a capacity of the limit; such a plan is
   *     preferred
   */
  Optional<BetterPlan> next(
      QuotaPolicy policy, LimitPolicy wanted, long own, long cost, Predicate<Capacity> hasRoom) {
    Optional<BetterPlan> next = Optional.empty();
    for (Plan plan : nextFirst) {
      Map<String, Capacity> capacities =
          policy.planCapacities().getOrDefault(plan.name(), Map.of());
      Capacity capacity = capacities.getOrDefault(wanted.name(), wanted.capacity());
      if (isMore(capacity, own) && canGrant(policy, capacities, cost)) {
        if (hasRoom.test(capacity)) {
          return Optional.of(new BetterPlan(plan, capacity));
        }
        next = next.isPresent() ? next : Optional.of(new BetterPlan(plan, capacity));
      }
    }
    return next;
  }

  private static boolean isMore(Capacity capacity, long own) {
    return !(capacity instanceof Capacity.Limited limited) || limited.units() > own;
  }

  private static boolean canGrant(QuotaPolicy policy, Map<String, Capacity> capacities, long cost) {
    if (policy.whenExhausted() == WhenExhausted.OBSERVE) {
      return true;
    }
    for (LimitPolicy limit : policy.limits()) {
      if (policy.isShadow(limit)) {
        continue;
      }
      Capacity capacity = capacities.getOrDefault(limit.name(), limit.capacity());
      long least = ResolvedLimit.countsUnits(limit) ? Math.max(1, cost) : 1;
      if (capacity instanceof Capacity.Limited limited && limited.units() < least) {
        return false;
      }
    }
    return true;
  }
}
