package dev.quota.policy;

/**
 * What becomes of what a reservation used beyond the limits and their grace. What a plain charge
 * costs is known before, so there is none of it there.
 */
public enum Overuse {

  /**
   * It is charged all the same, past the limits. New work is refused until the window ends, or
   * until a rolling limit has drained it. The default.
   */
  DEBT("debt"),

  /** It is charged to nobody: {@link dev.quota.Settlement#uncharged}. */
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
