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
 * Distinguishes repeated crossings of a threshold of a rolling or sliding limit, for the ids of
 * messages. Immutable.
 *
 * <p>No store keeps when a threshold was crossed. But the moment at which the limit is full again
 * does not change until more is used. After the limit was full, the next crossing moves that moment
 * by at least the time in which that much use refills. So time is divided into parts of about that
 * length, in whole days or hours. The id is the part that contains the latest possible moment of
 * the crossing.
 *
 * <p>A sliding limit is full one period after it was used last. The id is then the part in which it
 * was used last, so a person can hear again of a limit that stays used up for days.
 *
 * @param periodMillis how long the whole limit takes to refill
 * @param drainMillis how long the use at the threshold takes to refill
 */
record FillUp(long periodMillis, long drainMillis) {

  private static final long HOUR_MILLIS = Duration.ofHours(1).toMillis();
  private static final long DAY_MILLIS = Duration.ofDays(1).toMillis();

  /** Returns the values of a crossed threshold, or of a limit that is used up. */
  static FillUp of(Window.Moving moving, LimitState limit, Optional<Threshold> threshold) {
    long period = moving.periodMillis();
    long capacity = Math.max(1, limit.limit().orElse(1));
    double share = threshold.map(it -> (double) it.usedAt(capacity) / capacity).orElse(1.0);
    return new FillUp(period, (long) (share * period));
  }

  /** Returns the id, such as 2026-11-23, or 2026-11-23T06 for periods of less than a day. */
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
