package dev.quota.internal.memory;

import dev.quota.policy.Capacity;
import dev.quota.policy.Window;
import dev.quota.spi.LimitSpec;
import dev.quota.store.Availability;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/** The permits of a concurrent limit. Each operation holds at most one. */
final class ConcurrentCount extends LimitCount {

  private final Expiring<OperationKey, Boolean> permits = new Expiring<>();

  /** In a copy, how many permits the original had given out. */
  private final long copied;

  /** Elapsed time, so that a change of the wall clock does not change a lease. */
  private final LongSupplier elapsedMillis;

  ConcurrentCount(LimitSpec spec, LongSupplier elapsedMillis) {
    this(spec, elapsedMillis, 0);
  }

  private ConcurrentCount(LimitSpec spec, LongSupplier elapsedMillis, long copied) {
    super(spec);
    this.elapsedMillis = elapsedMillis;
    this.copied = copied;
  }

  private long leaseMillis() {
    return ((Window.Concurrent) spec.window()).leaseMillis();
  }

  @Override
  boolean counts(LimitSpec other) {
    return other.name().equals(spec.name()) && other.window() instanceof Window.Concurrent;
  }

  @Override
  void adopt(LimitSpec changed, long nowMillis) {
    spec = changed;
  }

  @Override
  void advance(long nowMillis) {
    permits.expire(elapsedMillis.getAsLong());
  }

  /** Gives an operation a permit for the length of the lease, or renews the one it has. */
  @Override
  void hold(OperationKey operation, long nowMillis) {
    holdFor(operation, leaseMillis());
  }

  /** As above, with the lease of the policy under which the permit was taken. */
  void holdFor(OperationKey operation, long leaseMillis) {
    permits.put(operation, true, elapsedMillis.getAsLong() + leaseMillis);
  }

  @Override
  void release(OperationKey operation) {
    permits.remove(operation);
  }

  @Override
  long usedUnits() {
    return copied + permits.size();
  }

  @Override
  long reservedUnits(long openUnits) {
    return 0;
  }

  @Override
  long available() {
    return spec.capacity() instanceof Capacity.Limited limited && usedUnits() >= limited.units()
        ? 0
        : Long.MAX_VALUE;
  }

  /** Returns the room for more units: any number, because only operations are counted. */
  @Override
  long room(long grace) {
    return Long.MAX_VALUE;
  }

  @Override
  Availability fitLater(long cost) {
    return isZero(spec) ? Availability.never() : Availability.whenReleased();
  }

  @Override
  OptionalLong resetAtMillis() {
    return OptionalLong.empty();
  }

  @Override
  void take(long units) {
    // Units do not matter. The permit is taken by hold.
  }

  @Override
  void take(long units, Held.Part part, long nowMillis) {
    take(units);
  }

  @Override
  void refund(long units, LimitSpec held, long windowEndMillis) {
    // A hold without an operation has no permit.
  }

  @Override
  void refund(long units, LimitSpec held, Held.Part part) {
    // The permit is held until the operation ends, whatever it costs.
  }

  @Override
  boolean isUntouched() {
    return usedUnits() == 0;
  }

  @Override
  long keepMillis(long nowMillis) {
    return Math.max(leaseMillis(), permits.remainingMillis(elapsedMillis.getAsLong()));
  }

  @Override
  LimitCount copy(long nowMillis) {
    advance(nowMillis);
    return new ConcurrentCount(spec, elapsedMillis, permits.size());
  }
}
