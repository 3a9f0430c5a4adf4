package dev.quota;

import dev.quota.policy.Capacity;
import dev.quota.policy.LimitPolicy;
import dev.quota.policy.LimitWindow;
import dev.quota.policy.OnStoreFailure;
import dev.quota.policy.Plan;
import dev.quota.policy.QuotaPolicy;
import dev.quota.policy.Scope;
import dev.quota.policy.WhenExhausted;
import dev.quota.policy.Window;
import dev.quota.spi.Growth;
import dev.quota.spi.LimitSpec;
import dev.quota.spi.OnShort;
import dev.quota.spi.QuotaStore;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A quota as one plan in one zone sees it, arranged as the entries of a store's command. Each
 * decision reads its arrays. They are never changed.
 */
final class ResolvedQuota {

  final QuotaPolicy policy;

  /** The version of the policies that it is of. */
  final String policyVersion;

  final Optional<Plan> plan;
  final OtherPlans otherPlans;

  /** All limits of the policy. */
  final ResolvedLimit[] all;

  /**
   * The limits that are enforced. If none is, all of them without their capacities, because a quota
   * has at least one limit.
   */
  final ResolvedLimit[] limits;

  /** The quota as if its limits in shadow mode were enforced; null if it has none. */
  final @Nullable ResolvedQuota shadow;

  final QuotaEntry[] entries;

  /** True if the plan has a capacity of 0 that is enforced: no store needs to be asked. */
  final boolean closed;

  /** What happens to a charge that does not fit, on this plan. */
  final WhenExhausted whenExhausted;

  final OnShort onShort;

  /** The longest lease of a permit of this quota. */
  final Optional<Duration> longestLease;

  /**
   * The most units that the plan can grant at once, and the most that this node can grant alone.
   */
  final long mostUnits;

  final long mostNodeUnits;

  /** The one line of a request that charges the usual cost. */
  private final RequestLine[] usualCharge;

  /** What one reservation holds at least and at most. */
  final ReservationUnits reservation;

  private final Resolution made;

  /** Resolves a quota with the capacities of everybody on a plan. */
  ResolvedQuota(Resolution of) {
    this(of, Map.of());
  }

  /**
   * Resolves a quota.
   *
   * @param changes other capacities of one subject, by the limit's name
   */
  private ResolvedQuota(Resolution of, Map<String, ChangedCapacity> changes) {
    made = of;
    policy = of.policy();
    boolean allShadow = policy.isShadow();
    // What refuses nothing is never exhausted.
    whenExhausted = allShadow ? WhenExhausted.BLOCK : of.whenExhausted();
    policyVersion = of.policyVersion();
    plan = of.plan();
    otherPlans = of.otherPlans();
    QuotaLayout layout = layout(of, changes);
    all = layout.limits();
    limits = enforced(all, allShadow);
    entries = layout.entries(policy.onStoreFailure() == OnStoreFailure.LOCAL ? of.nodes() : 1);
    longestLease = longestLease(entries);
    mostUnits = mostUnits(QuotaEntry::limits, false);
    mostNodeUnits = mostUnits(QuotaEntry::nodeLimits, false);
    reservation = ReservationUnits.of(policy.reservation(), limits);
    usualCharge = new RequestLine[] {RequestLine.charge(this, policy.usualCost())};
    closed = isClosed(limits, whenExhausted);
    onShort = onShort(policy, whenExhausted);
    shadow =
        Arrays.stream(all).anyMatch(limit -> limit.shadow)
            ? new ResolvedQuota(this, of.whenExhausted())
            : null;
  }

  private static QuotaLayout layout(Resolution of, Map<String, ChangedCapacity> changes) {
    QuotaPolicy policy = of.policy();
    Map<String, Capacity> capacities = capacities(policy, of.plan());
    QuotaLayout layout = new QuotaLayout(policy);
    for (LimitPolicy limit : policy.limits()) {
      Capacity usual = capacities.getOrDefault(limit.name(), limit.capacity());
      ChangedCapacity change = changes.getOrDefault(limit.name(), ChangedCapacity.NONE);
      Scope scope = limit.scope().orElse(policy.scope());
      Window window = limit.window().in(of.cycles().zone(), of.cycles().anchor(scope));
      LimitSpec spec =
          new LimitSpec(limit.name(), window, change.of(usual, window), limit.rollover());
      boolean counted = isCounted(spec, of.whenExhausted()) && of.counted().test(scope);
      layout.add(limit, spec, scope, counted, change.told(usual));
    }
    return layout;
  }

