package dev.quota.spi;

import java.util.Objects;

/**
 * A new total for what is held.
 *
 * @param hold what was taken
 * @param totalUnits what it comes to now; 0 gives everything back
 */
public record Change(Hold hold, long totalUnits) {

  /**
   * Checks the range.
   *
   * @param hold the component
   * @param totalUnits the component
   * @throws IllegalArgumentException if the total is outside 0 to {@link Capacity#MAX_UNITS}
   */
  public Change {
    Objects.requireNonNull(hold, "hold");
    if (totalUnits < 0 || totalUnits > Capacity.MAX_UNITS) {
      throw new IllegalArgumentException(
          "totalUnits must be between 0 and " + Capacity.MAX_UNITS + ", was " + totalUnits);
    }
  }
}
