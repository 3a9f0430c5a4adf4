package dev.quota;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Which places of the application charge which quotas, as far as they were declared. Immutable. */
final class QuotaUses {

  /** How many places of one quota are kept and named in messages. */
  private static final int MOST_PLACES = 10;

  private static final QuotaUses NONE = new QuotaUses(Map.of());

  private final Map<String, Set<String>> placesByQuota;

  private QuotaUses(Map<String, Set<String>> placesByQuota) {
    this.placesByQuota = placesByQuota;
  }

  /** Returns an empty set of uses. */
  static QuotaUses none() {
    return NONE;
  }

  /** Returns a copy with one more use. */
  QuotaUses with(String quota, String where) {
    Set<String> places = new LinkedHashSet<>(placesByQuota.getOrDefault(quota, Set.of()));
    if (places.size() >= MOST_PLACES || !places.add(where)) {
      return this;
    }
    Map<String, Set<String>> changed = new LinkedHashMap<>(placesByQuota);
    changed.put(quota, places);
    return new QuotaUses(changed);
  }

  /**
   * Checks policies before they are in force.
   *
   * @param names the quotas that they have
   * @return what is wrong with them; empty if they have every quota that is used
   */
  Optional<String> missing(Collection<String> names) {
    List<String> missing = new ArrayList<>();
    placesByQuota.forEach(
        (quota, places) -> {
          if (!names.contains(quota)) {
            missing.add(quota + ", which " + String.join(", ", places) + " charges");
          }
        });
    return missing.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "the policies lack quotas that are in use, so nothing was changed: "
                + String.join("; ", missing)
                + ". Keep those quotas until no endpoint names them; to take a limit off, make it"
                + " unlimited");
  }
}
