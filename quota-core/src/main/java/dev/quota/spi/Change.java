package dev.quota.spi;

import dev.quota.policy.Capacity;
import java.util.Objects;

/**
 * A new total for what is held.
 *
 * @param hold what was taken; if it has an operation, what is held is what the store's record of
 *     that operation says, whatever the hold says
 * @param totalUnits what it comes to now; 0 gives everything back
 * @param growth how far to go where the total is more than is held
 * @param nextCost what the caller would ask next: {@link LimitResult#availability} answers for this
 *     cost
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
   * Creates a change that charges in full whatever is more than was held, with 1 as the next cost.
   *
   * @param hold what was taken
   * @param totalUnits what it comes to now
   * @throws IllegalArgumentException if the total is outside 0 to {@link Capacity#MAX_UNITS}
   */
  public Change(Hold hold, long totalUnits) {
    this(hold, totalUnits, Growth.forced(), 1);
  }

  /**
   * Creates a change with 1 as the next cost.
   *
   * @param hold what was taken
   * @param totalUnits what it comes to now
   * @param growth how far to go where that is more than is held
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
