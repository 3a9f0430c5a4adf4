package dev.quota.spi;

/**
 * Names one set of counts: whose, and of which quota.
 *
 * <p>Keys have a total order, in which a store locks or visits several of them.
 *
 * @param scope which identity of the subject is counted, such as {@code "user"} or {@code "org"}
 * @param kind what the identity is, such as {@code "user"}, {@code "address"} or {@code "group"};
 *     it keeps a user and an address of the same spelling apart
 * @param identity who is counted; a raw identifier of a person, so it must not reach logs, messages
 *     or another process's keys
 * @param quota the quota's name
 */
public record Key(String scope, String kind, String identity, String quota)
    implements Comparable<Key> {

  /**
   * Checks that no part is empty.
   *
   * @param scope the component
   * @param kind the component
   * @param identity the component
   * @param quota the component
   */
  public Key {
    requireText(scope, "scope");
    requireText(kind, "kind");
    requireText(identity, "identity");
    requireText(quota, "quota");
  }

  private static void requireText(String value, String name) {
    if (value.isEmpty()) {
      throw new IllegalArgumentException(name + " must not be empty");
    }
  }

  @Override
  public int compareTo(Key other) {
    int order = quota.compareTo(other.quota);
    if (order == 0) {
      order = scope.compareTo(other.scope);
    }
    if (order == 0) {
      order = kind.compareTo(other.kind);
    }
    return order == 0 ? identity.compareTo(other.identity) : order;
  }

  @Override
  public int hashCode() {
    // Written out: the generated method is several times slower and this runs once per decision.
    return ((identity.hashCode() * 31 + quota.hashCode()) * 31 + scope.hashCode()) * 31
        + kind.hashCode();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Key that
        && identity.equals(that.identity)
        && quota.equals(that.quota)
        && scope.equals(that.scope)
        && kind.equals(that.kind);
  }

  /** Returns the key without its identity, so that it can be logged. */
  @Override
  public String toString() {
    return "Key[" + scope + "/" + kind + "/*/" + quota + "]";
  }
}
