package dev.quota.tool.replay;

import java.util.LinkedHashMap;
import java.util.Map;

/** The numbers of one set of policies, with their labels for people. */
final class Facts {

  private static final Map<String, String> CHANGES =
      Map.of(
          "newlyWarned", "warned now, and not before",
          "noLongerWarned", "warned before, and not now",
          "newlyRefused", "refused now, and not before",
          "noLongerRefused", "refused before, and not now",
          "newlyRefusedUnwarned", "refused without a warning now, not before",
          "noLongerRefusedUnwarned", "refused without a warning before, not now",
          "newlyDegraded", "degraded now, and not before",
          "noLongerDegraded", "degraded before, and not now");

  private final Map<String, Long> all = new LinkedHashMap<>();

  Facts(SideReport side) {
    Counts counts = side.tally().all;
    all.put("people", (long) counts.people.count(People.SEEN));
    all.put("people who were warned", (long) counts.people.count(People.WARNED));
    all.put("people who were refused", (long) counts.people.count(People.REFUSED));
    all.put(
        "people who were refused without a warning",
        (long) counts.people.count(People.REFUSED_UNWARNED));
    all.put("people whose calls were degraded", (long) counts.people.count(People.DEGRADED));
    all.put("requests", counts.requests);
    all.put("requests that were refused", counts.refusals);
    all.put("requests that were degraded", counts.degradations);
    if (side.hasShadow()) {
      all.put(
          "people whom shadow limits would have refused",
          (long) counts.people.count(People.SHADOW_REFUSED));
      all.put("requests that they would have refused", counts.shadowRefusals);
    }
  }

  Map<String, Long> all() {
    return all;
  }

  static String words(String change) {
    return CHANGES.getOrDefault(change, change);
  }
}
