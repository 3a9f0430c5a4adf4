package dev.quota.policy;

import java.util.Locale;

/** What happens to a charge while the store cannot answer. */
public enum OnStoreFailure {
  /**
   * It is refused, and can be tried again after a few seconds. A quota that the store cannot refuse
   * either is allowed: an observed one, and one without any limit.
   */
  DENY,
  /** It is allowed without a count. */
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
