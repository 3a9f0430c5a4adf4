package dev.quota.policy;

import java.util.Locale;

/** What happens to a charge while the store that counts it cannot answer. */
public enum OnStoreFailure {
  /**
   * It is refused, to be tried again in a moment. What the store could not refuse either goes
   * through: an observed quota, and one without any limit.
   */
  DENY,
  /** It goes through uncounted. */
  ALLOW,
  /**
   * Each node counts on its own, with its share of the capacity: see {@link
   * dev.quota.QuotasBuilder#nodes}.
   */
  LOCAL;

  private final String text = name().toLowerCase(Locale.ROOT);

  /**
   * Returns the word used in policies.
   *
   * @return the name in lower case
   */
  public String text() {
    return text;
  }
}
