package dev.quota.models;

/** What happens to a call of a model without a price. It is never free. */
public enum Unpriced {
  /** The policy's estimate is charged, whatever the call used. */
  ESTIMATE,
  /** The call is not made: {@link ModelCalls#begin} throws an {@link IllegalArgumentException}. */
  REFUSE,
  /**
   * The policy's formula for the model counts, without a price. Where that comes to zero, the
   * estimate is charged.
   */
  FORMULA
}
