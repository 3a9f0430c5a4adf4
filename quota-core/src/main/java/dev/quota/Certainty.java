package dev.quota;

import dev.quota.store.Accuracy;
import java.util.OptionalLong;

/**
 * How much is known about one quota.
 *
 * @param accuracy how far the numbers can be trusted
 * @param askAgainMillis after how many milliseconds to ask again; only if a charge is refused
 *     because nothing is known
 */
record Certainty(Accuracy accuracy, OptionalLong askAgainMillis) {

  static final Certainty EXACT = new Certainty(Accuracy.EXACT, OptionalLong.empty());
  static final Certainty APPROXIMATE = new Certainty(Accuracy.APPROXIMATE, OptionalLong.empty());

  /** Nothing is known, and charges are allowed. */
  static final Certainty OPEN = new Certainty(Accuracy.UNKNOWN, OptionalLong.empty());

  /** Nothing is known, and charges are refused. */
  static Certainty refusing(long askAgainMillis) {
    return new Certainty(Accuracy.UNKNOWN, OptionalLong.of(askAgainMillis));
  }

  /** Returns the certainty of a store's reply. */
  static Certainty ofReply(Accuracy accuracy) {
    return accuracy == Accuracy.EXACT ? EXACT : APPROXIMATE;
  }

  boolean isUnknown() {
    return accuracy == Accuracy.UNKNOWN;
  }
}
