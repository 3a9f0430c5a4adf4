package dev.quota.policy;

import dev.quota.internal.text.Quoted;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How far work that has begun may go beyond the limits, so that it can finish. Use beyond a limit
 * is a debt. It is paid by the end of the window, or by the refill. Values are immutable.
 */
public sealed interface Grace {

  /**
   * A number of units.
   *
   * @param count from 0 to {@link Capacity#MAX_UNITS}; 0 for no grace
   */
  record Units(long count) implements Grace {

    /**
     * Checks the range.
     *
     * @param count the component
     * @throws IllegalArgumentException if it is out of range
     */
    public Units {
      if (count < 0 || count > Capacity.MAX_UNITS) {
        throw new IllegalArgumentException(
            "grace must be between 0 and " + Capacity.MAX_UNITS + ", was " + count);
      }
    }

    @Override
    public long of(long capacity) {
      return count;
    }
  }

  /**
   * A share of the capacity: 5 % of 10,000 are 500.
   *
   * @param percent from 1 to 100
   */
  record Percent(int percent) implements Grace {

    /**
     * Checks the range.
     *
     * @param percent the component
     * @throws IllegalArgumentException if it is out of range
     */
    public Percent {
      if (percent < 1 || percent > 100) {
        throw new IllegalArgumentException(
            "grace must be between 1% and 100%, was " + percent + "%");
      }
    }

    @Override
    public long of(long capacity) {
      // The hundreds and the rest are multiplied separately to avoid an overflow.
      return capacity / 100 * percent + capacity % 100 * percent / 100;
    }
  }

  /** No grace: work is told to stop at the limit. */
  Grace NONE = new Units(0);

  /**
   * Reads a grace in the grammar of the policy file.
   *
   * @param text {@code "500"}, {@code "2_000"} or {@code "5%"}
   * @return the grace
   * @throws IllegalArgumentException if it is neither a number nor a percentage, or out of range
   */
  static Grace parse(String text) {
    Matcher matcher =
        Pattern.compile("(\\d{1,3}(?:_?\\d{1,3}){0,6})\\s*(%?)").matcher(text.strip());
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "grace must be units such as 500 or a share such as 5%, was " + Quoted.text(text));
    }
    String digits = matcher.group(1).replace("_", "");
    boolean share = !matcher.group(2).isEmpty();
    Optional<Long> number =
        digits.length() > 16 ? Optional.empty() : Optional.of(Long.parseLong(digits));
    if (share) {
      return new Percent((int) (long) number.filter(it -> it <= 1_000).orElse(1_000L));
    }
    return new Units(number.orElse(Long.MAX_VALUE));
  }

  /**
   * Returns the grace for a capacity.
   *
   * @param capacity the capacity, zero or more
   * @return units, rounded down
   */
  long of(long capacity);
}
