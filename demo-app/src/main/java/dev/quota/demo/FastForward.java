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
 * Uses up a quota as a user would over some time. It charges in pieces that fit. If a limit per
 * minute refuses a piece, it moves the demo's clock forward until the piece fits. The engine
 * decides about every piece.
 */
final class FastForward {

  private final Quotas quotas;
  private final Optional<DemoClock> clock;

  /** Without a clock to move, units that do not fit now are not used. */
  FastForward(Quotas quotas, Optional<DemoClock> clock) {
    this.quotas = quotas;
    this.clock = clock;
  }

  /**
   * The result.
   *
   * @param units the units that were taken, at most those that were asked for
   * @param skipped how far the clock was moved forward
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
      // The next request would otherwise be refused by the pace, and the demo shows the budget.
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
      // A fallback quota may have been charged instead. It must not be used up.
      boolean unused = quotas.refund(allowed.receipt());
      return false;
    }
    // No work runs, so the charge must not keep a permit.
    quotas.finish(allowed.receipt());
    return true;
  }

  /**
   * Returns whether the quota has a budget and none of its budgets is used up. Then a short wait
   * helps.
   */
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
