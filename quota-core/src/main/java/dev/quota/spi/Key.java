package dev.quota.spi;

/**
 * The key of one set of counts: of one identity and one quota. Immutable.
 *
 * <p>Keys have a total order, so that a store can lock several of them without a deadlock.
 *
 * @param scope the scope, such as {@code "user"} or {@code "org"}
 * @param kind the kind of the identity, such as {@code "user"}, {@code "address"} or {@code
 *     "group"}; a user and an address with equal ids have different keys
 * @param identity who is counted. It may be a person's raw id, so it must not appear in logs,
 *     messages or keys outside of this process
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
    // Faster than the generated method, which matters because this runs in each decision.
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

  /** Returns the key without its identity, for logs. */
  @Override
  public String toString() {
    return "Key[" + scope + "/" + kind + "/*/" + quota + "]";
  }
}
