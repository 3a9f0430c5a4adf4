package dev.quota.spi;

import java.util.Objects;

/**
 * One limit as a store sees it: its name, its window with the zone already chosen, and its
 * capacity.
 *
 * @param name unique within the quota
 * @param window over which time it counts
 * @param capacity how much fits
 */
public record LimitSpec(String name, Window window, Capacity capacity) {

  /**
   * Checks that the limit can be counted exactly.
   *
   * @param name the component
   * @param window the component
   * @param capacity the component
   * @throws IllegalArgumentException if a rolling limit's use, which is kept as used × period,
   *     would not stay exact; the message names the nearest capacity that does
   */
  public LimitSpec {
    Objects.requireNonNull(name, "name");
    if (window instanceof Window.Rolling rolling && capacity instanceof Capacity.Limited limited) {
      ExactRate.check(limited.units(), rolling.periodMillis());
    }
  }
}
