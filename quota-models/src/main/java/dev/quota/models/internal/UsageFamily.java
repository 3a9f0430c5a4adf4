package dev.quota.models.internal;

/**
 * The format of one family of providers. Implementations are stateless. They are asked in the order
 * of {@link UsageFamilies}, and the first that knows the figures reads them.
 */
interface UsageFamily {

  /** Returns whether figures are of this family, by their names. */
  boolean knows(Figures said);

  /** Sets the meanings of the figures in the tally. */
  void read(Tally tally);

  /** Merges a later event of the same stream. */
  default void next(Figures before, Figures later) {
    before.replaceBy(later);
  }

  /** Returns whether an event of a stream has only its own numbers, and not totals. */
  default boolean addsUp(Figures said) {
    return false;
  }
}
