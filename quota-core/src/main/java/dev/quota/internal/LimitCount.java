package dev.quota.internal;

import dev.quota.spi.Capacity;
import dev.quota.spi.Fit;
import dev.quota.spi.LimitResult;
import dev.quota.spi.LimitSpec;
import dev.quota.spi.Window;
import java.util.OptionalLong;

/**
 * The count of one limit of one key. Every access happens under the lock of the {@link Counts} that
 * holds it, except on copies.
 *
 * <p>{@link #advance} brings the count to a moment without changing what it means; the other
 * methods speak about that moment.
 */
abstract sealed class LimitCount permits RollingCount, CalendarCount {

  /** A count as if more than this were used is not kept; nothing a policy allows comes near it. */
  static final long MAX_USED = Capacity.MAX_UNITS;

  LimitSpec spec;
  long peak;

  LimitCount(LimitSpec spec) {
    this.spec = spec;
  }

  static LimitCount create(LimitSpec spec, long nowMillis) {
    if (spec.window() instanceof Window.Rolling) {
      return new RollingCount(spec, nowMillis);
    }
    if (spec.window() instanceof Window.Calendar) {
      return new CalendarCount(spec);
    }
    throw new UnsupportedOperationException(
        "the in-process store does not support limits on how many at once yet: limit "
            + spec.name());
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

  /** Returns how much can be taken, 0 if nothing; {@link Long#MAX_VALUE} if unlimited. */
  abstract long available();

  /** Returns when a cost fits that does not fit now and is not above the capacity. */
  abstract long fitsAtMillis(long cost);

  abstract OptionalLong resetAtMillis();

  abstract void take(long units);

  /** Gives back what was held under a spec whose window ends then. */
  abstract void giveBack(long units, LimitSpec held, long windowEndMillis);

  /** Returns whether forgetting this count would change nothing. */
  abstract boolean isUntouched();

  /** Returns how long after its last use a count of this window can still matter. */
  abstract long keepMillis();

  abstract LimitCount copy();

  final Fit fit(long cost) {
    if (cost <= available()) {
      return Fit.now();
    }
    return spec.capacity() instanceof Capacity.Limited limited && cost > limited.units()
        ? Fit.never()
        : new Fit.At(fitsAtMillis(cost));
  }

  final LimitResult result(long cost, long peakBefore) {
    return new LimitResult(
        spec.name(), fit(cost), usedUnits(), 0, 0, peakBefore, peak, resetAtMillis());
  }
}
