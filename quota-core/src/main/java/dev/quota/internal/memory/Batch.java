package dev.quota.internal.memory;

import dev.quota.spi.Entry;
import dev.quota.spi.EntryResult;
import dev.quota.spi.LimitResult;
import dev.quota.spi.LimitSpec;
import dev.quota.spi.OnShort;
import dev.quota.spi.Operation;
import dev.quota.spi.StoreReply;
import dev.quota.store.Accuracy;
import dev.quota.store.Availability;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** One attempt of a take: the counts that it found, and the decision over all of them. */
final class Batch {

  /** The result of an attempt. */
  enum Attempt {
    /** The reply is ready. */
    DECIDED,
    /** The take would be allowed, but some keys have no counts yet. Nothing was changed. */
    MUST_CREATE,
    /** Counts were removed from the cache in the meantime. Nothing was changed. */
    RETIRED,
    /**
     * Limits were added that the cache must keep longer. The key must be looked up again before
     * anything is charged, because that moves the deadline.
     */
    MUST_KEEP_LONGER
  }

  /** One entry with the counts it found. */
  private static final class Line {

    final Entry entry;

    /** The limits that are counted. They come first in the counts. */
    final List<LimitSpec> limits;

    final Counts counts;

    /** True if there are no counts yet, which means that nothing was used. */
    final boolean absent;

    long fitting;
    long amount;

    /** What the operation of the command holds, if it is known or was taken. */
    @Nullable Held held;

    Line(Entry entry, Counts counts, boolean absent) {
      this.entry = entry;
      this.limits = counted(entry.limits());
      this.counts = counts;
      this.absent = absent;
    }
  }

  private final Line[] lines;
  private final Optional<Operation> operation;
  private final long nowMillis;
  private StoreReply.Outcome outcome = StoreReply.Outcome.REFUSED;
  private List<EntryResult> results = List.of();
  private boolean outlivesCache;

  Batch(int entries, Optional<Operation> operation, long nowMillis) {
    this.operation = operation;
    this.nowMillis = nowMillis;
    this.lines = new Line[entries];
  }

  long nowMillis() {
    return nowMillis;
  }

  void found(int index, Entry entry, Counts found) {
    lines[index] = new Line(entry, found, false);
  }

  /** Notes that an entry has no counts yet, which means that nothing was used. */
  void notFound(int index, Entry entry) {
    lines[index] = new Line(entry, new Counts(), true);
  }

  /** Decides, and takes if all fits. All counts are locked, in the order of their keys. */
  Attempt run() {
    if (lines.length == 1) {
      synchronized (lines[0].counts) {
        return decide();
      }
    }
    Line[] ordered = lines.clone();
    Arrays.sort(ordered, Comparator.comparing(line -> line.entry.key()));
    Counts[] locks = new Counts[ordered.length];
    for (int i = 0; i < locks.length; i++) {
      locks[i] = ordered[i].counts;
    }
    return Locks.hold(locks, this::decide);
  }

  private Attempt decide() {
    for (Line line : lines) {
      if (line.counts.isRetired()) {
        return Attempt.RETIRED;
      }
    }
    if (prepare()) {
      return Attempt.MUST_KEEP_LONGER;
    }
    if (isRepetition()) {
      outcome = StoreReply.Outcome.REPEATED;
      results = results();
      return Attempt.DECIDED;
    }
    if (fits()) {
      for (Line line : lines) {
        if (line.absent && line.amount > 0) {
          return Attempt.MUST_CREATE;
        }
      }
      begin();
      outcome = StoreReply.Outcome.DONE;
    }
    results = results();
    return Attempt.DECIDED;
  }

  private boolean isRepetition() {
    boolean known = false;
    if (operation.isPresent()) {
      for (Line line : lines) {
        line.held = line.counts.held(key(line, operation.get()));
        known |= line.held != null;
      }
    }
    return known;
  }

  private static OperationKey key(Line line, Operation operation) {
    return new OperationKey(line.entry.key(), operation.id());
  }

  /** Reports what was taken the first time, and the present counts. */
  private EntryResult repeat(Line line) {
    long taken = line.held == null ? 0 : line.held.taken;
    long cost = costAfter(line.entry, taken);
    List<LimitResult> found = line.counts.report(line.limits.size(), cost, nowMillis);
    return new EntryResult(taken, allResults(line.entry.limits(), found, cost));
  }

  private List<EntryResult> results() {
    // The usual case, which needs no array.
    return lines.length == 1
        ? List.of(result(lines[0]))
        : Arrays.stream(lines).map(this::result).toList();
  }

  private EntryResult result(Line line) {
    return outcome == StoreReply.Outcome.REPEATED ? repeat(line) : report(line);
  }

