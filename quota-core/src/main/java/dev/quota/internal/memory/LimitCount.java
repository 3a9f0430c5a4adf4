package dev.quota.internal.memory;

import dev.quota.policy.Capacity;
import dev.quota.policy.Window;
import dev.quota.spi.LimitResult;
import dev.quota.spi.LimitSpec;
import dev.quota.store.Availability;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/**
 * The count of one limit of one key. Every access happens under the lock of the {@link Counts} that
 * holds it, except on copies.
 *
 * <p>{@link #advance} moves the count to a moment. The other methods are about that moment.
 */
abstract sealed class LimitCount
    permits RollingCount, SlidingCount, CalendarCount, ConcurrentCount {

  /** The largest use that is stored. No policy allows more. */
  static final long MAX_USED = Capacity.MAX_UNITS;

  /**
   * The longest step back of the clock after which a rolling or sliding count waits for the clock.
   */
  static final long REANCHOR_MILLIS = 5_000;

  LimitSpec spec;
  long peak;

  LimitCount(LimitSpec spec) {
    this.spec = spec;
  }

  static LimitCount create(LimitSpec spec, long nowMillis, LongSupplier elapsedMillis) {
    if (spec.window() instanceof Window.Rolling) {
      return new RollingCount(spec, nowMillis);
    }
    if (spec.window() instanceof Window.Sliding) {
      return new SlidingCount(spec, nowMillis);
    }
    if (spec.window() instanceof Window.Session) {
      return new SessionCount(spec);
    }
    if (spec.window() instanceof Window.Calendar) {
      return new CalendarCount(spec);
    }
    return new ConcurrentCount(spec, elapsedMillis);
  }

  static boolean isZero(LimitSpec spec) {
    return spec.capacity() instanceof Capacity.Limited limited && limited.units() == 0;
  }

  /**
   * Returns whether this was last used with that same spec object. A fast check that is rarely
   * false.
   */
  @SuppressWarnings("ReferenceEquality") // an equal spec that is another object is adopted
  final boolean hasSpec(LimitSpec other) {
    return spec == other;
  }

  /** Returns whether this counts the same thing: same name, same kind and length of window. */
  abstract boolean counts(LimitSpec other);

  /** Adopts a changed spec, after refilling at the old rate up to now. */
  abstract void adopt(LimitSpec changed, long nowMillis);

  abstract void advance(long nowMillis);

  abstract long usedUnits();

  /** Returns how much of the use is reserved, if open reservations hold that many units. */
  long reservedUnits(long openUnits) {
    return Math.min(openUnits, usedUnits());
  }

  /** Returns the extra units of the current window. */
  long grantedUnits() {
    return 0;
  }

  /** Returns the units that the current window has from the window before. */
  long rolledOverUnits() {
    return 0;
  }

  /** Returns how much can be taken, 0 if nothing; {@link Long#MAX_VALUE} if unlimited. */
  long available() {
    return room(0);
  }

  /** Returns how much can be taken with a grace beyond the capacity, zero or more. */
  abstract long room(long grace);

  /** Returns when a cost fits that does not fit now. */
  abstract Availability fitLater(long cost);

  abstract OptionalLong resetAtMillis();

  abstract void take(long units);

  /** Takes units and notes in an operation's part where they were taken from. */
  abstract void take(long units, Held.Part part, long nowMillis);

  /** Refunds what was held under a spec, to the window with that end. */
  abstract void refund(long units, LimitSpec held, long windowEndMillis);

  /** Refunds some of what an operation holds under a spec. */
  abstract void refund(long units, LimitSpec held, Held.Part part);

  /** Gives an operation a permit, or renews it, if this counts permits. */
  void hold(OperationKey operation, long nowMillis) {}

  /** Forgets what was used. Returns whether grants are left to keep. */
  boolean reset(long nowMillis) {
    return false;
  }

  /** Releases the permit of an operation that is over. */
  void release(OperationKey operation) {}

  /** Returns whether this count can be removed without a change. */
  abstract boolean isUntouched();

  /** Returns whether nothing is used, so that the next charge begins a new window. */
  boolean isUnused() {
    return isUntouched();
  }

  /** Returns how long this count must be kept after a use now. */
  abstract long keepMillis(long nowMillis);

  /** Returns a copy for a report at a moment. */
  abstract LimitCount copy(long nowMillis);

  final Availability availability(long cost) {
    return cost <= available() ? Availability.now() : fitLater(cost);
  }

  final LimitResult result(long cost, long peakBefore, long openUnits) {
    long used = usedUnits();
    long reserved = openUnits == 0 ? 0 : reservedUnits(openUnits);
    return new LimitResult(
        spec.name(),
        availability(cost),
        used - reserved,
        reserved,
        grantedUnits(),
        peakBefore,
        peak,
        resetAtMillis(),
        rolledOverUnits());
  }
}
