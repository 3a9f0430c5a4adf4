package dev.quota;

import dev.quota.policy.LimitKind;
import dev.quota.store.Availability;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Compares the limits of one quota: which refuses the longest, which has the least room. */
final class LimitOrder {

  private LimitOrder() {}

  static boolean anyShort(List<LimitState> limits) {
    // An index loop, because this runs in each decision and an iterator would be garbage.
    for (int i = 0; i < limits.size(); i++) {
      if (limits.get(i).isShort()) {
        return true;
      }
    }
    return false;
  }

  /** Returns the limits that are short. The one that frees last is the first. */
  static List<LimitState> shortLimits(List<LimitState> limits) {
    List<LimitState> result = new ArrayList<>();
    for (LimitState limit : limits) {
      if (limit.isShort()) {
        result.add(limit);
      }
    }
    result.sort(Comparator.comparingLong((LimitState limit) -> freeAt(limit)).reversed());
    return result;
  }

  /** Returns when a limit frees, for ordering. A limit that never frees comes last. */
  private static long freeAt(LimitState limit) {
    if (limit.availability() instanceof Availability.At at) {
      return limit.isOfConversation() ? Long.MAX_VALUE - 1 : at.epochMillis();
    }
    // A permit is usually released soon, although nobody knows when.
    return limit.countsPermits() && limit.availability() instanceof Availability.WhenReleased
        ? Long.MIN_VALUE
        : Long.MAX_VALUE;
  }

  /** Returns the limit that the policy chooses, else the one that matters most to the person. */
  static LimitState primary(Optional<String> chosen, List<LimitState> limits) {
    LimitState best = null;
    for (int i = 0; i < limits.size(); i++) {
      LimitState limit = limits.get(i);
      if (chosen.isPresent() && chosen.get().equals(limit.name())) {
        return limit;
      }
      if (best == null || precedes(limit, best)) {
        best = limit;
      }
    }
    if (best == null) {
      throw new IllegalStateException("a quota has at least one limit");
    }
    return best;
  }

  private static boolean precedes(LimitState limit, LimitState best) {
    if (limit.isOfConversation() != best.isOfConversation()) {
      // A meter is always shown, but a limit on a conversation ends with the conversation.
      return best.isOfConversation();
    }
    if (limit.kind() != best.kind()) {
      return limit.kind() == LimitKind.BUDGET;
    }
    if (limit.countsPermits() != best.countsPermits()) {
      return best.countsPermits();
    }
    return limit.exactShare() < best.exactShare();
  }

  /** Returns whether running work is beyond a limit and can still finish. */
  static boolean isFinishing(LimitState limit) {
    return limit.overage().orElse(0) > 0 && limit.reserved().orElse(0) > 0;
  }

  /** Returns how much is used of how much, for logs. */
  static String use(LimitState limit) {
    return "used "
        + (limit.used().isPresent() ? limit.used().getAsLong() : "unknown")
        + " of "
        + (limit.limit().isPresent() ? limit.limit().getAsLong() : "unlimited");
  }

  /** Returns what the subject used of a shared limit; empty if that is not counted. */
  static OptionalLong own(LimitState shown, List<LimitState> limits) {
    if (shown.shared()) {
      for (LimitState limit : limits) {
        if (!limit.shared() && limit.window().equals(shown.window())) {
          return limit.used();
        }
      }
    }
    return OptionalLong.empty();
  }

  /**
   * Returns the largest cost that all limits have room for; empty if it is not known or must not be
   * shown.
   */
  static OptionalLong largestFittingCost(List<LimitState> limits) {
    long least = Long.MAX_VALUE;
    for (LimitState limit : limits) {
      if (limit.rounded()) {
        return OptionalLong.empty();
      }
      if (!limit.resolved().countsUnits()) {
        if (limit.remaining().orElse(1) == 0) {
          return OptionalLong.of(0);
        }
      } else if (limit.remaining().isPresent()) {
        least = Math.min(least, limit.remaining().getAsLong());
      }
    }
    return least == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(least);
  }
}
