package dev.quota.policy;

import dev.quota.internal.text.Quoted;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A point before a limit at which people are warned. Values are immutable. */
public sealed interface Threshold {

  /**
   * Crossed when a share of the limit is used.
   *
   * @param percent from 1 to 100
   */
  record UsedShare(int percent) implements Threshold {

    /**
     * Checks the range.
     *
     * @param percent the component
     * @throws IllegalArgumentException if {@code percent} is outside 1 to 100
     */
    public UsedShare {
      if (percent < 1 || percent > 100) {
        throw new IllegalArgumentException("percent must be between 1 and 100, was " + percent);
      }
    }

    @Override
    public long usedAt(long capacity) {
      // ceil(capacity × percent / 100) without leaving the range of a long
      return capacity / 100 * percent + Math.floorDiv(capacity % 100 * percent + 99, 100);
    }

    @Override
    public String id() {
      return Integer.toString(percent);
    }
  }

  /**
   * Crossed when at most a number of units is left.
   *
   * @param units zero or more
   */
  record Remaining(long units) implements Threshold {

    /**
     * Checks the range.
     *
     * @param units the component
     * @throws IllegalArgumentException if {@code units} is negative
     */
    public Remaining {
      if (units < 0) {
        throw new IllegalArgumentException("units must not be negative, was " + units);
      }
    }

    @Override
    public long usedAt(long capacity) {
      return Math.max(1, capacity - units);
    }

    @Override
    public String id() {
      return "left-" + units;
    }
  }

  /**
   * Returns the use at which it is crossed: 40 for 80 % of 50.
   *
   * @param capacity the limit's capacity, more than 0
   * @return units, at least 1
   */
  long usedAt(long capacity);

  /**
   * Returns a short name, which is the same as long as the policy is.
   *
   * @return such as {@code "80"} or {@code "left-10"}
   */
  String id();

  /**
   * Reads {@code 80%}, {@code 10 left} or {@code 10}.
   *
   * @param text the text
   * @return the threshold
   * @throws IllegalArgumentException if it is neither
   */
  static Threshold parse(String text) {
    Matcher matcher = Pattern.compile("(\\d{1,15})\\s*(%|left)?").matcher(text.strip());
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "threshold must be a share such as 80% or a remaining number such as \"10 left\", was "
              + Quoted.text(text));
    }
    long number = Long.parseLong(matcher.group(1));
    if ("%".equals(matcher.group(2))) {
      return new UsedShare((int) Math.min(number, Integer.MAX_VALUE));
    }
    return new Remaining(number);
  }
}