  /** Remembers the operation on each key of which something is taken. */
  private void begin() {
    if (operation.isEmpty()) {
      return;
    }
    for (Line line : lines) {
      if (line.amount > 0) {
        line.counts.requireRoom(operation.get());
      }
    }
    for (Line line : lines) {
      if (line.amount > 0) {
        line.held = new Held(operation.get(), line.amount);
        OperationKey key = key(line, operation.get());
        line.counts.operations().begin(key, operation.get(), line.held);
        line.counts.hold(line.limits.size(), key, nowMillis);
      }
    }
  }

  private static long costAfter(Entry entry, long taken) {
    return taken > 0 || entry.cost() == 0 ? entry.nextCost() : entry.cost();
  }

  /** Advances all counts to now. Returns whether the cache must keep some of them longer. */
  private boolean prepare() {
    boolean outlives = false;
    for (Line line : lines) {
      long keepBefore = line.counts.keepMillis();
      line.counts.prepare(line.limits, nowMillis);
      if (operation.isPresent()) {
        line.counts.keepFor(operation.get().keepMillis());
      }
      outlives |= !line.absent && line.counts.keepMillis() > keepBefore;
      line.fitting =
          line.limits.size() < line.entry.limits().size() && hasZero(line.entry.limits())
              ? 0
              : line.counts.available(line.limits.size());
    }
    return outlives;
  }

  /** Decides what to take of each entry, one amount per quota. Returns false to refuse all. */
  private boolean fits() {
    boolean fits = true;
    for (Line line : lines) {
      Entry entry = line.entry;
      long amount = Math.min(entry.cost(), leastOfQuota(line));
      if (entry.onShort() == OnShort.EXCEED) {
        line.amount = entry.cost();
      } else if (amount >= entry.atLeast()) {
        line.amount = amount;
      } else {
        line.amount = 0;
        fits &= entry.onShort() == OnShort.SKIP;
      }
    }
    return fits;
  }

  private long leastOfQuota(Line line) {
    if (lines.length == 1) {
      return line.fitting;
    }
    long least = Long.MAX_VALUE;
    for (Line other : lines) {
      if (other.entry.key().quota().equals(line.entry.key().quota())) {
        least = Math.min(least, other.fitting);
      }
    }
    return least;
  }

  /** Takes the amounts, unless all is refused, and reports. */
  private EntryResult report(Line line) {
    Entry entry = line.entry;
    long amount = outcome == StoreReply.Outcome.DONE ? line.amount : 0;
    long cost = costAfter(entry, amount);
    long keepBefore = line.counts.keepMillis();
    List<LimitResult> taken =
        line.counts.take(line.limits.size(), amount, cost, line.held, nowMillis);
    outlivesCache |= !line.absent && line.counts.keepMillis() > keepBefore;
    return new EntryResult(amount, allResults(entry.limits(), taken, cost));
  }

  /** Returns whether the cache must now keep counts longer than at the lookup. */
  boolean outlivesCache() {
    return outlivesCache;
  }

  /** Returns the entries without counts of which something would be taken. */
  List<Entry> missing() {
    List<Entry> missing = new ArrayList<>();
    for (Line line : lines) {
      if (line.absent && line.amount > 0) {
        missing.add(line.entry);
      }
    }
    return missing;
  }

  StoreReply reply() {
    return new StoreReply(outcome, Instant.ofEpochMilli(nowMillis), Accuracy.EXACT, results);
  }

  /**
   * Returns the limits that are counted: all but rolling and sliding ones that are unlimited or
   * zero.
   */
  static List<LimitSpec> counted(List<LimitSpec> limits) {
    for (int i = 0; i < limits.size(); i++) {
      if (!RollingCount.isCounted(limits.get(i))) {
        return limits.stream().filter(RollingCount::isCounted).toList();
      }
    }
    return limits;
  }

  /** Returns whether a limit of capacity 0 is among those that are not counted. */
  static boolean hasZero(List<LimitSpec> limits) {
    return limits.stream()
        .anyMatch(limit -> !RollingCount.isCounted(limit) && LimitCount.isZero(limit));
  }

  /** Merges the results of limits that are not counted with those that are. */
  static List<LimitResult> allResults(
      List<LimitSpec> limits, List<LimitResult> counted, long cost) {
    if (counted.size() == limits.size()) {
      return counted;
    }
    List<LimitResult> all = new ArrayList<>();
    int next = 0;
    for (LimitSpec limit : limits) {
      if (RollingCount.isCounted(limit)) {
        all.add(counted.get(next++));
      } else {
        Availability availability =
            LimitCount.isZero(limit) && cost > 0 ? Availability.never() : Availability.now();
        all.add(new LimitResult(limit.name(), availability, 0, 0, 0, 0, 0, OptionalLong.empty()));
      }
    }
    return all;
  }
}
