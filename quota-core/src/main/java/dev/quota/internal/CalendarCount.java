package dev.quota.internal;

import dev.quota.spi.Capacity;
import dev.quota.spi.LimitSpec;
import dev.quota.spi.Window;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalLong;

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
    spec = changed;
  }

  @Override
  void advance(long nowMillis) {
    if (endMillis != NOT_BEGUN
        && (nowMillis >= endMillis || endMillis - nowMillis > keepMillis() + ZONE_SPREAD_MILLIS)) {
      used = 0;
      peak = 0;
      endMillis = NOT_BEGUN;
    }
    if (endMillis == NOT_BEGUN) {
      nextEndMillis = window().endAfter(Instant.ofEpochMilli(nowMillis)).toEpochMilli();
    }
  }

  @Override
  long usedUnits() {
    return used;
  }

  @Override
  long available() {
    return spec.capacity() instanceof Capacity.Limited limited
        ? Math.max(0, limited.units() - used)
        : Long.MAX_VALUE;
  }

  private long currentEndMillis() {
    return endMillis == NOT_BEGUN ? nextEndMillis : endMillis;
  }

  @Override
  long fitsAtMillis(long cost) {
    return currentEndMillis();
  }

  @Override
  OptionalLong resetAtMillis() {
    return OptionalLong.of(currentEndMillis());
  }

  @Override
  void take(long units) {
    endMillis = currentEndMillis();
    used = Math.min(MAX_USED, used + units);
    peak = Math.max(peak, used);
  }

  @Override
  void giveBack(long units, LimitSpec held, long windowEndMillis) {
    if (endMillis == windowEndMillis) {
      used = Math.max(0, used - units);
    }
  }

  @Override
  boolean isUntouched() {
    return endMillis == NOT_BEGUN;
  }

  @Override
  long keepMillis() {
    return switch (window().unit()) {
      case DAY -> Duration.ofHours(26).toMillis();
      case WEEK -> Duration.ofDays(8).toMillis();
      case MONTH, CYCLE -> Duration.ofDays(32).toMillis();
    };
  }

  @Override
  LimitCount copy() {
    CalendarCount copy = new CalendarCount(spec);
    copy.used = used;
    copy.endMillis = endMillis;
    copy.nextEndMillis = nextEndMillis;
    copy.peak = peak;
    return copy;
  }
}
