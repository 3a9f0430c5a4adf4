package dev.quota.policy;

import java.util.Locale;

/** Which identity of the subject a limit counts on. */
public enum Scope {
  /** The subject itself. */
  USER,
  /** The subject's team; a subject without one counts on itself. */
  TEAM,
  /** The subject's organisation; a subject without one counts on itself. */
  ORG,
  /**
   * One run of work, such as agents that call each other; limits on it do not apply to a subject
   * without one.
   */
  CONVERSATION,
  /** Everybody together. */
  GLOBAL;

  private final String text = name().toLowerCase(Locale.ROOT);

  /**
   * Returns the word used in policies and JSON.
   *
   * @return the name in lower case, such as {@code "user"}
   */
  public String text() {
    return text;
  }
}
