package dev.quota.message;

import dev.quota.LimitState;
import dev.quota.QuotaState;
import dev.quota.policy.WhenExhausted;
import dev.quota.policy.Window;
import dev.quota.store.Accuracy;

/** The key of the line for a single limit. */
final class LimitLine {

  private LimitLine() {}

  static String key(QuotaState state, LimitState limit) {
    if (limit.accuracy() == Accuracy.UNKNOWN) {
      return "text.unknown";
    }
    if (limit.limit().isEmpty()) {
      return "text.unlimited";
    }
    if (!state.isInPlan(limit)) {
      return "text.not_in_plan";
    }
    if (limit.accuracy() == Accuracy.APPROXIMATE) {
      return "text.approximate";
    }
    if (limit.countsPermits() || limit.countsCalls()) {
      return "text.rolling";
    }
    if (limit.window() instanceof Window.Fixed) {
      return "text.calendar";
    }
    boolean observed = state.policy().whenExhausted() == WhenExhausted.OBSERVE;
    return !observed && limit.nextAvailableAt().isPresent() ? waiting(limit) : "text.rolling";
  }

  private static String waiting(LimitState limit) {
    return limit.remaining().orElse(0) == 0 || limit.rounded()
        ? "text.rolling.next"
        : "text.rolling.enough";
  }
}
