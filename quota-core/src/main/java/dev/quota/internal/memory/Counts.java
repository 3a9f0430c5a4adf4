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
  private long keyBytes;
  private @Nullable Operations operations;
  private boolean retired;
  private final Optional<Occupancy> occupancy;
  private final LongSupplier elapsedMillis;

  /** What these counts are noted to take. */
  private long notedBytes;

  private volatile long keepMillis = 1;
  private volatile long keptUntilMillis = Long.MIN_VALUE;

  /** Creates counts to look at, in which nothing is held, and of which nobody keeps account. */
  Counts() {
    this(Optional.empty(), () -> 0);
  }

  private Counts(Optional<Occupancy> occupancy, LongSupplier elapsedMillis) {
    this.occupancy = occupancy;
    this.elapsedMillis = elapsedMillis;
  }

  /**
   * Returns counts with room for some limits, so that the cache knows how long to keep them.
   *
   * @param keyBytes what their key takes
   * @param elapsedMillis how much time has passed, which no wall clock moves
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

  /** Fails if there is no room to remember another operation. */
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

  /** Marks that the cache has dropped this: whoever finds it so looks the key up again. */
  synchronized void retire() {
    if (!retired) {
      occupancy.ifPresent(it -> it.keyRemoved(notedBytes));
    }
    retired = true;
  }

  /** Forgets what was used and who holds something. */
  synchronized void reset(long nowMillis) {
    counts =
        Arrays.stream(counts).filter(count -> count.reset(nowMillis)).toArray(LimitCount[]::new);
    if (operations != null) {
      operations.reset();
    }
    updateKeep(nowMillis);
  }

  /** Returns how long after a use these counts can still matter. Needs no lock. */
  long keepMillis() {
    return keepMillis;
  }

  /** Notes the cache's deadline, in elapsed time. */
  void keptUntil(long deadlineMillis) {
    keptUntilMillis = deadlineMillis;
  }

  /** Returns whether the cache keeps these counts for as long as a use now can matter. */
  boolean areKept() {
    return elapsedMillis.getAsLong() + keepMillis <= keptUntilMillis;
  }

  /** Notes that what is about to be counted can matter for that long. */
  void keepFor(long millis) {
    keepMillis = Math.max(keepMillis, millis);
  }

  /** Returns a copy that can be advanced and adopted into without changing this. */
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

  /** Returns the operations that are remembered now, an empty memory if there is none. */
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

  /** Brings the counts of an entry's limits to now, creating those that are missing. */
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

  /** Returns the most that all limits of a prepared entry have room for. */
  long available(int limits) {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < limits; i++) {
      least = Math.min(least, counts[i].available());
    }
    return least;
  }

  /** Returns the most by which bounded growth can raise what is held of a prepared entry. */
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
    // Nearly all have one or two, and those take no array.
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

  /** Gives an operation its places among the first limits, which are prepared. */
  void hold(int limits, OperationKey operation, long nowMillis) {
    for (int i = 0; i < limits; i++) {
      counts[i].hold(operation, nowMillis);
    }
  }

  /** Takes its places away from an operation that is over. */
  void release(OperationKey operation) {
    for (LimitCount count : counts) {
      count.release(operation);
    }
  }

  /**
   * Remembers an operation and holds its permits from now on for their whole time; returns false if
   * it is not known or over.
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

  /** Notes after renewals how long these counts matter now. */
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

  /** Gives units back to where an operation took them from. */
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

  /** Gives units of some limits back to the windows they were taken from. */
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

  /** Charges more of some limits, in their current windows and past their capacity if need be. */
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
