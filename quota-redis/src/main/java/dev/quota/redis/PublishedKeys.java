package dev.quota.redis;

/**
 * Names the keys of published policies. All have one hash tag, so that a script may change them
 * together on a Cluster.
 *
 * @param prefix what all keys of the application begin with
 */
record PublishedKeys(String prefix) {

  /** Returns a hash with the number of the version in force; also the name of the channel. */
  String current() {
    return prefix + "{policies}";
  }

  /** Returns a hash: who published a version, when, why, and the digest of its text. */
  String version(long number) {
    return current() + ":v:" + number;
  }

  /** Returns a text, which versions with the same digest share. */
  String text(String digest) {
    return current() + ":t:" + digest;
  }
}
