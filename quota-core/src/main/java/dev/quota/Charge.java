package dev.quota;

import dev.quota.internal.text.Names;
import dev.quota.policy.Capacity;

/**
 * What to take of one quota.
 *
 * @param quota the quota's name
 * @param cost how much, in its unit, from 0 (which is always allowed and counts nothing) to {@link
 *     Capacity#MAX_UNITS}
 */
public record Charge(String quota, long cost) {

  /**
   * Checks the range.
   *
   * @param quota the component
   * @param cost the component
   * @throws IllegalArgumentException if the name is malformed or the cost out of range
   */
  public Charge {
    Names.require(quota, "quota");
    if (cost < 0 || cost > Capacity.MAX_UNITS) {
      throw new IllegalArgumentException(
          "cost must be between 0 and " + Capacity.MAX_UNITS + ", was " + cost);
    }
  }
}
