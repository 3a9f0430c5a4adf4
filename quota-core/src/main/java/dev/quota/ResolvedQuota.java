package dev.quota;

import dev.quota.policy.Capacity;
import dev.quota.policy.LimitKind;
import dev.quota.policy.LimitPolicy;
import dev.quota.policy.LimitWindow;
import dev.quota.policy.OnStoreFailure;
import dev.quota.policy.Plan;
import dev.quota.policy.QuotaPolicy;
import dev.quota.policy.Scope;
import dev.quota.policy.Threshold;
import dev.quota.policy.WhenExhausted;
import dev.quota.policy.Window;
import dev.quota.spi.Growth;
import dev.quota.spi.LimitSpec;
import dev.quota.spi.OnShort;
import dev.quota.spi.QuotaStore;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * A quota as one plan in one zone sees it, laid out the way a store is asked about it. Its arrays
 * are walked on every decision and never changed.
 */
final class ResolvedQuota {

  /**
   * The limits that count the same on one scope: one entry of a store's command.
   *
   * @param scope what they count on
   * @param calls true if they count charges, one each, false if units
   * @param limits the limits
   * @param nodeLimits the same limits with what this node may grant alone while the store is away
   */
  record EntryShape(
      Scope scope, boolean calls, List<LimitSpec> limits, List<LimitSpec> nodeLimits) {

    static EntryShape of(Group group, List<LimitSpec> limits, int nodes) {
      List<LimitSpec> whole = List.copyOf(limits);
      List<LimitSpec> divided =
          nodes == 1 ? whole : limits.stream().map(limit -> limit.dividedBy(nodes)).toList();
      return new EntryShape(group.scope(), group.calls(), whole, divided);
    }
  }

  private record Group(Scope scope, boolean calls) {}

  final QuotaPolicy policy;
  final Optional<Plan> plan;
  final OtherPlans otherPlans;
  final ResolvedLimit[] limits;
  final EntryShape[] entries;

  /** True if the plan has a capacity of 0 that is enforced: no store needs to be asked. */
  final boolean closed;

  /** What happens to a charge that does not fit, on this plan. */
  final WhenExhausted whenExhausted;

  final OnShort onShort;

  /** The longest time for which a place of a limit "at once" is held for a node that died. */
  final Optional<Duration> longestLease;

  /** The most units that the plan can ever grant at once, and what this node can grant alone. */
  final long mostUnits;

  final long mostNodeUnits;

  /** What one reservation holds at least and at most. */
  final ReservationUnits reservation;

