package dev.quota;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which places of the application charge which quotas, as far as they said so. Not thread-safe:
 * used under the lock of the engine.
 */
final class QuotaUses {

  /** So many places of one quota are named, and no more are kept. */
  private static final int MOST_PLACES = 10;

  private final Map<String, Set<String>> placesByQuota = new LinkedHashMap<>();

  /** Notes a use of a quota that is known. */
  void add(String quota, String where) {
    Set<String> places = placesByQuota.computeIfAbsent(quota, name -> new LinkedHashSet<>());
    if (places.size() < MOST_PLACES) {
      places.add(where);
    }
  }

  /**
   * Checks policies that shall come into force.
   *
   * @param names the quotas that they have
   * @throws IllegalArgumentException if one is not there that is used; it names every place
   */
  void requireAll(Collection<String> names) {
    List<String> missing = new ArrayList<>();
    placesByQuota.forEach(
        (quota, places) -> {
          if (!names.contains(quota)) {
            missing.add(quota + ", which " + String.join(", ", places) + " charges");
          }
        });
    if (!missing.isEmpty()) {
      throw new IllegalArgumentException(
          "the policies lack quotas that are in use, so nothing was changed: "
              + String.join("; ", missing)
              + ". Keep those quotas until no endpoint names them; to take a limit off, make it"
              + " unlimited");
    }
  }
}
