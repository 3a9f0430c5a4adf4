package dev.quota.redis;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The keys whose values plain takes cannot handle, as far as this node knows. To call the right
 * script first saves a round trip. A wrong entry costs one. Thread-safe.
 */
final class ExtendedKeys {

  /** The bound of the set. Keys beyond it cost one more round trip. */
  private static final int MOST = 10_000;

  private final Set<Object> keys = ConcurrentHashMap.newKeySet();

  boolean hasAny(List<Object> asked) {
    if (keys.isEmpty()) {
      return false;
    }
    for (Object key : asked) {
      if (keys.contains(key)) {
        return true;
      }
    }
    return false;
  }

  /** Notes whether keys are extended, by a reply. */
  void note(List<Object> replied, boolean extended) {
    if (!extended) {
      replied.forEach(keys::remove);
    } else if (keys.size() < MOST) {
      keys.addAll(replied);
    }
  }
}
