package dev.quota.internal;

import dev.quota.spi.LimitResult;
import dev.quota.spi.LimitSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All counts of one key. Its monitor is their lock, and the cache is never called under it.
 *
 * <p>The counts stand in the order of the last entry's limits, followed by counts of limits that
 * entry did not name: another version of the policy may still use those.
 */
final class Counts {

  private static final LimitCount[] NONE = {};

  /**
   * Far past its capacity, a limit that is only observed would take longer to drain than a cache
   * can keep. What nobody looked at for a hundred years is forgotten.
   */
  private static final long MAX_KEEP_MILLIS = Duration.ofDays(36_525).toMillis();

  private LimitCount[] counts = NONE;
  private boolean retired;
  private volatile long keepMillis = 1;
  private volatile long keptUntilMillis = Long.MIN_VALUE;

  /** Returns counts with room for some limits, so that the cache knows how long to keep them. */
  static Counts of(List<LimitSpec> limits, long nowMillis) {
    Counts counts = new Counts();
    counts.layOut(limits, nowMillis);
    return counts;
  }

  boolean isRetired() {
    return retired;
  }

  /** Marks that the cache has dropped this: whoever finds it so looks the key up again. */
  synchronized void retire() {
    retired = true;
  }

  synchronized void reset() {
    counts = NONE;
  }

  /** Returns how long after a use these counts can still matter. Needs no lock. */
  long keepMillis() {
    return keepMillis;
  }

  /** Notes the cache's deadline. */
  void keptUntil(long deadlineMillis) {
    keptUntilMillis = deadlineMillis;
  }

  /** Returns whether the cache keeps these counts for as long as a use now can matter. */
  boolean areKept(long nowMillis) {
    return nowMillis + keepMillis <= keptUntilMillis;
  }

  /** Returns a copy that can be advanced and adopted into without changing this. */
  Counts copy() {
    Counts copy = new Counts();
    copy.counts = new LimitCount[counts.length];
    for (int i = 0; i < counts.length; i++) {
      copy.counts[i] = counts[i].copy();
    }
    return copy;
  }

  /** Brings the counts of an entry's limits to now, creating those that are missing. */
  void prepare(List<LimitSpec> limits, long nowMillis) {
    if (!isLaidOutFor(limits)) {
      layOut(limits, nowMillis);
    }
    for (int i = 0; i < limits.size(); i++) {
      counts[i].advance(nowMillis);
    }
  }

  private boolean isLaidOutFor(List<LimitSpec> limits) {
    if (counts.length < limits.size()) {
      return false;
    }
    for (int i = 0; i < limits.size(); i++) {
      if (!counts[i].hasSpec(limits.get(i))) {
        return false;
      }
    }
    return true;
  }

  private void layOut(List<LimitSpec> limits, long nowMillis) {
    List<LimitCount> others = new ArrayList<>(List.of(counts));
    List<LimitCount> laidOut = new ArrayList<>();
    for (LimitSpec limit : limits) {
      LimitCount found = find(others, limit);
      if (found == null) {
        found = LimitCount.create(limit, nowMillis);
      } else {
        others.remove(found);
        found.adopt(limit, nowMillis);
      }
      laidOut.add(found);
    }
    for (LimitCount other : others) {
      other.advance(nowMillis);
      if (!other.isUntouched()) {
        laidOut.add(other);
      }
    }
    counts = laidOut.toArray(NONE);
    updateKeep();
  }

  private static @Nullable LimitCount find(List<LimitCount> counts, LimitSpec limit) {
    for (LimitCount count : counts) {
      if (count.counts(limit)) {
        return count;
      }
    }
    return null;
  }

  /** Returns the most that all limits of a prepared entry have room for. */
  long available(int limits) {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < limits; i++) {
      least = Math.min(least, counts[i].available());
    }
    return least;
  }

  /** Takes units of the first limits, which are prepared, and reports on them for a cost. */
  List<LimitResult> take(int limits, long units, long cost) {
    LimitResult[] results = new LimitResult[limits];
    for (int i = 0; i < limits; i++) {
      LimitCount count = counts[i];
      long peakBefore = count.peak;
      if (units > 0) {
        count.take(units);
      }
      results[i] = count.result(cost, peakBefore);
    }
    if (units > 0) {
      updateKeep();
    }
    return List.of(results);
  }

  private void updateKeep() {
    long longest = 1;
    for (LimitCount count : counts) {
      longest = Math.max(longest, count.keepMillis());
    }
    keepMillis = Math.min(longest, MAX_KEEP_MILLIS);
  }

  /** Reports on the first limits, which are prepared, for a cost. */
  List<LimitResult> report(int limits, long cost) {
    return take(limits, 0, cost);
  }

  /** Gives units of some limits back to the windows they were taken from. */
  void giveBack(List<LimitSpec> held, List<Long> windowEndsMillis, long units, long nowMillis) {
    for (LimitCount count : counts) {
      for (int i = 0; i < held.size(); i++) {
        if (count.counts(held.get(i))) {
          count.advance(nowMillis);
          count.giveBack(units, held.get(i), windowEndsMillis.get(i));
        }
      }
    }
  }

  /** Charges more of some limits, in their current windows and past their capacity if need be. */
  void grow(List<LimitSpec> held, long units, long nowMillis) {
    for (LimitSpec limit : held) {
      LimitCount count = find(List.of(counts), limit);
      if (count == null) {
        count = LimitCount.create(limit, nowMillis);
        counts = Arrays.copyOf(counts, counts.length + 1);
        counts[counts.length - 1] = count;
      }
      count.advance(nowMillis);
      if (count.isUntouched()) {
        count.adopt(limit, nowMillis);
        count.advance(nowMillis);
      }
      count.take(units);
    }
    updateKeep();
  }
}
