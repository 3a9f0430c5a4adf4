package dev.quota;

import dev.quota.spi.Key;

/**
 * Where a quota's calls are counted: under a name of their own beside its units, because an entry
 * of a store's command takes one amount.
 */
final class CallsKey {

  /** No quota's name contains this, so that no other quota is counted there. */
  private static final String SUFFIX = ".calls";

  private CallsKey() {}

  static String of(String quota) {
    return quota + SUFFIX;
  }

  /** Returns the quota whose units or calls are counted under a key. */
  static String quotaOf(Key key) {
    String name = key.quota();
    return is(key) ? name.substring(0, name.length() - SUFFIX.length()) : name;
  }

  static boolean is(Key key) {
    return key.quota().endsWith(SUFFIX);
  }
}
