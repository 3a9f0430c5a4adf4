package dev.quota.models;

import dev.quota.models.internal.FaultLog;
import dev.quota.models.internal.UsageFault;
import dev.quota.policy.Capacity;
import dev.quota.policy.QuotaPolicy;
import dev.quota.usage.UsageReport;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** What the rounds of one call cost, by the policy in force. Not thread-safe. */
final class RoundCosts {

  private final ModelCalls calls;
  private final String quota;
  private final Optional<String> model;
  private final long estimate;
  private final Map<Optional<String>, UsageReport> sums = new LinkedHashMap<>();

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
  }

  /** Returns the cost of all rounds, including the one that runs. It is rounded once. */
  long total(Optional<UsageReport> running) {
    if (!calls.policy(quota).isCostComputed()) {
      return estimate;
    }
    Map<Optional<String>, UsageReport> all = sums;
    if (running.isPresent()) {
      if (sums.isEmpty()) {
        return of(running.get());
      }
      all = new LinkedHashMap<>(sums);
      all.merge(running.get().model(), running.get(), UsageReport::plus);
    }
    long cost = 0;
    for (UsageReport sum : all.values()) {
      cost += of(sum);
    }
    return Math.min(cost, Capacity.MAX_UNITS);
  }

  /** Returns the cost of a report. */
  long of(UsageReport used) {
    QuotaPolicy policy = calls.policy(quota);
    try {
      return Math.min(calls.costOf(policy, used, estimate), Capacity.MAX_UNITS);
    } catch (IllegalArgumentException e) {
      // Providers answer with longer names of models than those in requests.
      return ofRequested(policy, used);
    }
  }

  private long ofRequested(QuotaPolicy policy, UsageReport used) {
    if (model.isPresent()) {
      try {
        UsageReport requested = used.toBuilder().model(model.get()).build();
        return Math.min(calls.costOf(policy, requested, estimate), Capacity.MAX_UNITS);
      } catch (IllegalArgumentException e) {
        FaultLog.SHARED.add(UsageFault.Kind.UNPRICED);
        return estimate;
      }
    }
    FaultLog.SHARED.add(UsageFault.Kind.UNPRICED);
    return estimate;
  }
}
