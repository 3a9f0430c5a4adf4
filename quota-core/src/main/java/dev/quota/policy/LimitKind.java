package dev.quota.policy;

import java.util.Locale;

/** Whether a limit sets a pace or a budget. */
public enum LimitKind {
  /**
   * A rolling or sliding limit of up to an hour, or a limit at once: it is available again soon.
   */
  PACE,
  /** Everything longer. People plan with it. */
  BUDGET;

  private final String text = name().toLowerCase(Locale.ROOT);

  /**
   * Returns the word used in JSON.
   *
   * @return the name in lower case
   */
  public String text() {
    return text;
  }
}
