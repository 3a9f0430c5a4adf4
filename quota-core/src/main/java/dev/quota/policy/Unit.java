package dev.quota.policy;

import dev.quota.internal.text.Names;
import java.util.Currency;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;

/**
 * What a quota counts. Immutable.
 *
 * @param name the singular, such as {@code "message"}
 * @param label the plural, such as {@code "messages"}
 * @param style how numbers of it are shown
 * @param money the currency, present only for {@link Style#MONEY}
 * @param words its words in other languages than that of name and label
 */
public record Unit(
    String name, String label, Style style, Optional<Money> money, Map<Locale, Words> words) {

  /** The unit of a quota without a unit. */
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
   * How an integer count means an amount: {@code 1234} with scale 2 is 12.34.
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
   * The words of a unit in one language.
   *
   * <p>Polish has {@code label} "wiadomości" and the forms {@code one} "wiadomość", {@code few}
   * "wiadomości", {@code many} "wiadomości" and {@code other} "wiadomości". Chinese has only the
   * form {@code other} "{n}条消息" with a placeholder for the number.
   *
   * @param label the plural without a number
   * @param forms the words with a number, by plural category. {@code other} is required and
   *     replaces missing categories. The number replaces {@value #NUMBER}. Without the placeholder
   *     it comes before the word.
   */
  public record Words(String label, Map<String, String> forms) {

    /** The placeholder of the number in a form. */
    public static final String NUMBER = "{n}";

    /** The plural categories of Unicode CLDR. */
    public static final List<String> CATEGORIES =
        List.of("zero", "one", "two", "few", "many", "other");

    /**
     * Checks the words.
     *
     * @param label the component
     * @param forms the component
     * @throws IllegalArgumentException if a text is empty, a category is unknown or {@code other}
     *     is missing
     */
    public Words {
      Names.requireLabel(label, "unit label");
      forms = Map.copyOf(forms);
      if (!CATEGORIES.containsAll(forms.keySet()) || !forms.containsKey("other")) {
        throw new IllegalArgumentException(
            "forms must have the category other, and no category but "
                + CATEGORIES
                + ", was "
                + new TreeSet<>(forms.keySet()));
      }
      forms.forEach((category, form) -> Names.requireLabel(form, "unit form " + category));
    }

    /**
     * Returns the word of a category.
     *
     * @param category such as {@code "few"}
     * @return its form; that of {@code other} if it has none
     */
    public String form(String category) {
      String form = forms.get(category);
      return form == null ? Objects.requireNonNull(forms.get("other")) : form;
    }
  }

  /**
   * Checks the values.
   *
   * @param name the component
   * @param label the component
   * @param style the component
   * @param money the component
   * @param words the component
   * @throws IllegalArgumentException if a text is empty, or the currency does not go with the style
   */
  public Unit {
    words = Map.copyOf(words);
    Names.requireIdentifier(name, "unit name");
    Names.requireLabel(label, "unit label");
    if (money.isPresent() != (style == Style.MONEY)) {
      throw new IllegalArgumentException(
          "currency must be given for the style money and for no other, the style was "
              + style.text());
    }
  }

  /**
   * Returns a unit with the same name in every language.
   *
   * @param name the singular
   * @param label the plural
   * @param style how numbers of it are shown
   * @param money the currency, present only for {@link Style#MONEY}
   * @throws IllegalArgumentException if a text is empty, or the currency does not go with the style
   */
  public Unit(String name, String label, Style style, Optional<Money> money) {
    this(name, label, style, money, Map.of());
  }

  /**
   * Returns a copy with words in other languages.
   *
   * @param newWords the words by language
   * @return the copy
   */
  public Unit withWords(Map<Locale, Words> newWords) {
    return new Unit(name, label, style, money, newWords);
  }

  /**
   * Returns a unit that is shown as a number.
   *
   * @param name the singular
   * @param label the plural
   * @return the unit
   */
  public static Unit count(String name, String label) {
    return new Unit(name, label, Style.COUNT, Optional.empty());
  }
}
