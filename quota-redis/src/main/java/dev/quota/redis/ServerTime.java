package dev.quota.redis;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The estimated clock of one Redis. It does not use the wall clock of this process, but compares
 * {@link System#nanoTime} with the times in replies. Thread-safe.
 *
 * <p>A reply with the time S, sent at t0 and received at t1, shows that the difference between the
 * server's clock and {@code nanoTime} was between S − t1 and S − t0. The bounds of several replies
 * are intersected. Each is widened with its age, because clocks differ in speed. If the
 * intersection is empty, a clock was set, and only the last reply is used.
 */
final class ServerTime {

  /** The largest difference in speed of two clocks, in parts per million. */
  private static final long DRIFT_PPM = 200;

  private static final long NANOS_PER_MILLI = TimeUnit.MILLISECONDS.toNanos(1);

  /** A narrower estimate is stored only if it gains this much, because the field is shared. */
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
   * @param askedNanos when the call was sent, by {@link System#nanoTime}
   * @param receivedNanos when the reply was received, by {@link System#nanoTime}
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
   * Returns the earliest possible time of the server's clock at a moment.
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
