package dev.quota;

import java.util.Objects;

/**
 * The result of the end of a reservation. Values are immutable.
 *
 * @param outcome whether the store has settled it
 * @param charged units that stay charged; if the outcome is {@link Outcome#GONE}, the last known
 *     held units
 * @param uncharged units that were used but not charged, so that the operator pays for them: those
 *     beyond the limits and their grace that the policy forgives, and those that no store counted;
 *     else 0
 * @param states the states afterwards; unknown or approximate if the store did not answer
 */
public record Settlement(Outcome outcome, long charged, long uncharged, QuotaSnapshot states) {

  /** How a settlement ended. */
  public enum Outcome {
    /** It is settled, or there was nothing to settle. */
    SETTLED,
    /**
     * The store did not answer. It is tried again in the background until the store has forgotten
     * the reservation. After that, what was held stays charged.
     */
    PENDING,
    /**
     * The store has forgotten the reservation: another node settled it, its counts were reset, or
     * it was not renewed in time. Nothing was changed.
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
