package dev.quota.spi;

import dev.quota.policy.Capacity;

/** How far a settlement may go if it charges more than is held. Values are immutable. */
public sealed interface Growth {

  /** All of it is charged, beyond the capacity if necessary, because it was used already. */
  record Forced() implements Growth {
    static final Forced INSTANCE = new Forced();
  }

  /**
   * As much as fits into the capacity and a grace beyond it is charged, possibly nothing.
   *
   * <p>With a capacity of 50, a grace of 5 and 48 used, 7 of 10 more units are charged. With 55 or
   * more used, nothing is charged.
   *
   * @param graceUnits from 0 to {@link Capacity#MAX_UNITS}
   */
  record Within(long graceUnits) implements Growth {

    /**
     * Checks the range.
     *
     * @param graceUnits the component
     * @throws IllegalArgumentException if it is out of range
     */
    public Within {
      if (graceUnits < 0 || graceUnits > Capacity.MAX_UNITS) {
        throw new IllegalArgumentException(
            "graceUnits must be between 0 and " + Capacity.MAX_UNITS + ", was " + graceUnits);
      }
    }
  }

  /**
   * Returns the growth that charges all of it.
   *
   * @return {@link Forced}
   */
  static Growth forced() {
    return Forced.INSTANCE;
  }

  /**
   * Returns the growth that charges what fits.
   *
   * @param graceUnits units beyond the capacity, zero or more
   * @return the growth
   * @throws IllegalArgumentException if {@code graceUnits} is out of range
   */
  static Growth within(long graceUnits) {
    return new Within(graceUnits);
  }
}
