package dev.quota.internal.memory;

import dev.quota.spi.LimitSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The order of the counts of one key: first the limits of the last entry in its order, then all
 * others. Arguments are not changed.
 */
final class Layout {

  private static final LimitCount[] NONE = {};

  private Layout() {}

  /** Returns whether counts begin with exactly these limits. */
  static boolean isOf(LimitCount[] counts, List<LimitSpec> limits) {
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

  /** Returns counts that begin with these limits; adds missing ones and drops untouched ones. */
  static LimitCount[] of(
      LimitCount[] counts, List<LimitSpec> limits, long nowMillis, LongSupplier elapsedMillis) {
    List<LimitCount> others = new ArrayList<>(List.of(counts));
    List<LimitCount> laidOut = new ArrayList<>();
    for (LimitSpec limit : limits) {
      LimitCount found = find(others, limit);
      if (found == null) {
        found = LimitCount.create(limit, nowMillis, elapsedMillis);
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
    return laidOut.toArray(NONE);
  }

  /** Returns the count of a limit, if there is one. */
  static @Nullable LimitCount find(LimitCount[] counts, LimitSpec limit) {
    return find(Arrays.asList(counts), limit);
  }

  private static @Nullable LimitCount find(List<LimitCount> counts, LimitSpec limit) {
    for (LimitCount count : counts) {
      if (count.counts(limit)) {
        return count;
      }
    }
    return null;
  }
}
