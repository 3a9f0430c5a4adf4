package dev.quota.internal.memory;

import dev.quota.policy.Window;
import dev.quota.spi.LimitResult;
import dev.quota.spi.LimitSpec;
import dev.quota.spi.Operation;
import dev.quota.spi.StoreCommand;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * All counts of one key. The monitor of this object is their lock. The cache must not be called
 * under it.
 *
 * <p>The counts are in the order of the last entry's limits. Counts of other limits follow, because
 * another version of the policy may still use them.
 */
final class Counts {

  private static final LimitCount[] NONE = {};

  /**
   * The longest time to keep counts: a hundred years. An observed limit far beyond its capacity
   * would refill later than a cache can represent.
   */
  private static final long MAX_KEEP_MILLIS = Duration.ofDays(36_525).toMillis();

  private LimitCount[] counts = NONE;
  private long keyBytes;
  private @Nullable Operations operations;
  private boolean retired;
  private final Optional<Occupancy> occupancy;
  private final LongSupplier elapsedMillis;

  /** The estimated size that {@link #occupancy} has for these counts. */
  private long notedBytes;

  private volatile long keepMillis = 1;
  private volatile long keptUntilMillis = Long.MIN_VALUE;

  /** Creates empty counts for a report, which occupy no accounted memory. */
  Counts() {
    this(Optional.empty(), () -> 0);
  }

  private Counts(Optional<Occupancy> occupancy, LongSupplier elapsedMillis) {
    this.occupancy = occupancy;
    this.elapsedMillis = elapsedMillis;
  }

  /**
   * Returns counts for some limits, so that the cache knows how long to keep them.
   *
   * @param keyBytes the estimated size of their key
   * @param elapsedMillis elapsed time, which does not follow the wall clock
   */
  static Counts of(
      List<LimitSpec> limits,
      Occupancy occupancy,
      long keyBytes,
      long nowMillis,
      LongSupplier elapsedMillis) {
    Counts counts = new Counts(Optional.of(occupancy), elapsedMillis);
    counts.keyBytes = keyBytes;
    occupancy.keyAdded();
    counts.layOut(limits, nowMillis);
    return counts;
  }

  /** Throws if there is no room for another operation. */
  void requireRoom(Operation operation) {
    if (occupancy.isPresent()) {
      String owner = operation.owner().orElse("");
      occupancy.get().requireRoomForOperation(operations().ofOwner(owner));
    }
  }

  private void note() {
    if (occupancy.isPresent() && !retired) {
      long bytes = Occupancy.bytesOf(keyBytes, counts, operations);
      if (bytes != notedBytes) {
        occupancy.get().add(bytes - notedBytes);
        notedBytes = bytes;
      }
    }
  }

  boolean isRetired() {
    return retired;
  }

  /** Marks that the cache has removed these counts. Users must then look the key up again. */
  synchronized void retire() {
    if (!retired) {
      occupancy.ifPresent(it -> it.keyRemoved(notedBytes));
    }
    retired = true;
  }

  /** Forgets what was used and what operations hold. */
  synchronized void reset(long nowMillis) {
    counts =
        Arrays.stream(counts).filter(count -> count.reset(nowMillis)).toArray(LimitCount[]::new);
    if (operations != null) {
      operations.reset();
    }
    updateKeep(nowMillis);
  }

  /** Returns how long these counts must be kept after a use. Needs no lock. */
  long keepMillis() {
    return keepMillis;
  }

  /** Notes the cache's deadline, in elapsed milliseconds. */
  void keptUntil(long deadlineMillis) {
    keptUntilMillis = deadlineMillis;
  }

  /** Returns whether the cache keeps these counts long enough for a use now. */
  boolean areKept() {
    return elapsedMillis.getAsLong() + keepMillis <= keptUntilMillis;
  }

  /** Notes that these counts must be kept that long. */
  void keepFor(long millis) {
    keepMillis = Math.max(keepMillis, millis);
  }

  /** Returns a copy that can be changed without changing this. */
  Counts copy(long nowMillis) {
    Counts copy = new Counts(Optional.empty(), elapsedMillis);
    copy.counts = new LimitCount[counts.length];
    for (int i = 0; i < counts.length; i++) {
      copy.counts[i] = counts[i].copy(nowMillis);
    }
    if (operations != null) {
      copy.operations = operations.copy();
    }
    return copy;
  }

  /** Returns the operations that are remembered now, created if there are none. */
  Operations operations() {
    if (operations == null) {
      operations = new Operations(elapsedMillis);
    }
    operations.advance();
    return operations;
  }

  /** Returns what an operation took, if that is remembered. */
  @Nullable Held held(OperationKey operation) {
    return operations == null ? null : operations().take(operation);
  }

  /** Advances the counts of an entry's limits to now, and creates missing ones. */
  void prepare(List<LimitSpec> limits, long nowMillis) {
    if (!Layout.isOf(counts, limits)) {
      layOut(limits, nowMillis);
    }
    for (int i = 0; i < limits.size(); i++) {
      counts[i].advance(nowMillis);
    }
    if (operations != null) {
      operations.advance();
      if (operations.isEmpty()) {
        operations = null;
      }
    }
  }

  private void layOut(List<LimitSpec> limits, long nowMillis) {
    counts = Layout.of(counts, limits, nowMillis, elapsedMillis);
    updateKeep(nowMillis);
  }

