package dev.quota.policy;

import java.util.Locale;

/** Who shares the count of a limit. */
public enum Scope {
  /** The subject itself. */
  USER,
  /** The subject's team; a subject without one counts on itself. */
  TEAM,
  /** The subject's organisation; a subject without one counts on itself. */
  ORG,
  /**
   * One task, in which agents may call each other. These limits do not apply to a subject without a
   * conversation.
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
