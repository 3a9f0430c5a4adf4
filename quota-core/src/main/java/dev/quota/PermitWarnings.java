package dev.quota;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Warns once of each place in an application. Thread-safe. */
final class PermitWarnings {

  private static final System.Logger LOG = System.getLogger(PermitWarnings.class.getName());

  /** Generated code can have any number of places. */
  private static final int MOST_PLACES = 1_000;

  private final Set<String> warned = ConcurrentHashMap.newKeySet();

  /**
   * Warns, unless there was a warning of that kind about that place.
   *
   * @param kind what the warning is about
   */
  void warn(String kind, Caller place, String message) {
    if (warned.size() < MOST_PLACES && warned.add(kind + " " + place)) {
      LOG.log(System.Logger.Level.WARNING, message);
    }
  }
}
