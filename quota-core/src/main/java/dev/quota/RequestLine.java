package dev.quota;

import dev.quota.policy.Capacity;
import dev.quota.policy.WhenExhausted;
import dev.quota.spi.OnShort;

/**
 * One quota of a request and what to take of it. Immutable.
 *
 * @param quota the quota
 * @param atLeast the least that may be taken
 * @param cost the most that is taken
 * @param nextCost the cost of the state after that
 * @param capped true for an estimate, which is cut to what can be granted
 * @param owed true for units that were used already, which are charged whether they fit or not
 */
record RequestLine(
    ResolvedQuota quota, long atLeast, long cost, long nextCost, boolean capped, boolean owed) {

  RequestLine(ResolvedQuota quota, long atLeast, long cost, long nextCost, boolean capped) {
    this(quota, atLeast, cost, nextCost, capped, false);
  }

  static RequestLine charge(ResolvedQuota quota, long cost) {
    return new RequestLine(quota, cost, cost, quota.policy.usualCost(), false);
  }

  static RequestLine ask(ResolvedQuota quota, long cost) {
    return new RequestLine(quota, cost, cost, cost, false);
  }

  static RequestLine estimate(ResolvedQuota quota, long estimate) {
    long units = quota.reservation.of(estimate);
    long cost = quota.onShort == OnShort.EXCEED ? units : Math.min(units, quota.mostUnits);
    // A plan that grants nothing refuses the estimate as it is.
    long held = cost == 0 ? units : cost;
    return new RequestLine(quota, held, held, quota.policy.usualCost(), true);
  }

  static RequestLine between(ResolvedQuota quota, long atLeast, long estimate) {
    // The policy's least is cut to what the plan can grant. The caller's least is not: more is
    // refused.
    long policyLeast = Math.min(quota.reservation.least(), Math.max(1, quota.mostUnits));
    long least = Math.min(Math.max(atLeast, policyLeast), quota.reservation.most());
    long wanted = Math.min(quota.reservation.of(estimate), quota.mostUnits);
    return new RequestLine(quota, least, Math.max(least, wanted), quota.policy.usualCost(), false);
  }

  /**
   * Returns a line of units that were used already. They are charged beyond the limits if
   * necessary.
   */
  static RequestLine owed(ResolvedQuota quota, long units) {
    return new RequestLine(quota, units, units, quota.policy.usualCost(), false, true);
  }

  /** Returns the line with another quota, which is charged instead. */
  RequestLine of(ResolvedQuota other) {
    if (capped) {
      return estimate(other, cost);
    }
    return new RequestLine(other, atLeast, cost, other.policy.usualCost(), false);
  }

  /** Returns the line with the least amount only. */
  RequestLine leastOf() {
    return new RequestLine(quota, atLeast, atLeast, nextCost, false);
  }

  RequestLine plus(RequestLine other) {
    // More than can be counted fits nowhere: refused like any cost that is too large.
    return new RequestLine(
        quota,
        Math.min(atLeast + other.atLeast, Capacity.MAX_UNITS),
        Math.min(cost + other.cost, Capacity.MAX_UNITS),
        nextCost,
        capped && other.capped);
  }

  /** Returns the cost for the store; 0 if the plan excludes the quota. */
  long storeCost() {
    return quota.closed ? 0 : cost;
  }

  /** Returns the cost for one entry of the quota. */
  long storeCost(QuotaEntry entry) {
    return entry.shadow() && quota.isShadowClosed() ? 0 : storeCost();
  }

  /** Returns whether a store is asked for something. */
  boolean isCounted() {
    return storeCost() > 0 && quota.entries.length > 0;
  }

  /** Returns whether the plan does not include the quota, and that refuses the cost. */
  boolean isNotInPlan() {
    return cost > 0 && quota.closed && quota.whenExhausted == WhenExhausted.BLOCK;
  }

  /**
   * Returns whether the quota degrades because the plan excludes it. No store is asked for that.
   */
  boolean isDegradedUnasked() {
    return cost > 0 && quota.closed && quota.whenExhausted == WhenExhausted.DEGRADE;
  }

  /** Returns how much counts as taken if no store is asked. */
  long takenUnasked() {
    return quota.closed ? 0 : cost;
  }

  /** Returns how much was taken of the line, given what was taken of its first entry. */
  long taken(long ofFirstEntry) {
    return quota.entries[0].calls() && ofFirstEntry > 0 ? cost : ofFirstEntry;
  }
}
