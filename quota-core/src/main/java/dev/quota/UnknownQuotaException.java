package dev.quota;

import dev.quota.internal.text.Quoted;
import java.util.Collection;

/**
 * A quota was named that the policies in force do not have. It is a mistake in the application or
 * in its policies, and not of the user.
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

  /** Returns names as text for a message; only the first ones of a long list. */
  static String listed(Collection<String> names) {
    return names.size() <= MOST_LISTED
        ? names.toString()
        : names.stream().limit(MOST_LISTED).toList().toString().replace("]", ", …]");
  }

  /**
   * Returns the name that is unknown.
   *
   * @return the quota's name
   */
  public String quota() {
    return quota;
  }
}
