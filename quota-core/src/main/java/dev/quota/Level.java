package dev.quota;

import java.util.Locale;

/**
 * How much attention a state needs. Front ends choose colours by it and gate on {@code allowed}.
 */
public enum Level {
  /** Nothing to say. */
  OK,
  /** Every limit is unlimited. */
  UNLIMITED,
  /** A threshold was crossed. */
  WARNING,
  /** The call runs, or would run, in a reduced form. */
  DEGRADED,
  /** The cost would be refused. */
  EXHAUSTED,
  /** The store is away and nothing is known. */
  UNKNOWN;

  private final String text = name().toLowerCase(Locale.ROOT);

  /**
   * Returns the word used in JSON and headers.
   *
   * @return the name in lower case, such as {@code "warning"}
   */
  public String text() {
    return text;
  }
}
