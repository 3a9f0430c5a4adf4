package dev.quota.spi;

import dev.quota.policy.Capacity;
import dev.quota.policy.Rollover;
import dev.quota.policy.Window;
import java.util.Objects;
import java.util.Optional;

/**
 * One limit for a store: its name, its window with a zone, and its capacity. Immutable.
 *
 * @param name unique within the quota
 * @param window the time over which it counts
 * @param capacity how much fits
 * @param rollover how much unused allowance rolls over to the next window, for a calendar window
 */
public record LimitSpec(
    String name, Window window, Capacity capacity, Optional<Rollover> rollover) {

  /**
   * Checks that the limit can be counted exactly.
   *
   * @param name the component
   * @param window the component
   * @param capacity the component
   * @param rollover the component
   * @throws IllegalArgumentException as {@link Window#requireCountable} and {@link
   *     Rollover#requireCountable} say, or if another window has a rollover
   */
  public LimitSpec {
    Objects.requireNonNull(name, "name");
    window.requireCountable(capacity);
    if (rollover.isPresent()) {
      if (!(window instanceof Window.Calendar)) {
        throw new IllegalArgumentException(
            "window must be a calendar window for a rollover, was " + window);
      }
      rollover.get().requireCountable(capacity);
    }
  }

  /**
   * Creates a limit of which nothing rolls over.
   *
   * @param name unique within the quota
   * @param window the time over which it counts
   * @param capacity how much fits
   * @throws IllegalArgumentException as {@link Window#requireCountable} says
   */
  public LimitSpec(String name, Window window, Capacity capacity) {
    this(name, window, capacity, Optional.empty());
  }

  /**
   * Returns the most units that can roll over to the next window.
   *
   * @return the share of the capacity, rounded down; 0 without a rollover, and if it is unlimited
   */
  public long rolloverUnits() {
    return rollover.isPresent() ? rollover.get().units(capacity) : 0;
  }

  /**
   * Returns the same limit with a part of the capacity: the share of one node when each node counts
   * alone. 10 per minute divided by 4 is 2 per minute.
   *
   * @param parts the number of parts, at least 1
   * @return the limit with its capacity divided and rounded down, but at least 1. A rolling
   *     capacity that cannot be counted exactly is lowered to the next one that can. A capacity of
   *     0 and an unlimited one stay as they are.
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
    return new LimitSpec(name, window, Capacity.of(units), rollover);
  }
}
