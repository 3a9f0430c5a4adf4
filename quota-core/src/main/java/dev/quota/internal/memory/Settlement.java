package dev.quota.internal.memory;

import dev.quota.policy.Capacity;
import dev.quota.spi.Change;
import dev.quota.spi.EntryResult;
import dev.quota.spi.Growth;
import dev.quota.spi.Key;
import dev.quota.spi.LimitResult;
import dev.quota.spi.LimitSpec;
import dev.quota.spi.Operation;
import dev.quota.spi.StoreReply;
import dev.quota.store.Accuracy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * One attempt to settle operations: the counts that it found, and the changes to all of them. It
 * sets totals by what is remembered as held, so that a repetition changes nothing.
 */
final class Settlement {

  private static final EntryResult GONE = new EntryResult(0, true, List.of());

  /** One change with the counts it found. */
  private static final class Line {

    final int index;
    final Change change;

    /** The limits that are counted. They come first in prepared counts. */
    final List<LimitSpec> limits;

    final Operation operation;
    final OperationKey operationKey;

    /** The key of the counts, which gives the order of locking. */
    final Key key;

    final Counts counts;

    Line(int index, Change change, Key key, Counts counts) {
      this.index = index;
      this.change = change;
      this.limits = Batch.counted(change.hold().limits());
      this.operation = change.hold().operation().orElseThrow();
      this.operationKey = new OperationKey(change.hold().key(), operation.id());
      this.key = key;
      this.counts = counts;
    }
  }

  /** A line whose operation is open, and its new total. */
  private static final class Open {

    final Line line;
    final Held held;
    long total;

    /** The largest total that fits; beyond all totals if it is not bounded. */
    long most = Long.MAX_VALUE;

    Open(Line line, Held held) {
      this.line = line;
      this.held = held;
      this.total = line.change.totalUnits();
    }

    boolean isBounded() {
      return line.change.growth() instanceof Growth.Within && total > held.units;
    }
  }

  private final boolean last;
  private final long nowMillis;
  private final List<Line> lines = new ArrayList<>();
  private final List<EntryResult> results = new ArrayList<>();
  private StoreReply.Outcome outcome = StoreReply.Outcome.GONE;

  Settlement(boolean last, long nowMillis) {
    this.last = last;
    this.nowMillis = nowMillis;
  }

  long nowMillis() {
    return nowMillis;
  }

  void found(Change change, Key key, Counts counts) {
    lines.add(new Line(results.size(), change, key, counts));
    results.add(GONE);
  }

  /** Notes that the key of a change has no counts, so that its operation is forgotten. */
  void notFound() {
    results.add(GONE);
  }

  /** Settles with all counts locked. Returns false if the cache has removed some. */
  boolean run() {
    List<Line> ordered = lines;
    if (lines.size() > 1) {
      ordered = new ArrayList<>(lines);
      ordered.sort(Comparator.comparing(line -> line.key));
    }
    Counts[] locks = new Counts[ordered.size()];
    for (int i = 0; i < locks.length; i++) {
      locks[i] = ordered.get(i).counts;
    }
    return Locks.hold(locks, this::settle);
  }

  private boolean settle() {
    for (Line line : lines) {
      if (line.counts.isRetired()) {
        return false;
      }
    }
    List<Open> opens = new ArrayList<>(lines.size());
    for (Line line : lines) {
      Held held = line.counts.held(line.operationKey);
      if (held != null && !held.settled) {
        opens.add(new Open(line, held));
      }
    }
    opens.forEach(this::refund);
    bound(opens);
    opens.forEach(this::finish);
    return true;
  }

  /** Refunds what is held beyond the new total, by the refill rate until now. */
  private void refund(Open open) {
    long less = open.held.units - open.total;
    if (less > 0) {
      open.line.counts.refund(open.line.limits, less, open.held, nowMillis);
    }
  }

  /** Cuts bounded growth to what fits, to one total per quota. */
  private void bound(List<Open> opens) {
    for (Open open : opens) {
      if (open.isBounded()) {
        open.most = most(open);
      }
    }
    for (Open open : opens) {
      open.total = leastOfQuota(open, opens);
    }
  }

  private static long leastOfQuota(Open open, List<Open> opens) {
    long total = open.total;
    if (open.most < Long.MAX_VALUE) {
      for (Open other : opens) {
        if (quota(other).equals(quota(open))) {
          total = Math.max(open.held.units, Math.min(total, other.most));
        }
      }
    }
    return total;
  }

  private static String quota(Open open) {
    return open.line.change.hold().key().quota();
  }

  /** Returns the largest total that fits the limits of one line. */
  private long most(Open open) {
    Line line = open.line;
    line.counts.prepare(line.limits, nowMillis);
    long grace = ((Growth.Within) line.change.growth()).graceUnits();
    long room =
        Batch.hasZero(line.change.hold().limits())
            ? 0
            : line.counts.room(line.limits.size(), grace);
    return Math.min(open.total, open.held.units + Math.min(room, Capacity.MAX_UNITS));
  }

  /** Charges what is missing to the new total, ends or renews the operation, and reports. */
  private void finish(Open open) {
    Line line = open.line;
    line.counts.prepare(line.limits, nowMillis);
    long more = Math.max(0, open.total - open.held.units);
    Operations operations = line.counts.operations();
    if (last) {
      operations.end(line.operationKey, open.held, open.total);
      line.counts.release(line.operationKey);
    } else {
      operations.renew(line.operationKey, line.operation, open.held, open.total);
      line.counts.hold(line.limits.size(), line.operationKey, nowMillis);
    }
    long cost = line.change.nextCost();
    List<LimitResult> found =
        line.counts.take(line.limits.size(), more, cost, open.held, nowMillis);
    results.set(
        line.index,
        new EntryResult(open.total, Batch.allResults(line.change.hold().limits(), found, cost)));
    outcome = StoreReply.Outcome.DONE;
  }

  StoreReply reply() {
    return new StoreReply(outcome, Instant.ofEpochMilli(nowMillis), Accuracy.EXACT, results);
  }
}
