package dev.quota.policy;

/**
 * What happens to units that a reservation used beyond the limits and their grace. A plain charge
 * has no overuse, because its cost is known before.
 */
public enum Overuse {

  /**
   * They are charged beyond the limits. New work is refused until the window ends, or until a
   * rolling limit has refilled. The default.
   */
  DEBT("debt"),

  /** They are not charged: {@link dev.quota.Settlement#uncharged}. */
  FORGIVE("forgive");

  private final String text;

  Overuse(String text) {
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
