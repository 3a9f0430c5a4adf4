package dev.quota.policy;

import dev.quota.internal.text.Shown;
import java.util.regex.Pattern;

/**
 * How much unused allowance of a calendar limit rolls over to the next window: up to a share of the
 * capacity. It is used after the window's own allowance, and lasts for one window. Values are
 * immutable.
 *
 * <p>With 50 a day and {@code rollover: 50%}, a person who used 40 today has 60 tomorrow, and one
 * who used nothing has 75.
 *
 * @param percent the share of the capacity, 1 to 100
 */
public record Rollover(int percent) {

  private static final Pattern TEXT = Pattern.compile("([1-9]\\d?|100)%");

  /**
   * Checks the range.
   *
   * @param percent the component
   * @throws IllegalArgumentException if it is out of range
   */
  public Rollover {
    if (percent < 1 || percent > 100) {
      throw new IllegalArgumentException("percent must be between 1 and 100, was " + percent);
    }
  }

  /**
   * Reads a share in words.
   *
   * @param text a whole number from 1 to 100 and a percent sign: {@code 50%}
   * @return the rollover
   * @throws IllegalArgumentException if the text is anything else
   */
  public static Rollover parse(String text) {
    if (!TEXT.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "rollover must be a share from 1% to 100%, such as 50%, was " + Shown.text(text));
    }
    return new Rollover(Integer.parseInt(text.substring(0, text.length() - 1)));
  }

  /**
   * Returns the most units that roll over.
   *
   * @param capacity the capacity of the limit
   * @return the share of it, rounded down; 0 if it is unlimited
   */
  public long units(Capacity capacity) {
    return capacity instanceof Capacity.Limited limited
        ? limited.units() / 100 * percent + limited.units() % 100 * percent / 100
        : 0;
  }

  /**
   * Checks that a store can count a limit with this rollover.
   *
   * @param capacity the capacity of the limit
   * @throws IllegalArgumentException if the capacity with its share is above {@link
   *     Capacity#MAX_UNITS}
   */
  public void requireCountable(Capacity capacity) {
    if (capacity instanceof Capacity.Limited limited
        && limited.units() + units(capacity) > Capacity.MAX_UNITS) {
      throw new IllegalArgumentException(
          "a capacity with its rollover must be at most "
              + Capacity.MAX_UNITS
              + ", was "
              + limited.units()
              + " with "
              + percent
              + "%");
    }
  }

  /** Refuses a share that is less than one unit, so that nothing would ever roll over. */
  void requireUseful(Capacity capacity) {
    if (capacity instanceof Capacity.Limited limited
        && limited.units() > 0
        && units(capacity) == 0) {
      throw new IllegalArgumentException(
          "rollover must be at least one unit, was " + percent + "% of " + limited.units());
    }
  }
}
