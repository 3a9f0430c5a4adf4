package dev.quota.models;

import dev.quota.models.internal.FaultLog;
import dev.quota.models.internal.UsageFault;
import dev.quota.policy.Capacity;
import dev.quota.policy.QuotaPolicy;
import dev.quota.policy.Unpriced;
import dev.quota.usage.UsageReport;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the rounds of one call cost, by the policy in force. Not thread-safe. */
final class RoundCosts {

  /** Enough of each number that no formula rounds it to zero. */
  private static final long MUCH = 1_000_000_000;

  private final ModelCalls calls;
  private final String quota;
  private final Optional<String> model;
  private final long estimate;
  private final Map<Optional<String>, UsageReport> sums = new LinkedHashMap<>();

  /** The cost of the sums, by the policy that was in force; null if it is not computed yet. */
  private @Nullable Total total;

  private record Total(QuotaPolicy policy, long cost) {}

  /** Units of rounds that cannot be computed. */
  private long unreported;

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
   * Adds a round that is over and whose use is not known. If nothing bounded its answer, it costs
   * at least the policy's estimate. A formula of numbers that only a provider could report gives
   * zero. Then the round costs what was reserved. A free model stays free.
   */
  void addUnreported(UsageReport counted, boolean isBounded) {
    if (isBounded) {
      addAtLeast(1, estimate, counted);
    } else {
      long usual = calls.policy(quota).usualCost();
      addAtLeast(usual, usual, counted);
    }
  }

  /**
   * Adds a round that is over and whose use was counted by the application. If the policy does not
   * name what it counted, it costs at least the estimate, unless the model is free. A report with
   * input and output is complete.
   *
   * @param billed the name of the number by which such models are billed
   */
  void addCounted(UsageReport counted, String billed) {
    boolean isComplete = counted.totalInputTokens() > 0 && counted.outputTokens() > 0;
    boolean isNamed = calls.policy(quota).usageNames().contains(billed);
    addAtLeast(isComplete || isNamed ? 1 : estimate, estimate, counted);
  }

  private void addAtLeast(long least, long otherwise, UsageReport counted) {
    QuotaPolicy policy = calls.policy(quota);
    boolean isTooLittle =
        policy.isCostComputed()
            && of(policy, counted) < least
            && of(policy, muchOfAll(policy, counted)) > 0;
    if (isTooLittle) {
      unreported = Math.min(unreported + otherwise, Capacity.MAX_UNITS);
    } else {
      add(counted);
    }
  }

  private static UsageReport muchOfAll(QuotaPolicy policy, UsageReport of) {
    UsageReport.Builder much =
        of.toBuilder()
            .inputTokens(MUCH)
            .cachedInputTokens(MUCH)
            .cacheWriteInputTokens(MUCH)
            .outputTokens(MUCH)
            .reasoningTokens(MUCH);
    policy.usageNames().forEach(it -> much.amount(it, MUCH));
    return much.build();
  }

  /**
   * Returns the cost of all rounds, including those that run. It is rounded once.
   *
   * @param running a round that runs
   * @param others further rounds, of branches that run at the same time
   */
  long total(Optional<UsageReport> running, List<UsageReport> others) {
    QuotaPolicy policy = calls.policy(quota);
    if (!policy.isCostComputed()) {
      return estimate;
    }
    long cost =
        running.isEmpty()
            ? total(policy)
            : sums.isEmpty() && others.isEmpty()
                ? of(policy, running.get())
                : sum(policy, with(running.get(), others));
    return Math.min(unreported + cost, Capacity.MAX_UNITS);
  }

  private Map<Optional<String>, UsageReport> with(UsageReport running, List<UsageReport> others) {
    Map<Optional<String>, UsageReport> all = new LinkedHashMap<>(sums);
    all.merge(running.model(), running, UsageReport::plus);
    others.forEach(it -> all.merge(it.model(), it, UsageReport::plus));
    return all;
  }

  @SuppressWarnings("ReferenceEquality") // a policy is created once
  private long total(QuotaPolicy policy) {
    if (total == null || total.policy() != policy) {
      total = new Total(policy, sum(policy, sums));
    }
    return total.cost();
  }

  private long sum(QuotaPolicy policy, Map<Optional<String>, UsageReport> reports) {
    long cost = 0;
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
