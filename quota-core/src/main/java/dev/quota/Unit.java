package dev.quota;

import java.util.Currency;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/**
 * What a quota counts.
 *
 * @param name one of them, such as {@code "message"}
 * @param label several of them, such as {@code "messages"}
 * @param style how numbers of it are shown
 * @param money the currency, present exactly for {@link Style#MONEY}
 */
public record Unit(String name, String label, Style style, Optional<Money> money) {

  /** The unit of a quota that names none. */
  public static final Unit REQUESTS = count("request", "requests");

  /** How numbers of a unit are shown. */
  public enum Style {
    /** As they are. */
    COUNT,
    /** As a share of the limit, for units that mean nothing to a person. */
    PERCENT,
    /** As an amount of a currency. */
    MONEY;

    private final String text = name().toLowerCase(Locale.ROOT);

    /**
     * Returns the word used in policies and JSON.
     *
     * @return the name in lower case
     */
    public String text() {
      return text;
    }
  }

  /**
   * How an integer count stands for an amount: {@code 1234} with scale 2 is 12.34.
   *
   * @param currency the currency
   * @param scale the number of decimal places in the count, 0 to 9
   */
  public record Money(Currency currency, int scale) {

    /**
     * Checks the range.
     *
     * @param currency the component
     * @param scale the component
     * @throws IllegalArgumentException if the scale is outside 0 to 9
     */
    public Money {
      Objects.requireNonNull(currency, "currency");
      if (scale < 0 || scale > 9) {
        throw new IllegalArgumentException("scale must be between 0 and 9, was " + scale);
      }
    }
  }

  /**
   * Checks the values.
   *
   * @param name the component
   * @param label the component
   * @param style the component
   * @param money the component
   * @throws IllegalArgumentException if a text is empty, or the currency does not go with the style
   */
  public Unit {
    Names.requireLabel(name, "unit name");
    Names.requireLabel(label, "unit label");
    if (money.isPresent() != (style == Style.MONEY)) {
      throw new IllegalArgumentException(
          "currency must be given for the style money and for no other, the style was "
              + style.text());
    }
  }

  /**
   * Returns a unit that is shown as a number.
   *
   * @param name one of them
   * @param label several of them
   * @return the unit
   */
  public static Unit count(String name, String label) {
    return new Unit(name, label, Style.COUNT, Optional.empty());
  }
}
