package dev.quota.policy;

import java.util.Locale;

/** Whether a limit is enforced, or only tried out. */
public enum Mode {
  /** A charge that does not fit is refused, or degraded, as the policy says. */
  ENFORCE,

  /**
   * The limit counts and decides as if it were enforced, but refuses nobody. A charge for which it
   * has no room takes nothing of it. People see nothing of it; events and metrics show what it
   * would have refused.
   */
  SHADOW;

  private final String text = name().toLowerCase(Locale.ROOT);

  /**
   * Returns the word used in policy files.
   *
   * @return the name in lower case, such as {@code "shadow"}
   */
  public String text() {
    return text;
  }
}
