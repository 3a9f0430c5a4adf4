package dev.quota.policy;

/** How many units fit into one window of a limit. Values are immutable. */
public sealed interface Capacity {

  /** The largest count any store can hold exactly: 2<sup>53</sup> − 1, also the largest in JSON. */
  long MAX_UNITS = (1L << 53) - 1;

  /**
   * A fixed number of units.
   *
   * @param units from 0 ("not in this plan") to {@link #MAX_UNITS}
   */
  record Limited(long units) implements Capacity {

    /**
     * Checks the range.
     *
     * @param units the component
     * @throws IllegalArgumentException if {@code units} is outside 0 to {@link #MAX_UNITS}
     */
    public Limited {
      if (units < 0 || units > MAX_UNITS) {
        throw new IllegalArgumentException(
            "units must be between 0 and " + MAX_UNITS + ", was " + units);
      }
    }
  }

  /** No bound. Calendar limits are still counted. */
  record Unlimited() implements Capacity {}

  /**
   * Returns a fixed capacity.
   *
   * @param units from 0 to {@link #MAX_UNITS}
   * @return the capacity
   * @throws IllegalArgumentException if {@code units} is outside the range
   */
  static Capacity of(long units) {
    return new Limited(units);
  }

  /**
   * Returns the capacity without a bound.
   *
   * @return the capacity
   */
  static Capacity unlimited() {
    return new Unlimited();
  }
}
