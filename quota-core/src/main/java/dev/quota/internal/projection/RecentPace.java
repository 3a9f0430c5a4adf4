package dev.quota.internal.projection;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import dev.quota.policy.Capacity;
import dev.quota.policy.Window;
import dev.quota.spi.Key;
import dev.quota.spi.LimitSpec;
import dev.quota.store.QuotaClock;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/**
 * Estimates when limits will be used up, from the counts in the replies that this process gets. The
 * counts include the use of all nodes. Thread-safe.
 *
 * <p>The pace is that of about the last eighth of the limit's window. For a day, that is the last
 * one and a half to three hours. Losing a pace is harmless, because it is only an estimate. So
 * their number is bounded, and a pace without a new count for an eighth of its window is forgotten.
 */
public final class RecentPace {

  private static final int PARTS_OF_WINDOW = 8;
  private static final int MAX_METERS = 20_000;
  private static final long MINUTE_MILLIS = Duration.ofMinutes(1).toMillis();

  /** A limit in one window with one capacity. Another window or capacity has another pace. */
  private record Meter(Key key, LimitSpec limit, long windowEndMillis) {

    Duration span() {
      // Duration.dividedBy uses BigDecimal, which is too slow for each state.
      return Duration.ofMillis(length(limit.window()).toMillis() / PARTS_OF_WINDOW);
    }
  }

  private final Cache<Meter, Pace> paces;

  /**
   * Creates one without counts.
   *
   * @param clock tells when to forget a pace; the paces themselves use the time of the replies
   */
  public RecentPace(QuotaClock clock) {
    this(clock, MAX_METERS);
  }

  RecentPace(QuotaClock clock, int maxMeters) {
    paces =
        Caffeine.newBuilder()
            .ticker(() -> TimeUnit.MILLISECONDS.toNanos(clock.millis()))
            .executor(Runnable::run)
            .expireAfter(Expiry.<Meter, Pace>accessing((meter, pace) -> meter.span()))
            .maximumSize(maxMeters)
            .build();
  }

  /**
   * Adds a count and estimates when the limit will be used up.
   *
   * @param key the key of the count
   * @param limit a calendar or rolling limit that is not unlimited
   * @param usedUnits the use, less than the capacity
   * @param resetAtMillis the end of a calendar window
   * @param nowMillis the time of the reply
   * @return milliseconds since the epoch in whole minutes; empty if too little is known, or if the
   *     window ends or as much as a whole period passes before that
   */
  public OptionalLong usedUpAtMillis(
      Key key, LimitSpec limit, long usedUnits, OptionalLong resetAtMillis, long nowMillis) {
    boolean fixed = limit.window() instanceof Window.Fixed;
    long endMillis =
        fixed ? resetAtMillis.orElse(nowMillis) : nowMillis + length(limit.window()).toMillis();
    Meter meter = new Meter(key, limit, fixed ? endMillis : 0);
    Pace pace = paces.get(meter, it -> startOf(it, usedUnits, nowMillis));
    double usedUpAtMillis = pace.heard(nowMillis, usedUnits);
    if (usedUpAtMillis >= endMillis) {
      return OptionalLong.empty();
    }
    long atMillis = wholeMinutes((long) usedUpAtMillis, nowMillis);
    return atMillis < endMillis ? OptionalLong.of(atMillis) : OptionalLong.empty();
  }

  private static Pace startOf(Meter meter, long usedUnits, long nowMillis) {
    long capacity = capacity(meter.limit());
    Window window = meter.limit().window();
    double drainPerMilli =
        window instanceof Window.Rolling ? (double) capacity / length(window).toMillis() : 0;
    return new Pace(meter.span().toMillis(), drainPerMilli, capacity, nowMillis, usedUnits);
  }

  /** Rounds to the nearest whole minute in the future. */
  private static long wholeMinutes(long millis, long nowMillis) {
    long nearest = Math.floorDiv(millis + MINUTE_MILLIS / 2, MINUTE_MILLIS) * MINUTE_MILLIS;
    long nextMinute = Math.floorDiv(nowMillis, MINUTE_MILLIS) * MINUTE_MILLIS + MINUTE_MILLIS;
    return Math.max(nearest, nextMinute);
  }

  private static long capacity(LimitSpec limit) {
    if (limit.capacity() instanceof Capacity.Limited limited) {
      return limited.units();
    }
    throw new IllegalArgumentException("limit must have a capacity, was unlimited");
  }

  private static Duration length(Window window) {
    if (window instanceof Window.Calendar calendar) {
      return switch (calendar.unit()) {
        case DAY -> Duration.ofDays(1);
        case WEEK -> Duration.ofDays(7);
        case MONTH, CYCLE -> Duration.ofDays(30);
      };
    }
    if (window instanceof Window.Moving moving) {
      return moving.period();
    }
    if (window instanceof Window.Session session) {
      return session.period();
    }
    throw new IllegalArgumentException(
        "window must be calendar, session, rolling or sliding, was " + window);
  }

  /** Returns how many paces are kept. */
  long size() {
    paces.cleanUp();
    return paces.estimatedSize();
  }
}
