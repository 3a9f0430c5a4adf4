package dev.quota.policy;

import java.math.BigInteger;

/**
 * Checks which rolling limits can be counted exactly. Stateless.
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
        && capacity <= fastest(periodMillis);
  }

  /** Returns the largest allowed capacity: one unit per nanosecond. */
  private static long fastest(long periodMillis) {
    return Math.multiplyExact(periodMillis, 1_000_000L);
  }

  /**
   * Returns the nearest exact capacity; the smaller one of two. For each divisor of the period as
   * the denominator, small enough multiples of period / denominator are exact. So there is one
   * candidate on each side for each divisor.
   */
  private static long nearestExact(long capacity, long periodMillis) {
    long nearest = 1;
    for (long divisor = 1; divisor <= periodMillis / divisor; divisor++) {
      if (periodMillis % divisor == 0) {
        nearest = nearer(capacity, nearest, periodMillis, divisor);
        nearest = nearer(capacity, nearest, periodMillis, periodMillis / divisor);
      }
    }
    return nearest;
  }

  private static long nearer(long capacity, long nearest, long periodMillis, long denominator) {
    long step = periodMillis / denominator;
    long found = nearest;
    for (long multiple : new long[] {capacity / step, capacity / step + 1}) {
      long candidate = exactMultiple(multiple, periodMillis, denominator);
      if (candidate > 0 && isNearer(capacity, candidate, found)) {
        found = candidate;
      }
    }
    return found;
  }

  /** Returns the multiple of period / denominator, or the largest smaller one that is exact. */
  private static long exactMultiple(long multiple, long periodMillis, long denominator) {
    long step = periodMillis / denominator;
    long largest = Math.min(fastest(periodMillis), (MAX_SCALED.longValueExact() - 1) / denominator);
    return Math.min(multiple, largest / step) * step;
  }

  /** Returns the largest exact capacity up to a given one, more than 0. */
  static long largestExact(long capacity, long periodMillis) {
    if (isExact(capacity, periodMillis)) {
      return capacity;
    }
    long largest = 1;
    for (long divisor = 1; divisor <= periodMillis / divisor; divisor++) {
      if (periodMillis % divisor == 0) {
        long other = periodMillis / divisor;
        largest = Math.max(largest, exactMultiple(capacity / other, periodMillis, divisor));
        largest = Math.max(largest, exactMultiple(capacity / divisor, periodMillis, other));
      }
    }
    return largest;
  }

  private static boolean isNearer(long capacity, long candidate, long found) {
    long distance = Math.abs(candidate - capacity);
    long before = Math.abs(found - capacity);
    return distance < before || (distance == before && candidate < found);
  }
}
