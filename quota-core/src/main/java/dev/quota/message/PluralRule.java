package dev.quota.message;

import java.util.Locale;
import java.util.Optional;

/** Chooses among a language's grammatical forms. Implementations are stateless. */
@FunctionalInterface
interface PluralRule {

  /** The forms that languages know; none uses all of them, and every one has {@link #OTHER}. */
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

    /** Returns the form of that word. */
    static Optional<Category> of(String text) {
      for (Category category : values()) {
        if (category.text.equals(text)) {
          return Optional.of(category);
        }
      }
      return Optional.empty();
    }
  }

  /** Returns the form that goes with {@code n}, zero or more. */
  Category of(long n);
}
