package dev.quota.redis;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Records which masters may evict counts, and how many keys they have evicted. One thread changes
 * it. Any thread may read the warning.
 */
final class Evictions {

  private static final System.Logger LOG = System.getLogger(Evictions.class.getName());

  private final Map<String, Probe.Finding> byMaster = new LinkedHashMap<>();
  private volatile Optional<String> warning = Optional.empty();
  private long told = -1;

  /** Notes the INFO of a master. */
  void note(String master, Probe.Finding finding) {
    if (finding.mayEvict()) {
      byMaster.put(master, finding);
    } else {
      byMaster.remove(master);
    }
  }

  /** Sums up the findings of the present masters. */
  void sumUp(Collection<String> masters) {
    byMaster.keySet().retainAll(masters);
    if (byMaster.isEmpty()) {
      warning = Optional.empty();
      told = -1;
      return;
    }
    TreeSet<String> policies = new TreeSet<>();
    long evicted = 0;
    for (Probe.Finding finding : byMaster.values()) {
      policies.add(finding.evictionPolicy());
      evicted += finding.evictedKeys();
    }
    String sentence =
        "Redis may evict counts under maxmemory-policy "
            + String.join(" and ", policies)
            + ", and has evicted "
            + evicted
            + " keys of all kinds since it started; an evicted count is a fresh allowance."
            + " Set noeviction.";
    warning = Optional.of(sentence);
    // Logged when evictions are possible, and again at the first one.
    if (told < 0 || (told == 0 && evicted > 0)) {
      told = evicted;
      LOG.log(System.Logger.Level.WARNING, sentence);
    }
  }

  /** Returns a sentence if counts may be evicted, because an evicted count is a full limit. */
  Optional<String> warning() {
    return warning;
  }
}
