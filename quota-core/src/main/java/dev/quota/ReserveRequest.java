package dev.quota;

import java.util.Objects;

/**
 * A request to reserve as much as there is, up to an estimate. With 300 left of 1,000, an estimate
 * of 800 and at least 100, it takes 300. Values are immutable.
 *
 * @param subject who is charged
 * @param quota the quota's name
 * @param atLeast the least amount with which the work is worth starting: 1 to {@code estimate}
 *     units
 * @param estimate the most to take, in units
 */
public record ReserveRequest(Subject subject, String quota, long atLeast, long estimate) {

  /**
   * Checks the range.
   *
   * @param subject the component
   * @param quota the component
   * @param atLeast the component
   * @param estimate the component
   * @throws IllegalArgumentException if the name is malformed or a number out of range
   */
  public ReserveRequest {
    Objects.requireNonNull(subject, "subject");
    long most = new Charge(quota, estimate).cost();
    if (atLeast < 1 || atLeast > most) {
      throw new IllegalArgumentException(
          "atLeast must be between 1 and the estimate " + most + ", was " + atLeast);
    }
  }
}
