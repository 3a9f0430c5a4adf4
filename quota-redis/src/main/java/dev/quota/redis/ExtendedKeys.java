package dev.quota.redis;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The keys of which this node knows that more is kept with their counts than plain takes can
 * handle: asking the right script first saves a round trip. It may be wrong, and then costs one.
 * Safe for use by several threads.
 */
final class ExtendedKeys {

  /** Beyond this, further keys cost a round trip more. */
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

  /** Notes what a reply said about keys. */
  void note(List<Object> replied, boolean extended) {
    if (!extended) {
      replied.forEach(keys::remove);
    } else if (keys.size() < MOST) {
      keys.addAll(replied);
    }
  }
}
