package dev.quota.internal.projection;

import java.time.Duration;

/**
 * How fast one limit is used, by counts at irregular moments. Thread-safe.
 *
 * <p>It keeps two of the counts, at least half a span apart. The pace is the use since the older
 * one, divided by the time since then. So it covers the last half to whole span.
 */
final class Pace {

  /** Fewer increases may be a single burst. */
  private static final int LEAST_RISES = 3;

  private static final long LEAST_MILLIS = Duration.ofMinutes(5).toMillis();

  /** Replies can arrive out of order, but not by more than this. */
  private static final long LATEST_MILLIS = Duration.ofMinutes(1).toMillis();

  private final long spanMillis;
  private final double drainPerMilli;
  private final long capacity;
  private long olderMillis;
  private long olderUnits;
  private long newerMillis;
  private long newerUnits;
  private long lastMillis;
  private long lastUnits;
  private int risesBetween;
  private int risesSinceNewer;

  /**
   * Creates a pace with one count.
   *
   * @param spanMillis the time over which it is measured
   * @param drainPerMilli units that refill per millisecond
   * @param capacity the units of the limit
   */
  Pace(long spanMillis, double drainPerMilli, long capacity, long nowMillis, long usedUnits) {
    this.spanMillis = spanMillis;
    this.drainPerMilli = drainPerMilli;
    this.capacity = capacity;
    start(nowMillis, usedUnits);
  }

  private void start(long nowMillis, long usedUnits) {
    olderMillis = nowMillis;
    olderUnits = usedUnits;
    newerMillis = nowMillis;
    newerUnits = usedUnits;
    lastMillis = nowMillis;
    lastUnits = usedUnits;
    risesBetween = 0;
    risesSinceNewer = 0;
  }

  /**
   * Adds a count. Returns when the limit will be used up, in milliseconds; infinity if that is not
   * known.
   */
  synchronized double heard(long nowMillis, long usedUnits) {
    long quietMillis = nowMillis - lastMillis;
    boolean overtaken = quietMillis == 0 ? usedUnits < lastUnits : quietMillis < 0;
    if (!overtaken && quietMillis <= spanMillis && !fell(usedUnits, quietMillis)) {
      note(nowMillis, usedUnits);
    } else if (!overtaken || quietMillis < -LATEST_MILLIS) {
      start(nowMillis, usedUnits);
    }
    return usedUpAtMillis();
  }

  /** Returns whether the count fell by more than the refill. */
  private boolean fell(long usedUnits, long quietMillis) {
    double drained = drainPerMilli == 0 ? 0 : drainPerMilli * quietMillis + 1;
    return usedUnits < lastUnits - drained;
  }

  private void note(long nowMillis, long usedUnits) {
    if (usedUnits > lastUnits) {
      risesSinceNewer++;
    }
    lastMillis = nowMillis;
    lastUnits = usedUnits;
    if (nowMillis - newerMillis >= spanMillis / 2) {
      olderMillis = newerMillis;
      olderUnits = newerUnits;
      newerMillis = nowMillis;
      newerUnits = usedUnits;
      risesBetween = risesSinceNewer;
      risesSinceNewer = 0;
    }
  }

  private double usedUpAtMillis() {
    long millis = lastMillis - olderMillis;
    long units = lastUnits - olderUnits;
    boolean tooLittle =
        risesBetween + risesSinceNewer < LEAST_RISES
            || millis < Math.max(LEAST_MILLIS, spanMillis / 16);
    return tooLittle || units <= 0
        ? Double.POSITIVE_INFINITY
        : lastMillis + (double) (capacity - lastUnits) * millis / units;
  }
}
