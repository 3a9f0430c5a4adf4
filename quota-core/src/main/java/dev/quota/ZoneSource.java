package dev.quota;

import java.util.Locale;

/** Where the time zone of a state comes from. Sentences name the zone if it is the default. */
public enum ZoneSource {
  /** The subject has it. */
  SUBJECT,
  /** The policies' default. */
  POLICY,
  /** Neither says one, so it is UTC. */
  DEFAULT;

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
