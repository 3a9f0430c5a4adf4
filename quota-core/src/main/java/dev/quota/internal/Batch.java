package dev.quota.internal;

import dev.quota.Accuracy;
import dev.quota.spi.Entry;
import dev.quota.spi.EntryResult;
import dev.quota.spi.Fit;
import dev.quota.spi.LimitResult;
import dev.quota.spi.LimitSpec;
import dev.quota.spi.OnShort;
import dev.quota.spi.StoreReply;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
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
    RETIRED
  }

  final Counts[] counts;
  private final List<Entry> entries;
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
    this.absent = new boolean[entries.size()];
    this.results = new EntryResult[entries.size()];
  }

  void add(int index, Counts found, boolean isAbsent) {
    counts[index] = found;
    absent[index] = isAbsent;
  }

  void markApproximate() {
    accuracy = Accuracy.APPROXIMATE;
  }

  /** Decides, and takes if all fits. Called with the locks of all counts held. */
  Attempt decide() {
    for (Counts found : counts) {
      if (found.isRetired()) {
        return Attempt.RETIRED;
      }
    }
    long[] fitting = new long[counts.length];
    for (int i = 0; i < counts.length; i++) {
      List<LimitSpec> limits = counted(entries.get(i).limits());
      counts[i].prepare(limits, nowMillis);
      fitting[i] =
          limits.size() < entries.get(i).limits().size() && hasZero(entries.get(i))
              ? 0
              : counts[i].available(limits.size());
    }
    long[] amounts = amounts(fitting);
    for (int i = 0; i < amounts.length; i++) {
      if (amounts[i] < 0) {
        refuse();
        return Attempt.DECIDED;
      }
    }
    for (int i = 0; i < amounts.length; i++) {
      if (absent[i] && amounts[i] > 0) {
        return Attempt.MUST_CREATE;
      }
    }
    take(amounts);
    return Attempt.DECIDED;
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

  private void refuse() {
    for (int i = 0; i < counts.length; i++) {
      Entry entry = entries.get(i);
      List<LimitSpec> limits = counted(entry.limits());
      results[i] =
          new EntryResult(
              0, allResults(entry, counts[i].report(limits.size(), entry.cost()), entry.cost()));
    }
  }

  private void take(long[] amounts) {
    outcome = StoreReply.Outcome.DONE;
    for (int i = 0; i < counts.length; i++) {
      Entry entry = entries.get(i);
      long keepBefore = counts[i].keepMillis();
      long cost = amounts[i] > 0 || entry.cost() == 0 ? entry.nextCost() : entry.cost();
      List<LimitResult> taken = counts[i].take(counted(entry.limits()).size(), amounts[i], cost);
      results[i] = new EntryResult(amounts[i], allResults(entry, taken, cost));
      outlivesCache |= counts[i].keepMillis() > keepBefore;
    }
  }

  /** Returns whether counts must now be kept longer than the cache was told when it found them. */
  boolean outlivesCache() {
    return outlivesCache;
  }

  List<Entry> missing() {
    List<Entry> missing = new ArrayList<>();
    for (int i = 0; i < counts.length; i++) {
      if (absent[i]) {
        missing.add(entries.get(i));
      }
    }
    return missing;
  }

  StoreReply reply() {
    return new StoreReply(
        outcome, Instant.ofEpochMilli(nowMillis), accuracy, Arrays.asList(results));
  }

  /** Returns the limits that are counted: all but rolling ones that are unlimited or zero. */
  static List<LimitSpec> counted(List<LimitSpec> limits) {
    for (LimitSpec limit : limits) {
      if (!RollingCount.isCounted(limit)) {
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
