package dev.quota.internal;

import dev.quota.Accuracy;
import dev.quota.spi.Entry;
import dev.quota.spi.EntryResult;
import dev.quota.spi.Fit;
import dev.quota.spi.Key;
import dev.quota.spi.LimitResult;
import dev.quota.spi.LimitSpec;
import dev.quota.spi.OnShort;
import dev.quota.spi.StoreReply;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;

/** One attempt at a take: the counts it found, and the decision over all of them. */
final class Batch {

  /** What came of an attempt. */
  enum Attempt {
    /** The reply is ready. */
    DECIDED,
    /** It would go through, but some keys have no counts yet. Nothing was changed. */
    MUST_CREATE,
    /** Counts were dropped from the cache meanwhile. Nothing was changed. */
    RETIRED,
    /**
     * Limits were added that the cache must keep longer than it knows. It learns that when the key
     * is looked up again, and must before anything is charged to them.
     */
    MUST_KEEP_LONGER
  }

  private final Counts[] counts;

  /** Where the counts were found, and in whose order they are locked. */
  private final Key[] keys;

  private final List<Entry> entries;
  private final List<Entry> missing = new ArrayList<>(1);
  private final boolean[] absent;
  private final long nowMillis;
  private Accuracy accuracy = Accuracy.EXACT;
  private StoreReply.Outcome outcome = StoreReply.Outcome.REFUSED;
  private EntryResult[] results;
  private boolean outlivesCache;

  Batch(List<Entry> entries, long nowMillis) {
    this.entries = entries;
    this.nowMillis = nowMillis;
    this.counts = new Counts[entries.size()];
    this.keys = new Key[entries.size()];
    this.absent = new boolean[entries.size()];
    this.results = new EntryResult[entries.size()];
  }

  long nowMillis() {
    return nowMillis;
  }

  void found(int index, Key key, Counts found) {
    counts[index] = found;
    keys[index] = key;
  }

  /** Notes that there are no counts for an entry yet, so that it is as if nothing was used. */
  void notFound(int index) {
    found(index, entries.get(index).key(), new Counts());
    absent[index] = true;
  }

  void markApproximate() {
    accuracy = Accuracy.APPROXIMATE;
  }

