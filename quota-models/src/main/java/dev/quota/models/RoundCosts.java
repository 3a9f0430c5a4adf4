package dev.quota.models;

import dev.quota.models.internal.FaultLog;
import dev.quota.models.internal.UsageFault;
import dev.quota.policy.Capacity;
import dev.quota.policy.QuotaPolicy;
import dev.quota.policy.Unpriced;
import dev.quota.usage.UsageReport;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the rounds of one call cost, by the policy in force. Not thread-safe. */
final class RoundCosts {

  private final ModelCalls calls;
  private final String quota;
  private final Optional<String> model;
  private final long estimate;
  private final Map<Optional<String>, UsageReport> sums = new LinkedHashMap<>();

  /** The cost of rounds whose use is not known. */
  private long assumed;

  /** The cost of the sums, by the policy that was in force; null if it is not computed yet. */
  private @Nullable Total total;

  private record Total(QuotaPolicy policy, long cost) {}

  /**
   * Starts without a round.
   *
   * @param model its name in the request
   * @param estimate what the call costs where a report has no cost
   */
  RoundCosts(ModelCalls calls, String quota, Optional<String> model, long estimate) {
    this.calls = calls;
    this.quota = quota;
    this.model = model;
    this.estimate = estimate;
  }

  /** Adds a round that is over. */
  void add(UsageReport used) {
    sums.merge(used.model(), used, UsageReport::plus);
    total = null;
  }

  /**
   * Adds a round that is over, whose use nobody reported and whose answer had no known bound: at
   * least the policy's estimate.
   */
  void addUnbounded(UsageReport counted) {
    long usual = calls.policy(quota).usualCost();
    if (of(counted) < usual) {
      assumed += usual;
      total = null;
    } else {
      add(counted);
    }
  }

  /** Returns the cost of all rounds, including the one that runs. It is rounded once. */
  long total(Optional<UsageReport> running) {
    QuotaPolicy policy = calls.policy(quota);
    if (!policy.isCostComputed()) {
      return estimate;
    }
    if (running.isEmpty()) {
      return total(policy);
    }
    if (sums.isEmpty()) {
      return Math.min(assumed + of(policy, running.get()), Capacity.MAX_UNITS);
    }
    Map<Optional<String>, UsageReport> all = new LinkedHashMap<>(sums);
    all.merge(running.get().model(), running.get(), UsageReport::plus);
    return sum(policy, all);
  }

  @SuppressWarnings("ReferenceEquality") // a policy is created once
  private long total(QuotaPolicy policy) {
    if (total == null || total.policy() != policy) {
      total = new Total(policy, sum(policy, sums));
    }
    return total.cost();
  }

  private long sum(QuotaPolicy policy, Map<Optional<String>, UsageReport> reports) {
    long cost = assumed;
    for (UsageReport report : reports.values()) {
      cost += of(policy, report);
    }
    return Math.min(cost, Capacity.MAX_UNITS);
  }

  /** Returns the cost of a report. */
  long of(UsageReport used) {
    return of(calls.policy(quota), used);
  }

  private long of(QuotaPolicy policy, UsageReport used) {
    // Providers answer with longer names of models than those in requests.
    return exact(policy, used)
        .or(() -> model.flatMap(it -> exact(policy, used.toBuilder().model(it).build())))
        .orElseGet(() -> withoutFormula(policy, used));
  }

  /** Returns the cost; empty if the policy has no formula for the model, or lacks its price. */
  private Optional<Long> exact(QuotaPolicy policy, UsageReport used) {
    try {
      UsageReport priced = calls.priced(policy, used);
      return policy.isPriced(priced)
          ? Optional.of(Math.min(policy.costOf(priced), Capacity.MAX_UNITS))
          : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // no formula for this model; the caller knows another name or logs
    }
  }

  /** An answer that is there is never refused. */
  private long withoutFormula(QuotaPolicy policy, UsageReport used) {
    FaultLog.SHARED.add(UsageFault.Kind.UNPRICED);
    if (policy.unpriced() != Unpriced.FORMULA) {
      return estimate;
    }
    try {
      return policy.costOf(used);
    } catch (IllegalArgumentException e) {
      return estimate; // no formula for this model, which is logged above
    }
  }
}
