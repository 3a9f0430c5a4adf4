package dev.quota.store;

/** How far the numbers of a state can be trusted. */
public enum Accuracy {
  /** Counted to the unit. */
  EXACT,
  /**
   * The decision is right, but the numbers may not be: one node counts alone, or a count is shared
   * with others.
   */
  APPROXIMATE,
  /** The store is away and nothing is known; there are no numbers. */
  UNKNOWN
}
