package dev.quota;

import java.util.Objects;

/**
 * What came of a reservation in the end. Values are immutable.
 *
 * @param charged units that stay charged
 * @param uncharged units that were used beyond the limits and their grace, at the expense of
 *     whoever runs the service; 0 in nearly all cases
 * @param pending true if the store did not answer, so that the settlement is tried again in the
 *     background and {@code charged} is what it will come to if it succeeds
 * @param states the states afterwards; unknown or approximate if the store did not answer
 */
public record Settlement(long charged, long uncharged, boolean pending, QuotaSnapshot states) {

  /**
   * Checks the range.
   *
   * @param charged the component
   * @param uncharged the component
   * @param pending the component
   * @param states the component
   * @throws IllegalArgumentException if a number is negative
   */
  public Settlement {
    Objects.requireNonNull(states, "states");
    if (charged < 0 || uncharged < 0) {
      throw new IllegalArgumentException(
          "charged and uncharged must not be negative, were " + charged + " and " + uncharged);
    }
  }
}
