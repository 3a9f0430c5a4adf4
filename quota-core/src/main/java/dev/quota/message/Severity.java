package dev.quota.message;

import java.util.Locale;

/** How urgent a message is. */
public enum Severity {
  /** For whoever looks. */
  INFO,
  /** Worth a glance now. */
  WARNING,
  /** Something does not work at the moment. */
  ERROR;

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
