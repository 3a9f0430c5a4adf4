package dev.quota.message;

import dev.quota.LimitState;
import dev.quota.policy.Threshold;
import dev.quota.policy.Window;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.Optional;

/**
 * Tells one time that a rolling limit was filled up to a point from the next, for the ids of
 * messages. Values are immutable.
 *
 * <p>No store keeps when a point was crossed. But the moment at which the limit is full again
 * stands still until more is used, and after it was full, filling it up once more moves that moment
 * by at least the time which that much use takes to drain. So time is cut into pieces of about that
 * length, whole days or hours, and the piece in which the point was crossed at the latest is the
 * id.
 *
 * @param periodMillis how long the whole limit takes to drain
 * @param drainMillis how long what is used at the point takes to drain
 */
record FillUp(long periodMillis, long drainMillis) {

  private static final long HOUR_MILLIS = Duration.ofHours(1).toMillis();
  private static final long DAY_MILLIS = Duration.ofDays(1).toMillis();

  /** Returns what is known of a crossed threshold, or of a limit that is used up. */
  static FillUp of(Window.Rolling rolling, LimitState limit, Optional<Threshold> threshold) {
    long period = rolling.periodMillis();
    long capacity = Math.max(1, limit.limit().orElse(1));
    double share = threshold.map(it -> (double) it.usedAt(capacity) / capacity).orElse(1.0);
    return new FillUp(period, (long) (share * period));
  }

  /** Returns such as 2026-11-23, or 2026-11-23T06 for periods of less than a day. */
  String id(Instant fullAt, ZoneId zone) {
    LocalDateTime crossed = fullAt.minusMillis(drainMillis).atZone(zone).toLocalDateTime();
    LocalDate date = crossed.toLocalDate();
    if (periodMillis >= DAY_MILLIS) {
      long day = date.toEpochDay();
      return LocalDate.ofEpochDay(day - Math.floorMod(day, pieces(DAY_MILLIS))).toString();
    }
    long hour = crossed.getHour();
    hour -= hour % pieces(HOUR_MILLIS);
    return date + (hour < 10 ? "T0" : "T") + hour;
  }

  private long pieces(long unitMillis) {
    return Math.max(1, drainMillis / unitMillis);
  }
}
