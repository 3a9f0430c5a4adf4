package dev.quota;

import dev.quota.spi.Fit;
import dev.quota.spi.LimitResult;
import dev.quota.spi.StoreReply;
import java.time.Instant;
import java.util.Optional;

/**
 * What is known about the quotas of one request while the store is away: what the policy says, what
 * this node counted alone, or nothing. Values are immutable.
 *
 * @param request the request
 * @param local the part of it that this node can answer
 * @param reply this node's answer; empty if the part is
 * @param now the moment, on this process's clock
 * @param askAgainMillis how long until asking again makes sense
 */
record StatesWithoutStore(
    Request request,
    LocalPart local,
    Optional<StoreReply> reply,
    Instant now,
    long askAgainMillis) {

  /** Returns the states with the costs that were asked about. */
  QuotaSnapshot asked() {
    return snapshot(false);
  }

  /** Returns the states after the request was let through, about what can be asked next. */
  QuotaSnapshot letThrough() {
    return snapshot(true);
  }

  private QuotaSnapshot snapshot(boolean letThrough) {
    QuotaState[] states = new QuotaState[request.size()];
    for (int i = 0; i < states.length; i++) {
      Request.Line line = request.line(i);
      boolean next = letThrough && (line.cost() == 0 || !isCutShort(i));
      states[i] = state(i, next ? line.quota().policy.usualCost() : line.cost());
    }
    return request.snapshot(now, states);
  }

  /** Returns how much was taken of a quota: nothing where it could only be let through. */
  long taken(int line) {
    if (local.has(line)) {
      return local.taken(line, reply.orElseThrow());
    }
    return request.line(line).quota().entries.length == 0 ? request.takenUnasked(line) : 0;
  }

  /** Returns whether a request that was let through must run in its reduced form. */
  boolean isDegraded() {
    if (request.isDegradedUnasked()) {
      return true;
    }
    for (int i = 0; i < request.size(); i++) {
      if (request.line(i).quota().whenExhausted == WhenExhausted.DEGRADE && isCutShort(i)) {
        return true;
      }
    }
    return false;
  }

  /** Returns whether a quota is known to have had no room for its cost. */
  private boolean isCutShort(int index) {
    Request.Line line = request.line(index);
    return line.quota().canNeverGrant(line.cost())
        || (local.has(index)
            && taken(index) < Math.min(line.atLeast(), line.quota().mostNodeUnits));
  }

  private QuotaState state(int index, long cost) {
    Request.Line line = request.line(index);
    ResolvedQuota quota = line.quota();
    if (quota.entries.length == 0) {
      return request.unasked(index, now, cost);
    }
    if (quota.canNeverGrant(cost)) {
      return beyondCapacity(line, cost);
    }
    if (local.has(index)) {
      return counted(index, cost);
    }
    return local.refuses(quota) ? refused(line, cost) : unknown(line, cost, Certainty.OPEN);
  }

  private QuotaState refused(Request.Line line, long cost) {
    return unknown(line, cost, Certainty.refusing(askAgainMillis));
  }

  private QuotaState unknown(Request.Line line, long cost, Certainty certainty) {
    boolean refused = certainty.askAgainMillis().isPresent();
    ResolvedLimit[] shapes = line.quota().limits;
    LimitState[] limits = new LimitState[shapes.length];
    for (int i = 0; i < limits.length; i++) {
      limits[i] = request.limitState(line, shapes[i], shapes[i].unknown(refused), Accuracy.UNKNOWN);
    }
    return new QuotaState(line.quota(), limits, certainty, now.toEpochMilli(), cost);
  }

  /** Returns what the policy alone says about a cost that some limit can never grant. */
  private QuotaState beyondCapacity(Request.Line line, long cost) {
    ResolvedLimit[] shapes = line.quota().limits;
    LimitState[] limits = new LimitState[shapes.length];
    for (int i = 0; i < limits.length; i++) {
      limits[i] =
          shapes[i].isExceededBy(cost)
              ? request.limitState(line, shapes[i], shapes[i].exceeded(), Accuracy.APPROXIMATE)
              : request.limitState(line, shapes[i], shapes[i].unknown(false), Accuracy.UNKNOWN);
    }
    return new QuotaState(line.quota(), limits, Certainty.APPROXIMATE, now.toEpochMilli(), cost);
  }

  /** Returns what this node counted, under the capacities of the policy. */
  private QuotaState counted(int index, long cost) {
    Request.Line line = request.line(index);
    ResolvedLimit[] shapes = line.quota().limits;
    LimitState[] limits = new LimitState[shapes.length];
    boolean storeMightGrant = false;
    for (int i = 0; i < limits.length; i++) {
      LimitResult result = result(index, shapes[i], cost);
      storeMightGrant |= result.fit() instanceof Fit.WhenReleased;
      limits[i] = request.limitState(line, shapes[i], result, Accuracy.APPROXIMATE);
    }
    return storeMightGrant && line.quota().whenExhausted == WhenExhausted.BLOCK
        ? refused(line, cost)
        : new QuotaState(line.quota(), limits, Certainty.APPROXIMATE, now.toEpochMilli(), cost);
  }

  private LimitResult result(int index, ResolvedLimit limit, long cost) {
    if (limit.entry == ResolvedLimit.NOT_STORED) {
      return limit.withoutStore(cost);
    }
    LimitResult result = local.result(index, limit, reply.orElseThrow());
    // More than this node's share is not more than could ever be granted: the store may, once it
    // is back, and nobody knows when that is.
    return result.fit() instanceof Fit.Never && !limit.isExceededBy(cost)
        ? limit.unknown(true)
        : result;
  }
}
