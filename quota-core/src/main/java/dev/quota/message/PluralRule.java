package dev.quota.message;

import java.util.Locale;
import java.util.Optional;

/** Chooses the plural form in a language. Implementations are stateless. */
@FunctionalInterface
interface PluralRule {

  /** The plural categories of CLDR. No language uses all of them. Each uses {@link #OTHER}. */
  enum Category {
    ZERO,
    ONE,
    TWO,
    FEW,
    MANY,
    OTHER;

    private final String text = name().toLowerCase(Locale.ROOT);

    /** Returns the word used in templates and policies. */
    String text() {
      return text;
    }

    /** Returns the form with that word. */
    static Optional<Category> of(String text) {
      for (Category category : values()) {
        if (category.text.equals(text)) {
          return Optional.of(category);
        }
      }
      return Optional.empty();
    }
  }

  /** Returns the form of {@code n}, zero or more. */
  Category of(long n);
}
