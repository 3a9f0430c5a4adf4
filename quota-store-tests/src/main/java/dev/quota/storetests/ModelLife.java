package dev.quota.storetests;

import dev.quota.policy.Window;
import dev.quota.spi.LimitSpec;
import dev.quota.spi.Operation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Everything that the model stores about one key. */
final class ModelLife {

  static final long NONE = -1;

  List<ModelCount> counts = new ArrayList<>();
  Map<String, Take> takes = new HashMap<>();
  Map<String, Long> grantEnds = new HashMap<>();
  Reservations young = new Reservations();
  Reservations old = new Reservations();

  long reserved() {
    return young.units() + old.units();
  }

  /** Ends everything that ends by now, in the order of time. */
  void bring(long now) {
    while (true) {
      if (old.end == NONE || old.units() == 0) {
        old = young;
        young = new Reservations();
      }
      long next = firstEnd();
      if (next > now) {
        return;
      }
      end(next);
    }
  }

  private long firstEnd() {
    long first = Math.min(later(young.end), later(old.end));
    for (Take take : takes.values()) {
      first = Math.min(first, take.end);
    }
    for (long end : grantEnds.values()) {
      first = Math.min(first, end);
    }
    for (ModelCount count : counts) {
      first = Math.min(first, later(count.end));
      for (long end : count.balances.keySet()) {
        first = Math.min(first, end);
      }
      for (long end : count.permitEnds.values()) {
        first = Math.min(first, end);
      }
    }
    return first;
  }

  private static long later(long end) {
    return end == NONE ? Long.MAX_VALUE : end;
  }

  private void end(long moment) {
    if (young.end == moment) {
      young = new Reservations();
    }
    if (old.end == moment) {
      old = new Reservations();
    }
    takes.values().removeIf(take -> take.end == moment);
    grantEnds.values().removeIf(end -> end == moment);
    for (ModelCount count : counts) {
      if (count.balances.containsKey(moment)) {
        count.expire(moment);
      }
      if (count.end == moment) {
        count.rollOver();
      }
      count.permitEnds.values().removeIf(end -> end == moment);
    }
  }

  /** Forgets what was used, but not what was granted. */
  void reset(long now) {
    counts.removeIf(count -> !(count.spec.window() instanceof Window.Fixed));
    counts.forEach(count -> count.reset(now));
    takes.clear();
    young = new Reservations();
    old = new Reservations();
  }

  /**
   * The units that were reserved in one interval, by running and by expired operations, without
   * settled ones.
   */
  static final class Reservations {
    final List<Reservation> parts = new ArrayList<>();
    long end = NONE;

    long units() {
      return parts.stream().mapToLong(part -> part.units).sum();
    }
  }

  /** What one operation reserved. */
  static final class Reservation {
    final long units;

    Reservation(long units) {
      this.units = units;
    }
  }

  /** What is remembered of a take. */
  static final class Take {
    Operation.Kind kind = Operation.Kind.CHARGE;
    long taken;
    long held;
    long end;
    boolean settled;
    Reservation reservation = new Reservation(0);
    final Map<LimitSpec, long[]> endAndUnits = new HashMap<>();

    /** For each sliding limit, the numbers of slots and the units that were taken from them. */
    final Map<LimitSpec, List<long[]>> slots = new HashMap<>();

    List<long[]> slots(LimitSpec limit) {
      for (Map.Entry<LimitSpec, List<long[]>> known : slots.entrySet()) {
        if (ModelLimits.isSame(known.getKey(), limit)) {
          return known.getValue();
        }
      }
      List<long[]> added = new ArrayList<>();
      slots.put(limit, added);
      return added;
    }

    long[] endAndUnits(LimitSpec limit) {
      for (Map.Entry<LimitSpec, long[]> known : endAndUnits.entrySet()) {
        if (ModelLimits.isSame(known.getKey(), limit)) {
          return known.getValue();
        }
      }
      long[] added = {0, 0};
      endAndUnits.put(limit, added);
      return added;
    }
  }
}
