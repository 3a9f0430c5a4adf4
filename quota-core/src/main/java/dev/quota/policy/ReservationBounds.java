package dev.quota.policy;

import dev.quota.internal.text.Quoted;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The least and the most that one reservation holds. Estimates often come from a client. The bounds
 * keep a client from reserving nothing or the whole quota. Values are immutable.
 *
 * <p>With at least 50 and at most 4,000, an estimate of 1 holds 50, an estimate of 800 holds 800,
 * and an estimate of 1,000,000 holds 4,000. Units beyond that are charged when they are used.
 *
 * @param atLeast units from 0 to {@link Capacity#MAX_UNITS}; if a plan cannot grant that many, a
 *     reservation holds what the plan can grant. With 0, an estimate of 0 holds nothing and is
 *     allowed even if the quota is used up
 * @param atMost the most; empty for {@link #SHARED_PERCENT} percent of the smallest limit that
 *     several people share, and for the capacity if no limit is shared
 */
public record ReservationBounds(long atLeast, Optional<AtMost> atMost) {

  /** The default of the most that one reservation holds of a shared limit, in percent. */
  public static final int SHARED_PERCENT = 10;

  /** The default bounds: at least 1 unit. */
  public static final ReservationBounds DEFAULT = new ReservationBounds(1, Optional.empty());

  /** The most that one reservation holds beyond its use. */
  public sealed interface AtMost {

    /**
     * A number of units.
     *
     * @param count from 1 to {@link Capacity#MAX_UNITS}
     */
    record Units(long count) implements AtMost {

      /**
       * Checks the range.
       *
       * @param count the component
       * @throws IllegalArgumentException if it is out of range
       */
      public Units {
        if (count < 1 || count > Capacity.MAX_UNITS) {
          throw new IllegalArgumentException(
              "at-most must be between 1 and " + Capacity.MAX_UNITS + ", was " + count);
        }
      }

      @Override
      public long of(long capacity) {
        return count;
      }
    }

    /**
     * A share of the smallest capacity among the limits that several people share, or among all
     * limits if none is shared. 10 % of 100,000 are 10,000. It is at least 1 unit.
     *
     * @param percent from 1 to 100
     */
    record Percent(int percent) implements AtMost {

      /**
       * Checks the range.
       *
       * @param percent the component
       * @throws IllegalArgumentException if it is out of range
       */
      public Percent {
        if (percent < 1 || percent > 100) {
          throw new IllegalArgumentException(
              "at-most must be between 1% and 100%, was " + percent + "%");
        }
      }

      @Override
      public long of(long capacity) {
        return Math.max(1, new Grace.Percent(percent).of(capacity));
      }
    }

    /**
     * Reads the most in the grammar of the policy file.
     *
     * @param text {@code "4_000"} or {@code "10%"}
     * @return the most
     * @throws IllegalArgumentException if it is neither a number nor a percentage, or out of range
     */
    static AtMost parse(String text) {
      Matcher matcher = AMOUNT.matcher(text.strip());
      if (text.length() > LONGEST || !matcher.matches()) {
        throw new IllegalArgumentException(
            "at-most must be units such as 4_000 or a share such as 10%, was " + Quoted.text(text));
      }
      long number = number(matcher.group(1));
      return matcher.group(2).isEmpty()
          ? new Units(number)
          : new Percent((int) Math.min(number, 1_000));
    }

    /**
     * Returns the most for a capacity.
     *
     * @param capacity the capacity, more than zero
     * @return units, at least 1
     */
    long of(long capacity);
  }

  private static final int LONGEST = 30;
  private static final int LONGEST_NUMBER = 16;
  private static final Pattern AMOUNT = Pattern.compile("([0-9]+(?:_[0-9]+)*)\\s*(%?)");

  /**
   * Checks the values.
   *
   * @param atLeast the component
   * @param atMost the component
   * @throws IllegalArgumentException if the least is out of range, or more than the most
   */
  public ReservationBounds {
    Objects.requireNonNull(atMost, "atMost");
    if (atLeast < 0 || atLeast > Capacity.MAX_UNITS) {
      throw new IllegalArgumentException(
          "at-least must be between 0 and " + Capacity.MAX_UNITS + ", was " + atLeast);
    }
    if (atMost.isPresent()
        && atMost.get() instanceof AtMost.Units units
        && units.count() < atLeast) {
      throw new IllegalArgumentException(
          "at-most must not be less than at-least " + atLeast + ", was " + units.count());
    }
  }

  /**
   * Reads the least in the grammar of the policy file.
   *
   * @param text {@code "50"} or {@code "1_000"}
   * @return units
   * @throws IllegalArgumentException if it is no number, or out of range
   */
  public static long parseAtLeast(String text) {
    Matcher matcher = AMOUNT.matcher(text.strip());
    if (text.length() > LONGEST || !matcher.matches() || !matcher.group(2).isEmpty()) {
      throw new IllegalArgumentException(
          "at-least must be units such as 50, was " + Quoted.text(text));
    }
    return new ReservationBounds(number(matcher.group(1)), Optional.empty()).atLeast();
  }

  private static long number(String digits) {
    String plain = digits.replace("_", "");
    return plain.length() > LONGEST_NUMBER ? Long.MAX_VALUE : Long.parseLong(plain);
  }

  /**
   * Returns the most that a reservation holds beyond its use, on one plan.
   *
   * @param shared the smallest capacity of limits that a team, an organisation or all share, if any
   * @param smallest the smallest capacity of all limits, if any
   * @return units, at least {@link #atLeast}
   */
  public long mostUnits(OptionalLong shared, OptionalLong smallest) {
    long most =
        atMost.isPresent()
            ? atMost.get().of(shared.orElse(smallest.orElse(Capacity.MAX_UNITS)))
            : shared.isPresent()
                ? new AtMost.Percent(SHARED_PERCENT).of(shared.getAsLong())
                : Capacity.MAX_UNITS;
    return Math.max(atLeast, most);
  }
}
