package dev.quota.spi;

import dev.quota.policy.Capacity;
import java.util.Objects;

/**
 * A new total for what is held. Immutable.
 *
 * @param hold what was taken; if it has an operation, the store's record of that operation says
 *     what is held, and not the hold
 * @param totalUnits the new total, in units; 0 refunds everything
 * @param growth how far to go if the total is more than is held
 * @param nextCost the cost of the next request of the caller, about which {@link
 *     LimitResult#availability} answers
 */
public record Change(Hold hold, long totalUnits, Growth growth, long nextCost) {

  /**
   * Checks the range.
   *
   * @param hold the component
   * @param totalUnits the component
   * @param growth the component
   * @param nextCost the component
   * @throws IllegalArgumentException if a number is outside 0 to {@link Capacity#MAX_UNITS}, or
   *     growth is bounded and the hold has no operation
   */
  public Change {
    Objects.requireNonNull(hold, "hold");
    Objects.requireNonNull(growth, "growth");
    requireUnits(totalUnits, "totalUnits");
    requireUnits(nextCost, "nextCost");
    if (growth instanceof Growth.Within && hold.operation().isEmpty()) {
      throw new IllegalArgumentException(
          "growth must be forced for a hold without an operation, was "
              + growth
              + ": nobody would know what was charged");
    }
  }

  /**
   * Creates a change that charges everything beyond what was held, with 1 as the next cost.
   *
   * @param hold what was taken
   * @param totalUnits the new total, in units
   * @throws IllegalArgumentException if the total is outside 0 to {@link Capacity#MAX_UNITS}
   */
  public Change(Hold hold, long totalUnits) {
    this(hold, totalUnits, Growth.forced(), 1);
  }

  /**
   * Creates a change with 1 as the next cost.
   *
   * @param hold what was taken
   * @param totalUnits the new total, in units
   * @param growth how far to go if that is more than is held
   * @throws IllegalArgumentException if the total is outside 0 to {@link Capacity#MAX_UNITS}, or
   *     growth is bounded and the hold has no operation
   */
  public Change(Hold hold, long totalUnits, Growth growth) {
    this(hold, totalUnits, growth, 1);
  }

  private static void requireUnits(long value, String name) {
    if (value < 0 || value > Capacity.MAX_UNITS) {
      throw new IllegalArgumentException(
          name + " must be between 0 and " + Capacity.MAX_UNITS + ", was " + value);
    }
  }
}
