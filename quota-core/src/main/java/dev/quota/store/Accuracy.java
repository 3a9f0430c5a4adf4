package dev.quota.store;

/** How far the numbers of a state can be trusted. */
public enum Accuracy {
  /** Counted, to the unit. */
  EXACT,
  /**
   * Counted by a stand-in, or together with others: the allowance is right, the numbers are not.
   */
  APPROXIMATE,
  /** The store is away and nothing is known; there are no numbers. */
  UNKNOWN
}
