package dev.quota;

import dev.quota.internal.text.Quoted;
import java.util.Collection;

/**
 * Says that a quota was named that the policies in force do not have: a mistake of the application
 * or of whoever replaced its policies, and nothing a person did.
 */
public final class UnknownQuotaException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  private static final int MOST_LISTED = 24;

  /** The name that is unknown. */
  private final String quota;

  UnknownQuotaException(String quota, Collection<String> known) {
    super("unknown quota " + Quoted.text(quota) + "; the quotas are " + listed(known));
    this.quota = quota;
  }

  /** Returns names as a list prints them, of a long list the first ones. */
  static String listed(Collection<String> names) {
    return names.size() <= MOST_LISTED
        ? names.toString()
        : names.stream().limit(MOST_LISTED).toList().toString().replace("]", ", …]");
  }

  /**
   * Returns the name that is unknown.
   *
   * @return what was asked for
   */
  public String quota() {
    return quota;
  }
}
