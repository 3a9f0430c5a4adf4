package dev.quota;

import java.util.Objects;

/**
 * What came of a reservation in the end. Values are immutable.
 *
 * @param outcome whether the store knows
 * @param charged units that stay charged; where the outcome is {@link Outcome#GONE}, what was last
 *     known to be held
 * @param uncharged units that were used and stay uncharged, at the expense of whoever runs the
 *     service: beyond the limits and their grace where the policy forgives it, and what nothing
 *     counted; else 0
 * @param states the states afterwards; unknown or approximate if the store did not answer
 */
public record Settlement(Outcome outcome, long charged, long uncharged, QuotaSnapshot states) {

  /** What a settlement came to. */
  public enum Outcome {
    /** It is settled, or nothing was counted that could be. */
    SETTLED,
    /**
     * The store did not answer. It is tried again in the background until the store has forgotten
     * the reservation; the estimate stays charged then.
     */
    PENDING,
    /**
     * The store has forgotten the reservation: another node settled it, its counts were reset, or
     * nobody renewed it for too long. Nothing was changed.
     */
    GONE
  }

  /**
   * Checks the range.
   *
   * @param outcome the component
   * @param charged the component
   * @param uncharged the component
   * @param states the component
   * @throws IllegalArgumentException if a number is negative
   */
  public Settlement {
    Objects.requireNonNull(outcome, "outcome");
    Objects.requireNonNull(states, "states");
    if (charged < 0 || uncharged < 0) {
      throw new IllegalArgumentException(
          "charged and uncharged must not be negative, were " + charged + " and " + uncharged);
    }
  }
}
