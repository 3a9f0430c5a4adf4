package dev.quota;

import java.util.Locale;

/** Where the zone of a state comes from; a zone nobody chose is named in every sentence. */
public enum ZoneSource {
  /** The subject has it. */
  SUBJECT,
  /** The policies' default. */
  POLICY,
  /** Nobody said; it is UTC. */
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
