package dev.quota.demo;

import dev.quota.Decision;
import dev.quota.LimitState;
import dev.quota.QuotaState;
import dev.quota.Quotas;
import dev.quota.Subject;
import dev.quota.policy.LimitKind;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;

/**
 * Uses a quota up as if somebody had done so over some time: in pieces that fit, and where a limit
 * per minute is in the way, the demo's clock goes ahead until it is not. The engine decides about
 * every piece, as about everything else.
 */
final class FastForward {

  private final Quotas quotas;
  private final Optional<DemoClock> clock;

  /** With no clock to put ahead, what does not fit now is left. */
  FastForward(Quotas quotas, Optional<DemoClock> clock) {
    this.quotas = quotas;
    this.clock = clock;
  }

  /**
   * What came of it.
   *
   * @param units how much was taken, at most what was asked
   * @param skipped how far the clock went ahead for it
   */
  record Spent(long units, Duration skipped) {}

  Spent spend(Subject subject, Spending spending) {
    long taken = 0;
    Duration skipped = Duration.ZERO;
    boolean hasJustSkipped = false;
    while (taken < spending.amount()) {
      QuotaState state = state(subject, spending.quota());
      long fits = Math.min(spending.amount() - taken, state.largestFittingCost().orElse(1));
      if (fits > 0 && take(subject, spending.quota(), fits)) {
        taken += fits;
        hasJustSkipped = false;
      } else if (fits > 0 || spending.atOnce() || hasJustSkipped || !isPacedOnly(state)) {
        break;
      } else {
        skipped = skipped.plus(skipPaces(state));
        hasJustSkipped = true;
      }
    }
    if (taken > 0 && !spending.atOnce()) {
      // Else the pace would be in the way of what is to be shown: the budget.
      skipped = skipped.plus(skipPaces(state(subject, spending.quota())));
    }
    return new Spent(taken, skipped);
  }

  private QuotaState state(Subject subject, String quota) {
    return quotas.check(subject, quota, 1).binding();
  }

  private boolean take(Subject subject, String quota, long units) {
    if (!(quotas.charge(subject, quota, units) instanceof Decision.Allowed allowed)) {
      return false;
    }
    if (allowed.isDegraded()) {
      // Another quota may have been charged instead, and that one is not to be used up.
      boolean unused = quotas.refund(allowed.receipt());
      return false;
    }
    // Nothing runs: what was charged must not hold a place.
    quotas.finish(allowed.receipt());
    return true;
  }

  /** Returns whether a budget is left, so that waiting some minutes would help. */
  private static boolean isPacedOnly(QuotaState state) {
    return state.primary().kind() == LimitKind.BUDGET
        && state.limits().stream()
            .filter(limit -> limit.kind() == LimitKind.BUDGET)
            .noneMatch(LimitState::isShort);
  }

  private Duration skipPaces(QuotaState state) {
    if (clock.isEmpty() || state.primary().kind() == LimitKind.PACE) {
      return Duration.ZERO;
    }
    Duration wait =
        state.limits().stream()
            .filter(limit -> limit.kind() == LimitKind.PACE)
            .flatMap(limit -> limit.fullAt().stream())
            .max(Comparator.naturalOrder())
            .map(full -> between(state.now(), full))
            .orElse(Duration.ZERO);
    clock.get().skip(wait);
    return wait;
  }

  private static Duration between(Instant now, Instant then) {
    return then.isAfter(now) ? Duration.between(now, then) : Duration.ZERO;
  }
}