  /**
   * Lays out a quota.
   *
   * @param otherPlans the plans beside this one
   * @param nodes how many nodes share the capacity while the store is away
   * @param whenExhausted what happens to a charge that does not fit: the policy's choice, unless
   *     the plan lacks the quota that would be charged instead
   * @param counted whose limits apply
   */
  ResolvedQuota(
      QuotaPolicy policy,
      Optional<Plan> plan,
      OtherPlans otherPlans,
      ZoneId zone,
      int nodes,
      WhenExhausted whenExhausted,
      Predicate<Scope> counted) {
    this.whenExhausted = whenExhausted;
    this.policy = policy;
    this.plan = plan;
    this.otherPlans = otherPlans;
    Map<String, Capacity> capacities =
        plan.map(Plan::name)
            .map(name -> policy.planCapacities().getOrDefault(name, Map.of()))
            .orElse(Map.of());
    List<LimitSpec> specs = new ArrayList<>();
    List<Optional<Group>> groups = new ArrayList<>();
    for (LimitPolicy limit : policy.limits()) {
      Capacity capacity = capacities.getOrDefault(limit.name(), limit.capacity());
      LimitSpec spec = new LimitSpec(limit.name(), limit.window().in(zone), capacity);
      Scope scope = limit.scope().orElse(policy.scope());
      specs.add(spec);
      groups.add(
          isCounted(spec, whenExhausted) && counted.test(scope)
              ? Optional.of(new Group(scope, limit.countsCalls()))
              : Optional.empty());
    }
    // Those that count units first: what they take is what the quota takes.
    List<Group> entryGroups =
        groups.stream()
            .flatMap(Optional::stream)
            .distinct()
            .sorted(Comparator.comparing(Group::calls))
            .toList();
    List<List<LimitSpec>> entrySpecs =
        entryGroups.stream().<List<LimitSpec>>map(group -> new ArrayList<>()).toList();
    limits = new ResolvedLimit[specs.size()];
    for (int i = 0; i < limits.length; i++) {
      LimitPolicy limit = policy.limits().get(i);
      LimitSpec spec = specs.get(i);
      int entry = ResolvedLimit.NOT_STORED;
      int index = 0;
      if (groups.get(i).isPresent()) {
        entry = entryGroups.indexOf(groups.get(i).get());
        index = entrySpecs.get(entry).size();
        entrySpecs.get(entry).add(spec);
      }
      limits[i] =
          new ResolvedLimit(
              policy.name(),
              limit,
              spec,
              limit.scope().orElse(policy.scope()),
              thresholdsOf(policy, limit, spec),
              entry,
              index);
    }
    int divisor = policy.onStoreFailure() == OnStoreFailure.LOCAL ? nodes : 1;
    entries = new EntryShape[entryGroups.size()];
    for (int i = 0; i < entries.length; i++) {
      entries[i] = EntryShape.of(entryGroups.get(i), entrySpecs.get(i), divisor);
    }
    longestLease =
        entrySpecs.stream()
            .flatMap(List::stream)
            .map(LimitSpec::window)
            .filter(Window.Concurrent.class::isInstance)
            .map(window -> ((Window.Concurrent) window).lease())
            .max(Comparator.naturalOrder());
    mostUnits = mostUnits(EntryShape::limits);
    mostNodeUnits = mostUnits(EntryShape::nodeLimits);
    reservation = ReservationUnits.of(policy.reservation(), limits);
    closed =
        whenExhausted != WhenExhausted.OBSERVE
            && Arrays.stream(limits).anyMatch(ResolvedLimit::isZero);
    onShort =
        switch (whenExhausted) {
          case BLOCK -> OnShort.REFUSE_ALL;
          // Where another quota is charged instead, that is asked for once this one has refused.
          case DEGRADE -> policy.degradeTo().isPresent() ? OnShort.REFUSE_ALL : OnShort.SKIP;
          case OBSERVE -> OnShort.EXCEED;
        };
  }

  /** Returns why a store cannot count the limits; empty if it can. */
  Optional<String> uncountable(QuotaStore store, Capabilities capabilities) {
    try {
      capabilities.require(this);
    } catch (IllegalArgumentException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
    for (EntryShape entry : entries) {
      try {
        store.requireCountable(entry.limits());
      } catch (IllegalArgumentException e) {
        return Optional.of("quota " + policy.name() + ": " + e.getMessage());
      }
    }
    return Optional.empty();
  }

  /** Returns what the policy says of the permits of a limit on how many at once. */
  LimitWindow.Concurrent permitTerms(String limitName) {
    for (ResolvedLimit limit : limits) {
      if (limit.policy.name().equals(limitName)
          && limit.policy.window() instanceof LimitWindow.Concurrent terms) {
        return terms;
      }
    }
    throw new IllegalArgumentException(
        "limitName must be a limit on how many at once, was " + limitName);
  }

  private long mostUnits(Function<EntryShape, List<LimitSpec>> limitsOf) {
    long least = Capacity.MAX_UNITS;
    for (EntryShape entry : entries) {
      for (LimitSpec limit : limitsOf.apply(entry)) {
        if (!entry.calls()
            && !(limit.window() instanceof Window.Concurrent)
            && limit.capacity() instanceof Capacity.Limited limited) {
          least = Math.min(least, limited.units());
        }
      }
    }
    return least;
  }

  /**
   * Returns how far work that began under the quota may grow on one of its entries.
   *
   * @param entry where it stands in {@link #entries}
   */
  Growth growth(int entry) {
    if (onShort == OnShort.EXCEED) {
      return Growth.forced();
    }
    long least = Capacity.MAX_UNITS;
    for (ResolvedLimit limit : limits) {
      if (limit.entry == entry && limit.countsUnits() && !limit.isUnlimited()) {
        least = Math.min(least, limit.capacity());
      }
    }
    return Growth.within(policy.grace().of(least));
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
