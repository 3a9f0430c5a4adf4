package dev.quota.models.internal;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The names of the objects around nested names. Families look for the same names in each answer.
 * Thread-safe.
 */
final class Parents {

  /** A bound on what is remembered, because the index of an element is a part of its name. */
  private static final int MOST_KNOWN = 500;

  private static final Map<String, String> KNOWN = new ConcurrentHashMap<>();

  private Parents() {}

  /** Returns the name before the last point; empty if there is no point. */
  static String of(String name) {
    String known = KNOWN.get(name);
    if (known != null) {
      return known;
    }
    String parent = name.substring(0, Math.max(0, name.lastIndexOf('.')));
    if (KNOWN.size() < MOST_KNOWN) {
      KNOWN.put(name, parent);
    }
    return parent;
  }
}
