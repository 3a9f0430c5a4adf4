package dev.quota.redis;

/**
 * The keys of published policies. All have the same hash tag, so that a script can change them
 * together on a Cluster.
 *
 * @param prefix the prefix of all keys of the application
 */
record PublishedKeys(String prefix) {

  /**
   * Returns the key of a hash with the number of the version in force. The channel has the same
   * name.
   */
  String current() {
    return prefix + "{policies}";
  }

  /** Returns the key of a hash with author, time, reason and digest of a version. */
  String version(long number) {
    return current() + ":v:" + number;
  }

  /** Returns the key of a text. Versions with the same digest share it. */
  String text(String digest) {
    return current() + ":t:" + digest;
  }
}
