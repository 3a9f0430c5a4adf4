package dev.quota.message;

import dev.quota.LimitState;
import dev.quota.QuotaState;
import dev.quota.policy.WhenExhausted;
import dev.quota.policy.Window;
import dev.quota.store.Accuracy;
import java.time.Instant;
import java.util.Optional;

/**
 * Which line says when there is more of a single limit again, and at which moment. Values are
 * immutable.
 *
 * @param key the key of the line
 * @param when the moment the line speaks of; empty if there is none, or if it would give away the
 *     use of a limit that must be rounded
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
    return limit.window() instanceof Window.Calendar ? calendar(limit) : rolling(state, limit);
  }

  private static ResetLine timeless(String key) {
    return new ResetLine(key, Optional.empty());
  }

  private static ResetLine calendar(LimitState limit) {
    // A debt is paid by the next window first, so that there can be nothing at its start.
    Optional<Instant> at = limit.nextAvailableAt().or(limit::resetAt);
    return new ResetLine(at.isPresent() ? "reset.calendar" : "reset.calendar.period", at);
  }

  private static ResetLine rolling(QuotaState state, LimitState limit) {
    boolean observed = state.policy().whenExhausted() == WhenExhausted.OBSERVE;
    if (!observed && limit.nextAvailableAt().isPresent()) {
      return new ResetLine("reset.rolling.next", limit.nextAvailableAt());
    }
    // When a shared limit is full again tells exactly how much of it was used.
    if (limit.rounded() || limit.accuracy() != Accuracy.EXACT) {
      return timeless("reset.rolling");
    }
    return limit.fullAt().isPresent()
        ? new ResetLine("reset.rolling.full", limit.fullAt())
        : timeless("reset.rolling.untouched");
  }
}
