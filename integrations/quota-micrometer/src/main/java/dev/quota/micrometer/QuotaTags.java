package dev.quota.micrometer;

import dev.quota.QuotaEvent;
import dev.quota.policy.Plan;
import io.micrometer.core.instrument.Tags;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The tags of quota and plan, for a bounded number of pairs. All others are counted together as
 * {@code other}, because each replacement of the policies can add new names. Thread-safe.
 */
final class QuotaTags {

  static final String OTHER = "other";

  private static final System.Logger LOG = System.getLogger(QuotaMetricsListener.class.getName());
  private static final String NONE = "none";

  private final Map<Pair, Tags> known = new ConcurrentHashMap<>();
  private final AtomicBoolean told = new AtomicBoolean();
  private final Tags common;
  private final Tags others;
  private final int maxPairs;

  private record Pair(String quota, String plan) {}

  QuotaTags(Tags common, int maxPairs) {
    this.common = common;
    this.maxPairs = maxPairs;
    others = common.and("quota", OTHER, "plan", OTHER);
  }

  /** Returns the tags of the quota and the plan of an event. */
  Tags of(QuotaEvent event) {
    Pair pair = new Pair(event.quota(), event.plan().map(Plan::name).orElse(NONE));
    Tags tags = known.get(pair);
    return tags == null ? added(pair) : tags;
  }

  /** Returns whether these tags mean all other quotas, so that details must be left out too. */
  boolean areOthers(Tags tags) {
    return tags.equals(others);
  }

  private synchronized Tags added(Pair pair) {
    if (known.size() < maxPairs || known.containsKey(pair)) {
      return known.computeIfAbsent(
          pair, added -> common.and("quota", added.quota, "plan", added.plan));
    }
    if (told.compareAndSet(false, true)) {
      LOG.log(
          System.Logger.Level.WARNING,
          "There are meters for {0} pairs of quota and plan. All further pairs are counted"
              + " together, with the tags quota=other and plan=other.",
          maxPairs);
    }
    return others;
  }
}
