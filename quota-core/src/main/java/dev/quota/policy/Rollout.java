package dev.quota.policy;

import dev.quota.internal.text.Quoted;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * A version of the policies that applies to a share of all subjects. The rest stay on the version
 * before. Values are immutable.
 *
 * <p>A digest of the subject decides who is in, so it is the same on all nodes and after a restart.
 * Who is in at 10 % is in at 20 % too, of this and of any later version. Both versions count on the
 * same counts.
 *
 * @param share how many are in, such as {@code 10%}
 * @param before the version that applies to the rest; it has no rollout itself
 */
public record Rollout(Share share, Policies before) {

  /**
   * Checks the values.
   *
   * @param share the component
   * @param before the component
   * @throws IllegalArgumentException if {@code before} has a rollout itself
   */
  public Rollout {
    Objects.requireNonNull(share, "share");
    if (before.rollout().isPresent()) {
      throw new IllegalArgumentException("before must be in force for everybody, was a rollout");
    }
  }

  /**
   * A share of all subjects.
   *
   * @param hundredths of a percent, from 1 to 9,999
   */
  public record Share(int hundredths) {

    private static final int ALL = 10_000;
    private static final Pattern FORM = Pattern.compile("\\d{1,2}(\\.\\d{1,2})?%");

    /**
     * Checks the value.
     *
     * @param hundredths the component
     * @throws IllegalArgumentException if it is out of range
     */
    public Share {
      if (hundredths < 1 || hundredths >= ALL) {
        throw new IllegalArgumentException(
            "a rollout must be more than 0% and less than 100%, was " + text(hundredths));
      }
    }

    /**
     * Reads a share.
     *
     * @param text such as {@code 10%} or {@code 0.5%}, with at most two decimal places
     * @return the share
     * @throws IllegalArgumentException if it has another form or is out of range
     */
    public static Share parse(String text) {
      if (!FORM.matcher(text).matches()) {
        throw new IllegalArgumentException(
            "a rollout must be a share such as 10% or 0.5%, less than 100%, was "
                + Quoted.text(text));
      }
      BigDecimal percent = new BigDecimal(text.substring(0, text.length() - 1));
      return new Share(percent.movePointRight(2).intValueExact());
    }

    /**
     * Returns whether a subject is in.
     *
     * @param digest an evenly distributed number of the subject
     * @return true for this share of all numbers
     */
    public boolean contains(long digest) {
      return Long.remainderUnsigned(digest, ALL) < hundredths;
    }

    private static String text(int hundredths) {
      BigDecimal percent = BigDecimal.valueOf(hundredths, 2).setScale(2, RoundingMode.UNNECESSARY);
      return percent.stripTrailingZeros().toPlainString() + "%";
    }

    /** Returns the share in its usual form, such as {@code 10%}. */
    @Override
    public String toString() {
      return text(hundredths);
    }
  }
}
