package dev.quota.policy;

import java.util.Locale;

/** What happens to a charge that does not fit. */
public enum WhenExhausted {
  /** It is refused. */
  BLOCK,
  /** The call runs in a reduced form that the application labels; nothing is charged. */
  DEGRADE,
  /** It is charged beyond the limit, to observe a limit before it is enforced. */
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