  /** Decides, and takes if all fits, with all counts locked in the order of their keys. */
  Attempt run() {
    if (counts.length == 1) {
      synchronized (counts[0]) {
        return decide();
      }
    }
    Integer[] order = new Integer[counts.length];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, Comparator.comparing(i -> keys[i]));
    return lockAndDecide(order, 0);
  }

  private Attempt lockAndDecide(Integer[] order, int next) {
    if (next == order.length) {
      return decide();
    }
    synchronized (counts[order[next]]) {
      return lockAndDecide(order, next + 1);
    }
  }

  private Attempt decide() {
    for (Counts found : counts) {
      if (found.isRetired()) {
        return Attempt.RETIRED;
      }
    }
    long[] keepBefore = keepMillis();
    long[] amounts = amounts(fitting());
    if (outlives(keepBefore)) {
      return Attempt.MUST_KEEP_LONGER;
    }
    if (isRefused(amounts)) {
      report(new long[amounts.length]);
    } else {
      noteMissing(amounts);
      if (!missing.isEmpty()) {
        return Attempt.MUST_CREATE;
      }
      outcome = StoreReply.Outcome.DONE;
      report(amounts);
    }
    outlivesCache = outlives(keepBefore);
    return Attempt.DECIDED;
  }

  private long[] keepMillis() {
    long[] keep = new long[counts.length];
    for (int i = 0; i < keep.length; i++) {
      keep[i] = counts[i].keepMillis();
    }
    return keep;
  }

  private boolean outlives(long[] keepBefore) {
    for (int i = 0; i < keepBefore.length; i++) {
      if (!absent[i] && counts[i].keepMillis() > keepBefore[i]) {
        return true;
      }
    }
    return false;
  }

  private static boolean isRefused(long[] amounts) {
    for (long amount : amounts) {
      if (amount < 0) {
        return true;
      }
    }
    return false;
  }

  private void noteMissing(long[] amounts) {
    for (int i = 0; i < amounts.length; i++) {
      if (absent[i] && amounts[i] > 0) {
        missing.add(entries.get(i));
      }
    }
  }

  /** Brings all counts to now and returns how much each entry has room for. */
  private long[] fitting() {
    long[] fitting = new long[counts.length];
    for (int i = 0; i < counts.length; i++) {
      Entry entry = entries.get(i);
      List<LimitSpec> limits = counted(entry.limits());
      counts[i].prepare(limits, nowMillis);
      fitting[i] =
          limits.size() < entry.limits().size() && hasZero(entry)
              ? 0
              : counts[i].available(limits.size());
    }
    return fitting;
  }

  /** Returns what to take of each entry: one amount per quota; negative if that refuses all. */
  private long[] amounts(long[] fitting) {
    long[] amounts = new long[fitting.length];
    for (int i = 0; i < fitting.length; i++) {
      Entry entry = entries.get(i);
      long amount = Math.min(entry.cost(), leastOfQuota(entry, fitting));
      if (entry.onShort() == OnShort.EXCEED) {
        amounts[i] = entry.cost();
      } else if (amount >= entry.atLeast()) {
        amounts[i] = amount;
      } else {
        amounts[i] = entry.onShort() == OnShort.SKIP ? 0 : -1;
      }
    }
    return amounts;
  }

  private long leastOfQuota(Entry entry, long[] fitting) {
    if (fitting.length == 1) {
      return fitting[0];
    }
    long least = Long.MAX_VALUE;
    for (int i = 0; i < fitting.length; i++) {
      if (entries.get(i).key().quota().equals(entry.key().quota())) {
        least = Math.min(least, fitting[i]);
      }
    }
    return least;
  }

  /** Takes the amounts and reports. */
  private void report(long[] amounts) {
    for (int i = 0; i < counts.length; i++) {
      Entry entry = entries.get(i);
      long cost = amounts[i] > 0 || entry.cost() == 0 ? entry.nextCost() : entry.cost();
      List<LimitResult> taken = counts[i].take(counted(entry.limits()).size(), amounts[i], cost);
      results[i] = new EntryResult(amounts[i], allResults(entry, taken, cost));
    }
  }

  /** Returns whether counts must now be kept longer than the cache was told when it found them. */
  boolean outlivesCache() {
    return outlivesCache;
  }

  /** Returns the entries of which something would be taken, if they had counts. */
  List<Entry> missing() {
    return missing;
  }

  StoreReply reply() {
    return new StoreReply(outcome, Instant.ofEpochMilli(nowMillis), accuracy, List.of(results));
  }

  /** Returns the limits that are counted: all but rolling ones that are unlimited or zero. */
  static List<LimitSpec> counted(List<LimitSpec> limits) {
    for (int i = 0; i < limits.size(); i++) {
      if (!RollingCount.isCounted(limits.get(i))) {
        return limits.stream().filter(RollingCount::isCounted).toList();
      }
    }
    return limits;
  }

  private static boolean hasZero(Entry entry) {
    return entry.limits().stream().anyMatch(LimitCount::isZero);
  }

  /** Puts the results of limits that are not counted between those that are. */
  static List<LimitResult> allResults(Entry entry, List<LimitResult> counted, long cost) {
    if (counted.size() == entry.limits().size()) {
      return counted;
    }
    List<LimitResult> all = new ArrayList<>();
    int next = 0;
    for (LimitSpec limit : entry.limits()) {
      if (RollingCount.isCounted(limit)) {
        all.add(counted.get(next++));
      } else {
        Fit fit = LimitCount.isZero(limit) && cost > 0 ? Fit.never() : Fit.now();
        all.add(new LimitResult(limit.name(), fit, 0, 0, 0, 0, 0, OptionalLong.empty()));
      }
    }
    return all;
  }
}
