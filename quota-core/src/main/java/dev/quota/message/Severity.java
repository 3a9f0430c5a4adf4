package dev.quota.message;

import java.util.Locale;

/** How urgent a message is. */
public enum Severity {
  /** Information that needs no attention. */
  INFO,
  /** Something needs attention soon. */
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
