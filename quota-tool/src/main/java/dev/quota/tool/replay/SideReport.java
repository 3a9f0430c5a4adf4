package dev.quota.tool.replay;

import dev.quota.policy.LimitPolicy;
import dev.quota.policy.LimitWindow;
import dev.quota.policy.Plan;
import dev.quota.policy.Policies;
import dev.quota.policy.QuotaPolicy;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The effect of one set of policies on the people of a log. */
public final class SideReport {

  private final Policies policies;
  private final Tally tally;

  SideReport(Side side) {
    policies = side.policies();
    tally = side.tally();
  }

  Policies policies() {
    return policies;
  }

  Tally tally() {
    return tally;
  }

  /**
   * The units that one person used or could use of a quota.
   *
   * @param quota the quota
   * @param plan on which plan; empty without plans
   * @param units how many; empty if nothing bounds them
   */
  record Most(QuotaPolicy quota, Optional<String> plan, Optional<BigInteger> units) {

    Optional<String> money() {
      return quota
          .unit()
          .money()
          .flatMap(
              money ->
                  units.map(
                      all ->
                          new BigDecimal(all, money.scale()).toPlainString()
                              + " "
                              + money.currency().getCurrencyCode()));
    }

    Map<String, Object> toJson() {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("quota", quota.name());
      plan.ifPresent(name -> json.put("plan", name));
      json.putAll(Possible.toJson(quota, units));
      return json;
    }
  }

  /** Returns the most that one person used of each quota. */
  List<Most> mostUsed() {
    List<Most> most = new ArrayList<>();
    tally.used.forEach(
        (name, used) -> {
          QuotaPolicy policy = policies.quotas().get(name);
          if (policy != null) {
            Optional<BigInteger> units = Optional.of(BigInteger.valueOf(used.most()));
            most.add(new Most(policy, Optional.empty(), units));
          }
        });
    return most;
  }

  /** Returns the most that one person could use of each quota on each plan in 31 days. */
  List<Most> couldUse() {
    List<Optional<String>> plans = new ArrayList<>();
    policies.plans().values().stream().map(Plan::name).map(Optional::of).forEach(plans::add);
    if (plans.isEmpty()) {
      plans.add(Optional.empty());
    }
    List<Most> most = new ArrayList<>();
    for (QuotaPolicy policy : policies.quotas().values()) {
      for (Optional<String> plan : plans) {
        most.add(new Most(policy, plan, Possible.units(policy, plan)));
      }
    }
    return most;
  }

  /** Returns the limits that a log cannot test: those on calls that run at once. */
  List<String> notReplayed() {
    List<String> names = new ArrayList<>();
    for (QuotaPolicy policy : policies.quotas().values()) {
      for (LimitPolicy limit : policy.limits()) {
        if (limit.window() instanceof LimitWindow.Concurrent) {
          names.add(policy.name() + "." + limit.name());
        }
      }
    }
    return names;
  }

  /** Returns whether any limit is in shadow mode. */
  boolean hasShadow() {
    return policies.quotas().values().stream()
        .anyMatch(quota -> quota.limits().stream().anyMatch(quota::isShadow));
  }

  Map<String, Object> toJson() {
    Map<String, Object> json = new LinkedHashMap<>(tally.all.toJson());
    json.put("byPlan", groups(tally.byPlan));
    json.put("byQuota", groups(tally.byQuota));
    Map<String, Object> refusals = tally.refusals.toJson();
    refusals.put("byLimit", tally.refusalsByLimit);
    refusals.put("byCode", tally.refusalsByCode);
    refusals.put("byWait", tally.waits.toJson());
    json.put("refusalsBy", refusals);
    json.put("warningsBy", tally.warnings.toJson());
    tally
        .waits
        .worst()
        .ifPresent(
            worst -> {
              Map<String, Object> wait = new LinkedHashMap<>();
              wait.put("seconds", seconds(worst.duration()));
              wait.put("duration", worst.duration().toString());
              wait.put("limit", worst.limit());
              wait.put("line", worst.line());
              json.put("worstWait", wait);
            });
    json.put("mostUsed", mostUsed().stream().map(Most::toJson).toList());
    json.put("couldUse", couldUse().stream().map(Most::toJson).toList());
    json.put("notCharged", tally.notCharged);
    json.put("notReplayed", notReplayed());
    return json;
  }

  private static BigDecimal seconds(Duration wait) {
    return BigDecimal.valueOf(wait.toMillis(), 3).stripTrailingZeros();
  }

  private static Map<String, Object> groups(Map<String, Counts> counts) {
    Map<String, Object> json = new LinkedHashMap<>();
    counts.forEach((name, each) -> json.put(name, each.toJson()));
    return json;
  }
}
