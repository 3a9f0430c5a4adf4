package dev.quota;

import dev.quota.spi.Key;

/**
 * The key under which the calls of a quota are counted. It differs from the key of its units,
 * because an entry of a store's command has one amount.
 */
final class CallsKey {

  /** A quota's name cannot contain this, so no other quota has such a key. */
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
