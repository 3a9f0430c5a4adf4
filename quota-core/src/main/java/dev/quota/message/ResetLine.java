package dev.quota.message;

import dev.quota.LimitState;
import dev.quota.QuotaState;
import dev.quota.policy.WhenExhausted;
import dev.quota.policy.Window;
import dev.quota.store.Accuracy;
import java.time.Instant;
import java.util.Optional;

/**
 * The line that says when more of a single limit is available. Immutable.
 *
 * @param key the key of the line
 * @param when the moment in the line; empty if there is none, or if it would reveal the use of a
 *     rounded limit
 */
record ResetLine(String key, Optional<Instant> when) {

  static ResetLine of(QuotaState state, LimitState limit) {
    if (limit.accuracy() == Accuracy.UNKNOWN) {
      return timeless("reset.unknown");
    }
    if (limit.limit().isEmpty()) {
      return timeless("reset.unlimited");
    }
    if (!state.isInPlan(limit)) {
      return timeless("reset.not_in_plan");
    }
    if (limit.isOfConversation()) {
      return timeless("reset.conversation");
    }
    if (limit.countsPermits()) {
      return timeless(limit.isShort() ? "reset.concurrent.next" : "reset.concurrent");
    }
    if (limit.window() instanceof Window.Session && limit.resetAt().isEmpty()) {
      return timeless("reset.session");
    }
    return limit.window() instanceof Window.Fixed ? calendar(limit) : rolling(state, limit);
  }

  private static ResetLine timeless(String key) {
    return new ResetLine(key, Optional.empty());
  }

  private static ResetLine calendar(LimitState limit) {
    // After a debt there may be nothing left at the start of the next window.
    Optional<Instant> at = limit.nextAvailableAt().or(limit::resetAt);
    return new ResetLine(at.isPresent() ? "reset.calendar" : "reset.calendar.period", at);
  }

  private static ResetLine rolling(QuotaState state, LimitState limit) {
    boolean observed = state.policy().whenExhausted() == WhenExhausted.OBSERVE;
    if (!observed && limit.nextAvailableAt().isPresent()) {
      return new ResetLine("reset.rolling.next", limit.nextAvailableAt());
    }
    // The moment at which a shared limit is full would reveal its exact use.
    if (limit.rounded() || limit.accuracy() != Accuracy.EXACT) {
      return timeless("reset.rolling");
    }
    return limit.fullAt().isPresent()
        ? new ResetLine("reset.rolling.full", limit.fullAt())
        : timeless("reset.rolling.untouched");
  }
}
