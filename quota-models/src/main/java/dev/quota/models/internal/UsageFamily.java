package dev.quota.models.internal;

/**
 * How one family of providers says what a call used. Implementations have no state. They are asked
 * in the order of {@link UsageFamilies}, and the first that knows the figures reads them.
 */
interface UsageFamily {

  /** Whether these figures are of this family, told by their names. */
  boolean knows(Figures said);

  /** Says in the tally what the figures mean. */
  void read(Tally tally);

  /** Takes over what a later event of the same stream says. */
  default void next(Figures before, Figures later) {
    before.replaceBy(later);
  }

  /** Whether an event of a stream says only what it added, and not what it is in total. */
  default boolean addsUp(Figures said) {
    return false;
  }
}
