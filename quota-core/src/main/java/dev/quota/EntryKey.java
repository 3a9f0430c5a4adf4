package dev.quota;

import dev.quota.spi.Key;

/**
 * The names under which the parts of a quota are counted. Its calls have another name than its
 * units, because an entry of a store's command has one amount. Limits in shadow mode have another
 * name than enforced ones, because an entry is taken as a whole or not at all.
 */
final class EntryKey {

  // A quota's name cannot contain a dot, so no other quota has such a key.
  private static final String CALLS = ".calls";
  private static final String SHADOW = ".shadow";

  private EntryKey() {}

  /**
   * Returns the name under which an entry of a quota is counted.
   *
   * @param calls whether it counts calls
   * @param apart whether it has limits in shadow mode, beside enforced ones
   */
  static String of(String quota, boolean calls, boolean apart) {
    return quota + (apart ? SHADOW : "") + (calls ? CALLS : "");
  }

  /** Returns the quota that is counted under a key. */
  static String quotaOf(Key key) {
    int dot = key.quota().indexOf('.');
    return dot < 0 ? key.quota() : key.quota().substring(0, dot);
  }

  /** Returns whether a key counts calls. */
  static boolean isOfCalls(Key key) {
    return key.quota().endsWith(CALLS);
  }

  /** Returns whether a key counts limits in shadow mode, beside enforced ones. */
  static boolean isApart(Key key) {
    return key.quota().indexOf(SHADOW) > 0;
  }
}
