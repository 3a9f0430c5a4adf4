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
 * <p>{@link #advance} brings the count to a moment without changing what it means; the other
 * methods speak about that moment.
 */
abstract sealed class LimitCount permits RollingCount, CalendarCount, ConcurrentCount {

  /** A count as if more than this were used is not kept; nothing a policy allows comes near it. */
  static final long MAX_USED = Capacity.MAX_UNITS;

  LimitSpec spec;
  long peak;

  LimitCount(LimitSpec spec) {
    this.spec = spec;
  }

  static LimitCount create(LimitSpec spec, long nowMillis, LongSupplier elapsedMillis) {
    if (spec.window() instanceof Window.Rolling) {
      return new RollingCount(spec, nowMillis);
    }
    if (spec.window() instanceof Window.Calendar) {
      return new CalendarCount(spec);
    }
    return new ConcurrentCount(spec, elapsedMillis);
  }

  static boolean isZero(LimitSpec spec) {
    return spec.capacity() instanceof Capacity.Limited limited && limited.units() == 0;
  }

  /** Returns whether this was last used with exactly that spec; cheap, and rarely false. */
  @SuppressWarnings("ReferenceEquality") // an equal spec that is another object is adopted
  final boolean hasSpec(LimitSpec other) {
    return spec == other;
  }

  /** Returns whether this counts the same thing: same name, same kind and length of window. */
  abstract boolean counts(LimitSpec other);

  /** Adopts a changed spec, after draining at the old one's rate up to now. */
  abstract void adopt(LimitSpec changed, long nowMillis);

  abstract void advance(long nowMillis);

  abstract long usedUnits();

  /** Returns how much of the use is reserved, if open reservations hold that much. */
  long reservedUnits(long openUnits) {
    return Math.min(openUnits, usedUnits());
  }

  /** Returns the extra units of the current window. */
  long grantedUnits() {
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

  /** Gives back what was held under a spec whose window ends then. */
  abstract void refund(long units, LimitSpec held, long windowEndMillis);

  /** Gives back some of what an operation holds under a spec. */
  abstract void refund(long units, LimitSpec held, Held.Part part);

  /** Gives an operation its place, or keeps it for longer, where places are counted. */
  void hold(OperationKey operation, long nowMillis) {}

  /** Forgets what was used; returns whether something else is left to keep. */
  boolean reset(long nowMillis) {
    return false;
  }

  /** Takes the place away from an operation that is over. */
  void release(OperationKey operation) {}

  /** Returns whether forgetting this count would change nothing. */
  abstract boolean isUntouched();

  /** Returns whether nothing is used, so that the next charge begins anew. */
  boolean isUnused() {
    return isUntouched();
  }

  /** Returns how long after a use now this count can still matter. */
  abstract long keepMillis(long nowMillis);

  /** Returns a copy to look at, at a moment. */
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
        resetAtMillis());
  }
}