  /** Returns the largest amount for which all limits of a prepared entry have room. */
  long available(int limits) {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < limits; i++) {
      least = Math.min(least, counts[i].available());
    }
    return least;
  }

  /** Returns the largest bounded growth that a prepared entry has room for. */
  long room(int limits, long grace) {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < limits; i++) {
      least = Math.min(least, counts[i].room(grace));
    }
    return least;
  }

  /** Takes units of the first limits, which are prepared, and reports on them for a cost. */
  List<LimitResult> take(int limits, long units, long cost, long nowMillis) {
    return take(limits, units, cost, null, nowMillis);
  }

  /** As above, and notes what an operation holds now. */
  List<LimitResult> take(int limits, long units, long cost, @Nullable Held held, long nowMillis) {
    // The usual cases, which need no array.
    List<LimitResult> results =
        switch (limits) {
          case 1 -> List.of(take(counts[0], units, cost, held, nowMillis));
          case 2 ->
              List.of(
                  take(counts[0], units, cost, held, nowMillis),
                  take(counts[1], units, cost, held, nowMillis));
          default ->
              Arrays.stream(counts, 0, limits)
                  .map(count -> take(count, units, cost, held, nowMillis))
                  .toList();
        };
    if (units > 0 || held != null) {
      updateKeep(nowMillis);
    }
    return results;
  }

  private LimitResult take(
      LimitCount count, long units, long cost, @Nullable Held held, long nowMillis) {
    long reserved = operations == null ? 0 : operations.reservedUnits();
    long peakBefore = count.peak;
    if (units > 0) {
      if (held == null) {
        count.take(units);
      } else {
        count.take(units, held.part(count), nowMillis);
      }
    }
    return count.result(cost, peakBefore, reserved);
  }

  private void updateKeep(long nowMillis) {
    long longest = operations == null ? 1 : Math.max(1, operations.remainingMillis());
    for (LimitCount count : counts) {
      longest = Math.max(longest, count.keepMillis(nowMillis));
    }
    keepMillis = Math.min(longest, MAX_KEEP_MILLIS);
    note();
  }

  /** Reports on the first limits, which are prepared, for a cost. */
  List<LimitResult> report(int limits, long cost, long nowMillis) {
    return take(limits, 0, cost, nowMillis);
  }

  /** Gives an operation its permits of the first limits, which are prepared. */
  void hold(int limits, OperationKey operation, long nowMillis) {
    for (int i = 0; i < limits; i++) {
      counts[i].hold(operation, nowMillis);
    }
  }

  /** Releases the permits of an operation that is over. */
  void release(OperationKey operation) {
    for (LimitCount count : counts) {
      count.release(operation);
    }
  }

  /**
   * Renews an operation and its permits for their full time from now on. Returns false if it is not
   * known or over.
   */
  boolean renew(OperationKey key, Operation operation, List<LimitSpec> limits, long nowMillis) {
    Held held = held(key);
    if (held == null || held.settled) {
      return false;
    }
    operations().renew(key, operation, held, held.units);
    for (LimitSpec limit : limits) {
      if (limit.window() instanceof Window.Concurrent concurrent) {
        ConcurrentCount count = (ConcurrentCount) findOrAdd(limit, nowMillis);
        count.advance(nowMillis);
        count.holdFor(key, concurrent.leaseMillis());
      }
    }
    return true;
  }

  /** Updates after renewals how long these counts must be kept. */
  void renewed(long nowMillis) {
    updateKeep(nowMillis);
  }

  private LimitCount findOrAdd(LimitSpec limit, long nowMillis) {
    LimitCount count = Layout.find(counts, limit);
    if (count == null) {
      count = LimitCount.create(limit, nowMillis, elapsedMillis);
      counts = Arrays.copyOf(counts, counts.length + 1);
      counts[counts.length - 1] = count;
    }
    return count;
  }

  /** Refunds units to the windows from which an operation took them. */
  void refund(List<LimitSpec> limits, long units, Held held, long nowMillis) {
    for (LimitSpec limit : limits) {
      LimitCount count = Layout.find(counts, limit);
      if (count == null) {
        held.forget(limit);
      } else {
        count.advance(nowMillis);
        count.refund(units, limit, held.part(count));
      }
    }
  }

  /**
   * Adds a grant balance to a limit, unless the operation has added it before.
   *
   * @return false if the limit has no room for another balance
   */
  boolean grant(StoreCommand.Grant grant, long nowMillis) {
    prepare(List.of(grant.limit()), nowMillis);
    OperationKey key = new OperationKey(grant.key(), grant.operation().id());
    long expiresMillis = grant.expiresAt().toEpochMilli();
    if (expiresMillis <= nowMillis || operations().knowsGrant(key)) {
      return true;
    }
    requireRoom(grant.operation());
    if (!((CalendarCount) counts[0]).grant(grant.units(), expiresMillis)) {
      return false;
    }
    operations().rememberGrant(key, grant.operation());
    updateKeep(nowMillis);
    return true;
  }

  /** Refunds units of some limits to the windows they were taken from. */
  void refund(List<LimitSpec> held, List<Long> windowEndsMillis, long units, long nowMillis) {
    for (LimitCount count : counts) {
      for (int i = 0; i < held.size(); i++) {
        if (count.counts(held.get(i))) {
          count.advance(nowMillis);
          count.refund(units, held.get(i), windowEndsMillis.get(i));
        }
      }
    }
  }

  /** Charges more of some limits in their current windows, beyond their capacity if necessary. */
  void grow(List<LimitSpec> held, long units, long nowMillis) {
    for (LimitSpec limit : held) {
      LimitCount count = findOrAdd(limit, nowMillis);
      count.advance(nowMillis);
      if (count.isUnused()) {
        count.adopt(limit, nowMillis);
        count.advance(nowMillis);
      }
      count.take(units);
    }
    updateKeep(nowMillis);
  }
}
