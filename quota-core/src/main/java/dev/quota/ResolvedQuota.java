package dev.quota;

import dev.quota.spi.Capacity;
import dev.quota.spi.LimitSpec;
import dev.quota.spi.OnShort;
import dev.quota.spi.Window;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A quota as one plan in one zone sees it, laid out the way a store is asked about it. Its arrays
 * are walked on every decision and never changed.
 */
final class ResolvedQuota {

  /**
   * The limits that count on one scope: one entry of a store's command.
   *
   * @param scope what they count on
   * @param limits the limits
   * @param nodeLimits the same limits with what this node may grant alone while the store is away
   */
  record EntryShape(Scope scope, List<LimitSpec> limits, List<LimitSpec> nodeLimits) {

    static EntryShape of(Scope scope, List<LimitSpec> limits, int nodes) {
      List<LimitSpec> whole = List.copyOf(limits);
      return nodes == 1
          ? new EntryShape(scope, whole, whole)
          : new EntryShape(
              scope, whole, limits.stream().map(limit -> limit.dividedBy(nodes)).toList());
    }
  }

  final QuotaPolicy policy;
  final Optional<Plan> plan;
  final ResolvedLimit[] limits;
  final EntryShape[] entries;

  /** True if the plan has a capacity of 0 that is enforced: no store needs to be asked. */
  final boolean closed;

  final OnShort onShort;

  ResolvedQuota(QuotaPolicy policy, Optional<Plan> plan, ZoneId zone, int nodes) {
    this.policy = policy;
    this.plan = plan;
    Map<String, Capacity> capacities =
        plan.map(Plan::name)
            .map(name -> policy.planCapacities().getOrDefault(name, Map.of()))
            .orElse(Map.of());
    Map<Scope, List<LimitSpec>> specsByScope = new LinkedHashMap<>();
    List<ResolvedLimit> resolved = new ArrayList<>();
    for (LimitPolicy limit : policy.limits()) {
      Capacity capacity = capacities.getOrDefault(limit.name(), limit.capacity());
      LimitSpec spec = new LimitSpec(limit.name(), limit.window().in(zone), capacity);
      Scope scope = limit.scope().orElse(policy.scope());
      int entry = ResolvedLimit.NOT_STORED;
      int index = 0;
      if (isCounted(spec, policy.whenExhausted())) {
        List<LimitSpec> specs = specsByScope.computeIfAbsent(scope, key -> new ArrayList<>());
        entry = List.copyOf(specsByScope.keySet()).indexOf(scope);
        index = specs.size();
        specs.add(spec);
      }
      resolved.add(
          new ResolvedLimit(
              policy.name(), limit, spec, scope, thresholdsOf(policy, limit, spec), entry, index));
    }
    limits = resolved.toArray(ResolvedLimit[]::new);
    int divisor = policy.onStoreFailure() == OnStoreFailure.LOCAL ? nodes : 1;
    entries =
        specsByScope.entrySet().stream()
            .map(entry -> EntryShape.of(entry.getKey(), entry.getValue(), divisor))
            .toArray(EntryShape[]::new);
    closed =
        policy.whenExhausted() != WhenExhausted.OBSERVE
            && Arrays.stream(limits).anyMatch(ResolvedLimit::isZero);
    onShort =
        switch (policy.whenExhausted()) {
          case BLOCK -> OnShort.REFUSE_ALL;
          case DEGRADE -> OnShort.SKIP;
          case OBSERVE -> OnShort.EXCEED;
        };
  }

  /** Returns whether no cost is ever too much: it is only watched, or has no limit to it. */
  boolean alwaysGrants() {
    if (onShort == OnShort.EXCEED) {
      return true;
    }
    for (ResolvedLimit limit : limits) {
      if (!limit.isUnlimited()) {
        return false;
      }
    }
    return true;
  }

  /** Returns whether a cost is more than the plan can ever grant, whatever a store says. */
  boolean canNeverGrant(long cost) {
    if (cost == 0 || onShort == OnShort.EXCEED) {
      return false;
    }
    for (ResolvedLimit limit : limits) {
      if (limit.isExceededBy(cost)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isCounted(LimitSpec spec, WhenExhausted whenExhausted) {
    if (spec.capacity() instanceof Capacity.Limited limited && limited.units() > 0) {
      return true;
    }
    // Nothing is counted of a plan that excludes the quota, unless somebody wants to see how much
    // would have been used.
    return spec.window() instanceof Window.Calendar
        && (spec.capacity() instanceof Capacity.Unlimited
            || whenExhausted == WhenExhausted.OBSERVE);
  }

  private static List<Threshold> thresholdsOf(
      QuotaPolicy policy, LimitPolicy limit, LimitSpec spec) {
    if (spec.capacity() instanceof Capacity.Limited limited && limited.units() > 0) {
      List<Threshold> fallback =
          limit.window().kind() == LimitKind.BUDGET ? policy.warnAt() : List.of();
      return limit.warnAt().orElse(fallback);
    }
    return List.of();
  }
}
