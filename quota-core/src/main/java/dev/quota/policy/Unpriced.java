package dev.quota.policy;

/**
 * What a call costs if its formula contains {@code price(usd)} and its model has no price. It is
 * never free.
 */
public enum Unpriced {

  /** The policy's estimate is charged. */
  ESTIMATE("estimate"),

  /**
   * The call is refused with an {@link IllegalArgumentException} that names the model. A call that
   * was made after all costs what was reserved. The default.
   */
  REFUSE("refuse"),

  /**
   * The formula is computed with a price of zero. If the result is zero, the estimate is charged.
   */
  FORMULA("formula");

  private final String text;

  Unpriced(String text) {
    this.text = text;
  }

  /**
   * Returns the name in the policy file.
   *
   * @return the name
   */
  public String text() {
    return text;
  }
}
