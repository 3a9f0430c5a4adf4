package dev.quota.message;

/** How one language sorts whole numbers into grammatical forms. Implementations are stateless. */
@FunctionalInterface
interface PluralRule {

  /** The forms that languages know; none uses all of them, and every one has {@link #OTHER}. */
  enum Category {
    ZERO,
    ONE,
    TWO,
    FEW,
    MANY,
    OTHER
  }

  /** One apart from everything else, as English does. */
  PluralRule ONE_AND_OTHER = n -> n == 1 ? Category.ONE : Category.OTHER;

  /** Returns the form that goes with {@code n}, zero or more. */
  Category of(long n);
}
