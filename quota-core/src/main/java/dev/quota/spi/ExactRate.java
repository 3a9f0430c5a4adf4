package dev.quota.spi;

import java.math.BigInteger;

/**
 * Decides which rolling limits can be counted exactly.
 *
 * <p>The use of a rolling limit is a multiple of 1 / (period / gcd(capacity, period)). Scaled by
 * that denominator it is an integer, and stays exact as long as it is below 2^53, the largest range
 * that both a Java {@code long} and a Redis script's number hold.
 */
final class ExactRate {

  private static final BigInteger MAX_SCALED = BigInteger.ONE.shiftLeft(53);

  private ExactRate() {}

  static void check(long capacity, long periodMillis) {
    if (capacity == 0 || isExact(capacity, periodMillis)) {
      return;
    }
    throw new IllegalArgumentException(
        "capacity must be countable exactly over "
            + periodMillis
            + " ms, was "
            + capacity
            + "; the nearest that is: "
            + nearestExact(capacity, periodMillis));
  }

  private static boolean isExact(long capacity, long periodMillis) {
    BigInteger period = BigInteger.valueOf(periodMillis);
    BigInteger units = BigInteger.valueOf(capacity);
    return units.multiply(period.divide(units.gcd(period))).compareTo(MAX_SCALED) < 0
        // Faster than one unit per nanosecond is beyond any clock.
        && units.compareTo(period.multiply(BigInteger.valueOf(1_000_000))) <= 0;
  }

  private static long nearestExact(long capacity, long periodMillis) {
    long fastest = Math.multiplyExact(periodMillis, 1_000_000L);
    long start = Math.min(capacity, fastest);
    for (long distance = 0; distance < start; distance++) {
      if (isExact(start - distance, periodMillis)) {
        return start - distance;
      }
      if (isExact(start + distance, periodMillis)) {
        return start + distance;
      }
    }
    throw new IllegalStateException("one unit per period is always exact");
  }
}
