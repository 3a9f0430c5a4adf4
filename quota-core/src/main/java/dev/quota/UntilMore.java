package dev.quota;

import dev.quota.policy.Window;
import dev.quota.store.Availability;

/** Computes how long until more of a limit is available. Stateless. */
final class UntilMore {

  private UntilMore() {}

  /** Returns the time that {@link QuotaState#millisUntilMore} says. */
  static long millis(LimitState limit, long nowMillis, long unknown) {
    if (limit.availability() instanceof Availability.At at && !limit.isOfConversation()) {
      return Math.max(0, at.epochMillis() - nowMillis);
    }
    if (limit.resetAtMillis().isEmpty()) {
      return unknown;
    }
    long untilReset = Math.max(0, limit.resetAtMillis().getAsLong() - nowMillis);
    if (limit.resolved().isFixed()) {
      return limit.isOfConversation() ? unknown : untilReset;
    }
    if (limit.isExact() && limit.window() instanceof Window.Sliding) {
      // The moment at which a rounded limit is full would show when others used it.
      return limit.rounded() ? unknown : untilReset;
    }
    if (!limit.isExact() || !(limit.window() instanceof Window.Rolling rolling)) {
      return unknown;
    }
    long units = limit.resolved().isUnlimited() ? 1 : limit.total();
    long perUnit = -Math.floorDiv(-rolling.periodMillis(), units);
    // The time until a rounded limit is full would reveal its exact use.
    return limit.rounded() ? perUnit : Math.min(untilReset, perUnit);
  }
}
