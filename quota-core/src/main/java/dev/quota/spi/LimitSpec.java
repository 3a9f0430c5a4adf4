package dev.quota.spi;

import dev.quota.policy.Capacity;
import dev.quota.policy.Window;
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
   * @throws IllegalArgumentException as {@link Window#requireCountable} says
   */
  public LimitSpec {
    Objects.requireNonNull(name, "name");
    window.requireCountable(capacity);
  }

  /**
   * Returns the same limit with its capacity divided: what one of several nodes keeps to when each
   * counts on its own. Of 10 per minute divided by 4 it is 2 per minute.
   *
   * @param parts by how much, at least 1
   * @return the limit with its capacity divided and rounded down, but at least 1; a rolling
   *     capacity that could not be counted exactly is lowered to the next that can. A capacity of 0
   *     and an unlimited one stay as they are.
   * @throws IllegalArgumentException if {@code parts} is below 1
   */
  public LimitSpec dividedBy(int parts) {
    if (parts < 1) {
      throw new IllegalArgumentException("parts must be at least 1, was " + parts);
    }
    if (parts == 1 || !(capacity instanceof Capacity.Limited limited) || limited.units() == 0) {
      return this;
    }
    long units = Math.max(1, limited.units() / parts);
    if (window instanceof Window.Rolling rolling) {
      units = rolling.largestCountable(units);
    }
    return new LimitSpec(name, window, Capacity.of(units));
  }
}
