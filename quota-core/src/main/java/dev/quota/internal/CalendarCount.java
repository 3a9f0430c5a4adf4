package dev.quota.internal;

import dev.quota.spi.Capacity;
import dev.quota.spi.Fit;
import dev.quota.spi.LimitSpec;
import dev.quota.spi.Window;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The count of a calendar limit. A begun window keeps its end, whatever zone or billing day the
 * next caller brings; it begins with the first charge.
 */
final class CalendarCount extends LimitCount {

  private static final long NOT_BEGUN = Long.MIN_VALUE;

  /** Zones lie at most 26 hours apart; an end further off than that was set by a wrong clock. */
  private static final long ZONE_SPREAD_MILLIS = Duration.ofHours(26).toMillis();

  private long used;
  private long endMillis = NOT_BEGUN;
  private long nextEndMillis;
  private @Nullable Pockets pockets;

  CalendarCount(LimitSpec spec) {
    super(spec);
  }

  private Window.Calendar window() {
    return (Window.Calendar) spec.window();
  }

  @Override
  boolean counts(LimitSpec other) {
    return other.name().equals(spec.name())
        && other.window() instanceof Window.Calendar calendar
        && calendar.unit() == window().unit();
  }

  @Override
  void adopt(LimitSpec changed, long nowMillis) {
    if (pockets != null) {
      // What ended before now was paid with the capacity of that time.
      advance(nowMillis);
    }
    spec = changed;
  }

  @Override
  void advance(long nowMillis) {
    if (pockets != null) {
      // Also those that expire after the window's end: what they paid in it is paid all the same.
      pockets.expire(nowMillis, over());
    }
    if (endMillis != NOT_BEGUN
        && (nowMillis >= endMillis
            || endMillis - nowMillis > windowMillis() + ZONE_SPREAD_MILLIS)) {
      startAgain();
    }
    dropEmptyPockets();
    if (endMillis == NOT_BEGUN) {
      nextEndMillis = window().endAfter(Instant.ofEpochMilli(nowMillis)).toEpochMilli();
    }
  }

  /** Forgets the window's use; what is left in the pockets stays. */
  private void startAgain() {
    if (pockets != null) {
      pockets.rollOver(over());
    }
    used = 0;
    peak = 0;
    endMillis = NOT_BEGUN;
  }

  private void dropEmptyPockets() {
    if (pockets != null && pockets.isEmpty()) {
      pockets = null;
    }
  }

  /** Returns how much more than the capacity is used. */
  private long over() {
    return spec.capacity() instanceof Capacity.Limited limited
        ? Math.max(0, used - limited.units())
        : 0;
  }

  /** Adds a pocket; returns false, and adds nothing, if there is no room. */
  boolean grant(long units, long expiresMillis) {
    if (pockets == null) {
      pockets = new Pockets();
    }
    return pockets.add(units, expiresMillis);
  }

  @Override
  boolean reset(long nowMillis) {
    advance(nowMillis);
    startAgain();
    advance(nowMillis);
    return pockets != null;
  }

  @Override
  long usedUnits() {
    return used;
  }

  @Override
  long grantedUnits() {
    return pockets == null ? 0 : pockets.granted(over());
  }

  @Override
  long room(long grace) {
    return spec.capacity() instanceof Capacity.Limited limited
        ? Math.max(0, limited.units() + grantedUnits() + grace - used)
        : Long.MAX_VALUE;
  }

  private long currentEndMillis() {
    return endMillis == NOT_BEGUN ? nextEndMillis : endMillis;
  }

  @Override
  Fit fitLater(long cost) {
    long end = currentEndMillis();
    long left = pockets == null ? 0 : pockets.leftAt(end, over());
    return spec.capacity() instanceof Capacity.Limited limited && cost > limited.units() + left
        ? Fit.never()
        : new Fit.At(end);
  }

  @Override
  OptionalLong resetAtMillis() {
    return OptionalLong.of(currentEndMillis());
  }

  @Override
  void take(long units) {
    endMillis = currentEndMillis();
    if (pockets != null) {
      pockets.used(over());
    }
    used = Math.min(MAX_USED, used + units);
    peak = Math.max(peak, used);
  }

  @Override
  void take(long units, Held.Part part, long nowMillis) {
    take(units);
    if (part.endMillis != endMillis) {
      // What was taken from an earlier window cannot come back any more.
      part.endMillis = endMillis;
      part.units = 0;
    }
    part.units += units;
  }

  @Override
  void giveBack(long units, LimitSpec held, Held.Part part) {
    long back = Math.min(units, part.units);
    giveBack(back, held, part.endMillis);
    part.units -= back;
  }

  @Override
  void giveBack(long units, LimitSpec held, long windowEndMillis) {
    if (endMillis == windowEndMillis) {
      used = Math.max(0, used - units);
      if (pockets != null) {
        pockets.used(over());
      }
    }
  }

  @Override
  boolean isUntouched() {
    return isUnused() && pockets == null;
  }

  @Override
  boolean isUnused() {
    return endMillis == NOT_BEGUN;
  }

  @Override
  long keepMillis(long nowMillis) {
    return pockets == null
        ? windowMillis()
        : Math.max(windowMillis(), pockets.remainingMillis(nowMillis));
  }

  private long windowMillis() {
    return switch (window().unit()) {
      case DAY -> Duration.ofHours(26).toMillis();
      case WEEK -> Duration.ofDays(8).toMillis();
      case MONTH, CYCLE -> Duration.ofDays(32).toMillis();
    };
  }

  @Override
  LimitCount copy(long nowMillis) {
    CalendarCount copy = new CalendarCount(spec);
    copy.used = used;
    copy.endMillis = endMillis;
    copy.nextEndMillis = nextEndMillis;
    copy.peak = peak;
    copy.pockets = pockets == null ? null : pockets.copy();
    return copy;
  }
}
