package dev.quota.message;

import dev.quota.LimitState;
import dev.quota.QuotaState;
import dev.quota.policy.Window;
import dev.quota.store.Accuracy;
import dev.quota.store.Availability;

/** Which phrase fits a limit of a state, of several that say the same thing. Stateless. */
final class PhraseKeys {

  private PhraseKeys() {}

  /** Returns the phrase that says what is left of a limit. */
  static String left(QuotaState state, LimitState limit) {
    if (limit.limit().isEmpty()) {
      return "phrase.left_unlimited";
    }
    if (limit.countsPermits()) {
      return "phrase.left_places";
    }
    if (limit.countsCalls()) {
      return "phrase.left_calls";
    }
    if (Topic.isPastLimit(state, limit)) {
      return "phrase.past_limit";
    }
    if (limit.rounded()) {
      return "phrase.left_rounded";
    }
    return isFixed(limit) ? "phrase.left" : "phrase.left_rolling";
  }

  /** Returns the phrase that says why a limit refuses. */
  static String why(QuotaState state, LimitState limit) {
    if (limit.availability() instanceof Availability.Never) {
      return limit.limit().orElse(1) == 0 ? "phrase.not_included" : "phrase.too_much";
    }
    if (limit.accuracy() != Accuracy.EXACT) {
      return "phrase.scarce";
    }
    if (limit.countsPermits()) {
      return "phrase.busy";
    }
    if (limit.countsCalls()) {
      return "phrase.passed_on";
    }
    if (Topic.isNotEnough(state, limit)) {
      return "phrase.needs";
    }
    return isFixed(limit) ? "phrase.used_up" : "phrase.limited";
  }

  static boolean isFixed(LimitState limit) {
    return limit.window() instanceof Window.Fixed;
  }

  /** Returns whether every limit is known to have something left. */
  static boolean hasRoom(QuotaState state) {
    for (LimitState each : state.limits()) {
      if (each.limit().isPresent() && each.remaining().orElse(0) == 0) {
        return false;
      }
    }
    return true;
  }
}
