package dev.quota.policy;

import java.util.Locale;

/** Whether a limit sets a pace or a budget. */
public enum LimitKind {
  /** Rolling up to an hour, or concurrent: it comes back by itself in a moment. */
  PACE,
  /** Everything longer: a person plans with it. */
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
