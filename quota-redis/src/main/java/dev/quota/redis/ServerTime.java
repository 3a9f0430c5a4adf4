package dev.quota.redis;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * What this process knows about the clock of one Redis, without reading a clock of its own: only
 * {@link System#nanoTime} is compared with the times in replies. Safe for use by several threads.
 *
 * <p>A reply that shows the time S, asked for at t0 and received at t1, proves that the difference
 * between the server's clock and {@code nanoTime} lay between S − t1 and S − t0. The bounds of
 * several replies are intersected, each widened with its age, since no two clocks run equally fast.
 * When they do not meet any more, a clock was set, and the last reply alone is believed.
 */
final class ServerTime {

  /** Clocks of computers differ by less than this many parts of a million. */
  private static final long DRIFT_PPM = 200;

  private static final long NANOS_PER_MILLI = TimeUnit.MILLISECONDS.toNanos(1);

  /** A narrower estimate is worth a write to a shared field only if it gains this much. */
  private static final long WORTHWHILE_NANOS = 20_000;

  private record Estimate(long lowNanos, long highNanos, long atNanos) {}

  private final AtomicReference<@Nullable Estimate> estimate = new AtomicReference<>();

  boolean isKnown() {
    return estimate.get() != null;
  }

  /**
   * Learns from a reply.
   *
   * @param serverMillis the time in it, cut to whole milliseconds
   * @param askedNanos when it was asked for
   * @param receivedNanos when it was there
   */
  void learn(long serverMillis, long askedNanos, long receivedNanos) {
    long serverNanos = serverMillis * NANOS_PER_MILLI;
    Estimate sample =
        new Estimate(
            serverNanos - receivedNanos, serverNanos + NANOS_PER_MILLI - askedNanos, receivedNanos);
    Estimate known = estimate.get();
    if (known == null) {
      estimate.compareAndSet(null, sample);
      return;
    }
    long widened = widening(known, receivedNanos);
    long low = Math.max(known.lowNanos() - widened, sample.lowNanos());
    long high = Math.min(known.highNanos() + widened, sample.highNanos());
    if (low > high) {
      estimate.compareAndSet(known, sample);
    } else if (known.highNanos() - known.lowNanos() + 2 * widened - (high - low)
        > WORTHWHILE_NANOS) {
      estimate.compareAndSet(known, new Estimate(low, high, receivedNanos));
    }
  }

  private static long widening(Estimate known, long nowNanos) {
    return Math.max(0, nowNanos - known.atNanos()) / 1_000_000 * DRIFT_PPM;
  }

  /**
   * Returns the least that the server's clock can show at a moment.
   *
   * @param nanos the moment, by {@link System#nanoTime}
   * @return milliseconds since the epoch
   * @throws IllegalStateException if nothing was learned yet
   */
  long earliestMillis(long nanos) {
    Estimate known = estimate.get();
    if (known == null) {
      throw new IllegalStateException("no reply of this server has shown its time yet");
    }
    return Math.floorDiv(nanos + known.lowNanos() - widening(known, nanos), NANOS_PER_MILLI);
  }
}