  /** Creates the quota as if all limits were enforced. It makes states, and is never asked. */
  private ResolvedQuota(ResolvedQuota quota, WhenExhausted whenExhausted) {
    this.whenExhausted = whenExhausted;
    made = quota.made;
    policy = quota.policy;
    policyVersion = quota.policyVersion;
    plan = quota.plan;
    otherPlans = quota.otherPlans;
    all = quota.all;
    limits = quota.all;
    shadow = null;
    entries = quota.entries;
    longestLease = quota.longestLease;
    mostUnits = mostUnits(QuotaEntry::limits, true);
    mostNodeUnits = quota.mostNodeUnits;
    reservation = quota.reservation;
    usualCharge = quota.usualCharge;
    closed = isClosed(limits, whenExhausted);
    onShort = onShort(policy, whenExhausted) == OnShort.EXCEED ? OnShort.EXCEED : OnShort.SKIP;
  }

  /** Returns the quota with other capacities of one subject, by the limit's name. */
  ResolvedQuota with(Map<String, ChangedCapacity> changes) {
    return new ResolvedQuota(made, changes);
  }

  private static ResolvedLimit[] enforced(ResolvedLimit[] all, boolean allShadow) {
    return allShadow
        ? Arrays.stream(all).map(ResolvedLimit::withoutCapacity).toArray(ResolvedLimit[]::new)
        : Arrays.stream(all).filter(limit -> !limit.shadow).toArray(ResolvedLimit[]::new);
  }

  private static boolean isClosed(ResolvedLimit[] limits, WhenExhausted whenExhausted) {
    return whenExhausted != WhenExhausted.OBSERVE
        && Arrays.stream(limits).anyMatch(ResolvedLimit::isZero);
  }

  /** Returns whether people see nothing of it, because all of its limits are in shadow mode. */
  boolean isHidden() {
    return shadow != null && limits[0].shadow;
  }

  /** Returns what the store does if the cost does not fit into an entry. */
  OnShort onShort(QuotaEntry entry) {
    return entry.shadow() && shadow != null ? shadow.onShort : onShort;
  }

  /** Returns the most that the plan could grant at once if everything were enforced. */
  long mostShadowUnits() {
    return shadow == null ? mostUnits : shadow.mostUnits;
  }

  /** Returns whether a limit in shadow mode has no capacity on the plan. */
  boolean isShadowClosed() {
    return shadow != null && shadow.closed && !closed;
  }

  private static Map<String, Capacity> capacities(QuotaPolicy policy, Optional<Plan> plan) {
    return plan.map(Plan::name)
        .map(name -> policy.planCapacities().getOrDefault(name, Map.of()))
        .orElse(Map.of());
  }

  private static Optional<Duration> longestLease(QuotaEntry[] entries) {
    return Arrays.stream(entries)
        .flatMap(entry -> entry.limits().stream())
        .map(LimitSpec::window)
        .filter(Window.Concurrent.class::isInstance)
        .map(window -> ((Window.Concurrent) window).lease())
        .max(Comparator.naturalOrder());
  }

  private static OnShort onShort(QuotaPolicy policy, WhenExhausted whenExhausted) {
    return switch (whenExhausted) {
      case BLOCK -> OnShort.REFUSE_ALL;
      // After this refusal the other quota is asked.
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
    for (QuotaEntry entry : entries) {
      try {
        store.requireCountable(entry.limits());
      } catch (IllegalArgumentException e) {
        return Optional.of("quota " + policy.name() + ": " + e.getMessage());
      }
    }
    return Optional.empty();
  }

  /** Returns the one line of a request that charges this quota alone. */
  RequestLine[] charge(long cost) {
    // Most charges have the usual cost and need no new object.
    return cost == policy.usualCost()
        ? usualCharge
        : new RequestLine[] {RequestLine.charge(this, cost)};
  }

  /** Returns the policy of the permits of a limit. */
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

  private long mostUnits(Function<QuotaEntry, List<LimitSpec>> limitsOf, boolean shadow) {
    long least = Capacity.MAX_UNITS;
    for (QuotaEntry entry : entries) {
      for (LimitSpec limit : limitsOf.apply(entry)) {
        if (!entry.calls()
            && (shadow || !entry.shadow())
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
   * @param entry its index in {@link #entries}
   */
  Growth growth(int entry) {
    if (onShort == OnShort.EXCEED || entries[entry].shadow()) {
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

  /** Returns whether no cost is ever too large, because the quota is only observed or unlimited. */
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

  /** Returns whether a cost is more than the plan can ever grant. */
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
    // A plan that excludes the quota counts nothing, unless its policy only observes.
    return spec.window() instanceof Window.Fixed
        && (spec.capacity() instanceof Capacity.Unlimited
            || whenExhausted == WhenExhausted.OBSERVE);
  }
}
