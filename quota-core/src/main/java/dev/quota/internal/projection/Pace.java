package dev.quota.internal.projection;

import java.time.Duration;

/**
 * How fast one limit is being used, from counts that are heard now and then. Safe for use by
 * several threads.
 *
 * <p>Two of the counts are kept as marks, half a span apart or more. What was used since the older
 * one, over the time since then, is the pace: that of the last half to whole span.
 */
final class Pace {

  /** Fewer counts that rose may be one burst. */
  private static final int LEAST_RISES = 3;

  private static final long LEAST_MILLIS = Duration.ofMinutes(5).toMillis();

  /** A reply that was overtaken by later ones is older than they, but not by more than this. */
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
   * Creates a pace of which one count is known.
   *
   * @param spanMillis over how long it is measured
   * @param drainPerMilli units that come back by themselves
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

  /** Hears a count and returns when all will be used; infinity if that is not to be seen. */
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

  /** Returns whether the count is lower than by what comes back by itself. */
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
