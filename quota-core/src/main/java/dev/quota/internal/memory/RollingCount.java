package dev.quota.internal.memory;

import dev.quota.policy.Capacity;
import dev.quota.policy.Window;
import dev.quota.spi.Hold;
import dev.quota.spi.LimitSpec;
import dev.quota.store.Availability;
import io.github.bucket4j.BucketState64BitsInteger;
import java.math.BigInteger;
import java.util.OptionalLong;

/**
 * The count of a rolling limit: the state of a Bucket4j bucket, and the rules that Bucket4j does
 * not have.
 *
 * <p>Bucket4j keeps what is available with its remainder, refills both ({@link #advance}) and
 * subtracts what is taken ({@link #take}). {@link RollingShape} configures its rate. This class
 * decides which time counts, what a refund returns, what a new capacity does to the use so far, and
 * when the next call fits.
 *
 * <p>Time within a count never goes back. After a small step back of the clock the count waits
 * until the clock has caught up. After a step of more than 5 seconds it continues from the new time
 * with the same use.
 */
final class RollingCount extends LimitCount {

  private RollingShape shape;
  private BucketState64BitsInteger bucket;
  private long stampMillis;

  RollingCount(LimitSpec spec, long nowMillis) {
    super(spec);
    shape = RollingShape.of(spec);
    bucket = shape.full(nowMillis);
    stampMillis = nowMillis;
  }

  private RollingCount(RollingCount source) {
    super(source.spec);
    shape = source.shape;
    bucket = (BucketState64BitsInteger) source.bucket.copy();
    stampMillis = source.stampMillis;
    peak = source.peak;
  }

  @Override
  boolean counts(LimitSpec other) {
    return other.name().equals(spec.name()) && other.window().equals(spec.window());
  }

  @Override
  void adopt(LimitSpec changed, long nowMillis) {
    advance(nowMillis);
    spec = changed;
    RollingShape changedShape = RollingShape.of(changed);
    if (!changedShape.equals(shape)) {
      bucket = changedShape.withUse(shape.scaledUse(bucket), shape, stampMillis);
      shape = changedShape;
    }
  }

  @Override
  void advance(long nowMillis) {
    if (stampMillis - nowMillis > REANCHOR_MILLIS) {
      bucket = shape.withUse(shape.scaledUse(bucket), shape, nowMillis);
      stampMillis = nowMillis;
      return;
    }
    if (nowMillis > stampMillis) {
      shape.refill(bucket, stampMillis, nowMillis);
      stampMillis = nowMillis;
    }
    if (bucket.getAvailableTokens() >= shape.capacity()) {
      peak = 0;
    }
  }

  @Override
  long usedUnits() {
    return shape.capacity() - bucket.getAvailableTokens();
  }

  @Override
  long room(long grace) {
    return Math.max(0, bucket.getAvailableTokens() + grace);
  }

  @Override
  Availability fitLater(long cost) {
    return cost > shape.capacity()
        ? Availability.never()
        : new Availability.At(stampMillis + shape.waitMillis(bucket, cost));
  }

  @Override
  OptionalLong resetAtMillis() {
    return isUntouched()
        ? OptionalLong.empty()
        : OptionalLong.of(stampMillis + shape.waitMillis(bucket, shape.capacity()));
  }

  @Override
  void take(long units) {
    bucket.consume(Math.min(units, Math.max(0, shape.maxUsed() - usedUnits())));
    peak = Math.max(peak, usedUnits());
  }

  @Override
  void take(long units, Held.Part part, long nowMillis) {
    if (isUntouched()) {
      part.endMillis = 0;
    }
    take(units);
    // Computed as if the operation had its own bucket. In the real bucket the units never refill
    // earlier.
    part.endMillis =
        Hold.endMillis(spec, units, Math.max(part.endMillis, nowMillis), OptionalLong.empty());
  }

  @Override
  void refund(long units, LimitSpec held, Held.Part part) {
    if (isUntouched()) {
      part.endMillis = 0;
      return;
    }
    refund(units, held, part.endMillis);
    part.endMillis -= drainMillis(units, held, Math.max(0, part.endMillis));
  }

  /** Returns how long units take to refill, in milliseconds, rounded up and bounded. */
  private static long drainMillis(long units, LimitSpec held, long mostMillis) {
    BigInteger periodMillis = BigInteger.valueOf(((Window.Rolling) held.window()).periodMillis());
    BigInteger capacity = BigInteger.valueOf(capacityOf(held));
    return BigInteger.valueOf(units)
        .multiply(periodMillis)
        .add(capacity)
        .subtract(BigInteger.ONE)
        .divide(capacity)
        .min(BigInteger.valueOf(mostMillis))
        .longValueExact();
  }

  @Override
  void refund(long units, LimitSpec held, long windowEndMillis) {
    if (capacityOf(held) < shape.capacity()) {
      // The capacity was raised, so it has refilled already.
      return;
    }
    // A charge refills over time. Only what has not refilled yet can be refunded.
    BigInteger notDrained = shape.scaledDrain(Math.max(0, windowEndMillis - stampMillis));
    BigInteger back = shape.scaled(units).min(notDrained);
    BigInteger left = shape.scaledUse(bucket).subtract(back).max(BigInteger.ZERO);
    bucket = shape.withUse(left, shape, stampMillis);
  }

  @Override
  boolean isUntouched() {
    return bucket.getAvailableTokens() >= shape.capacity();
  }

  @Override
  long keepMillis(long nowMillis) {
    long periodMillis = ((Window.Rolling) spec.window()).periodMillis();
    // The use of an observed limit may exceed the capacity and then needs more than a period to
    // refill. After a step back of the clock the time up to the stamp comes on top.
    return REANCHOR_MILLIS
        + (usedUnits() <= shape.capacity()
            ? periodMillis
            : shape.waitMillis(bucket, shape.capacity()));
  }

  @Override
  LimitCount copy(long nowMillis) {
    return new RollingCount(this);
  }

  static boolean isCounted(LimitSpec spec) {
    return !(spec.window() instanceof Window.Moving) || capacityOf(spec) > 0;
  }

  /** Returns the capacity; 0 if it is unlimited. Neither of them is counted. */
  private static long capacityOf(LimitSpec spec) {
    return spec.capacity() instanceof Capacity.Limited limited ? limited.units() : 0;
  }
}
