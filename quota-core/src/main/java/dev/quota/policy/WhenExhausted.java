package dev.quota.policy;

import java.util.Locale;

/** What happens to a charge that does not fit. */
public enum WhenExhausted {
  /** It is refused. */
  BLOCK,
  /** The call runs in a reduced form that the application labels; nothing is charged. */
  DEGRADE,
  /** It is charged all the same, past the limit: for watching a limit before enforcing it. */
  OBSERVE;

  private final String text = name().toLowerCase(Locale.ROOT);

  /**
   * Returns the word used in policies.
   *
   * @return the name in lower case
   */
  public String text() {
    return text;
  }
}
