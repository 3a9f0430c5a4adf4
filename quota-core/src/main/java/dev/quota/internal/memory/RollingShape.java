package dev.quota.internal.memory;

import dev.quota.policy.Capacity;
import dev.quota.policy.Window;
import dev.quota.spi.LimitSpec;
import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.BucketState64BitsInteger;
import java.math.BigInteger;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The configuration and exact arithmetic that all rolling counts of one capacity and period share.
 * Immutable.
 *
 * <p>A bucket of this shape refills {@code numerator / denominator} units per millisecond, reduced
 * by their greatest common divisor, so that its fraction is a multiple of 1 / {@code denominator}
 * units and everything is an integer. Bucket4j counts time in one unit, nominally nanoseconds, here
 * milliseconds, and accepts at most one token per unit of time. So it is configured with the
 * fractional part of the rate. This class adds the whole units per millisecond itself.
 *
 * @param capacity units
 * @param numerator units that refill in {@code denominator} milliseconds
 * @param denominator milliseconds
 * @param wholePerMilli units per millisecond that the configuration leaves out
 * @param refilling the configuration for a bucket of this shape
 * @param trickling the same with one unit per {@code denominator} milliseconds, to set a fraction
 */
record RollingShape(
    long capacity,
    long numerator,
    long denominator,
    long wholePerMilli,
    BucketConfiguration refilling,
    BucketConfiguration trickling) {

  private record Rate(long capacity, long periodMillis) {}

  /** Shapes by rate: one for each rolling capacity of the policies, up to the bound. */
  private static final Map<Rate, RollingShape> SHAPES = new ConcurrentHashMap<>();

  private static final int MAX_SHAPES = 10_000;

  static RollingShape of(LimitSpec spec) {
    Rate rate =
        new Rate(
            ((Capacity.Limited) spec.capacity()).units(),
            ((Window.Rolling) spec.window()).periodMillis());
    RollingShape known = SHAPES.get(rate);
    if (known == null) {
      known = create(rate.capacity(), rate.periodMillis());
      if (SHAPES.size() < MAX_SHAPES) {
        SHAPES.put(rate, known);
      }
    }
    return known;
  }

  private static RollingShape create(long capacity, long periodMillis) {
    long gcd = BigInteger.valueOf(capacity).gcd(BigInteger.valueOf(periodMillis)).longValueExact();
    long numerator = capacity / gcd;
    long denominator = periodMillis / gcd;
    // Bucket4j needs a rate above 0 and at most 1. So 3 per millisecond is 2 + 1.
    long whole = (numerator - 1) / denominator;
    return new RollingShape(
        capacity,
        numerator,
        denominator,
        whole,
        configuration(capacity, numerator - whole * denominator, denominator),
        configuration(capacity, 1, denominator));
  }

  private static BucketConfiguration configuration(long capacity, long tokens, long millis) {
    return new BucketConfiguration(
        List.of(
            Bandwidth.builder()
                .capacity(capacity)
                .refillGreedy(tokens, Duration.ofNanos(millis))
                .build()));
  }

  BucketState64BitsInteger full(long nowMillis) {
    return new BucketState64BitsInteger(refilling, nowMillis);
  }

  void refill(BucketState64BitsInteger bucket, long fromMillis, long toMillis) {
    bucket.refillAllBandwidth(toMillis);
    if (wholePerMilli > 0) {
      bucket.addTokens(wholePerMilli * (toMillis - fromMillis));
    }
  }

  /** Returns the largest use for which every product still fits a long. */
  long maxUsed() {
    return Math.min(LimitCount.MAX_USED, (Long.MAX_VALUE >> 1) / denominator);
  }

  /** Returns the use of a bucket, in units × {@link #denominator}. */
  BigInteger scaledUse(BucketState64BitsInteger bucket) {
    return scaled(capacity - bucket.getCurrentSize(0))
        .subtract(BigInteger.valueOf(bucket.getRoundingError(0)));
  }

  BigInteger scaled(long units) {
    return BigInteger.valueOf(units).multiply(BigInteger.valueOf(denominator));
  }

  /** Returns what refills in a time, in units × {@link #denominator}. */
  BigInteger scaledDrain(long millis) {
    return BigInteger.valueOf(millis).multiply(BigInteger.valueOf(numerator));
  }

  /**
   * Returns a bucket of this shape with a given use.
   *
   * @param use in units × the denominator of {@code of}, a shape of the same period
   */
  BucketState64BitsInteger withUse(BigInteger use, RollingShape of, long nowMillis) {
    // Rounded up if this shape is coarser, so that a change never grants units.
    BigInteger[] converted =
        use.multiply(BigInteger.valueOf(denominator))
            .divideAndRemainder(BigInteger.valueOf(of.denominator));
    BigInteger scaled = converted[1].signum() > 0 ? converted[0].add(BigInteger.ONE) : converted[0];
    BigInteger available = scaled(capacity).subtract(scaled.min(scaled(maxUsed())));
    BigInteger divisor = BigInteger.valueOf(denominator);
    long fraction = available.mod(divisor).longValueExact();
    long whole = available.subtract(BigInteger.valueOf(fraction)).divide(divisor).longValueExact();
    // Bucket4j cannot set a fraction, but can refill it: at one unit per denominator milliseconds,
    // for as many milliseconds as the fraction has parts.
    BucketState64BitsInteger bucket = new BucketState64BitsInteger(trickling, nowMillis - fraction);
    bucket.consume(capacity - whole);
    bucket.refillAllBandwidth(nowMillis);
    bucket.setConfiguration(refilling);
    return bucket;
  }

  /** Returns how long until a bucket holds that many units, rounded up to whole milliseconds. */
  long waitMillis(BucketState64BitsInteger bucket, long units) {
    long missing =
        Math.multiplyExact(units - bucket.getCurrentSize(0), denominator)
            - bucket.getRoundingError(0);
    return -Math.floorDiv(-missing, numerator);
  }
}
