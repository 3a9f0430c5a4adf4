package dev.quota.internal.formula;

import java.math.BigDecimal;
import java.math.BigInteger;

/**
 * An exact rational number. Most numbers fit into two longs, which is several times faster. Others
 * use as many digits as they need. Results are not reduced, because they only live for one
 * evaluation of a formula of bounded length. Immutable.
 */
sealed interface Fraction {

  Fraction ZERO = of(0);

  static Fraction of(long whole) {
    return new Small(whole, 1);
  }

  static Fraction of(BigDecimal decimal) {
    return new Large(decimal.unscaledValue(), BigInteger.TEN.pow(decimal.scale())).reduced();
  }

  /** Returns the same number without a bound on its size. */
  Large large();

  boolean isZero();

  /** Returns the number rounded up to a whole number, and cut to the bounds. */
  long roundedUpBetween(long least, long most);

  default Fraction plus(Fraction other) {
    if (this instanceof Small one && other instanceof Small two) {
      try {
        return one.plusExact(two);
      } catch (ArithmeticException e) {
        return large().plusLarge(other.large());
      }
    }
    return large().plusLarge(other.large());
  }

  default Fraction minus(Fraction other) {
    return plus(other.times(of(-1)));
  }

  default Fraction times(Fraction other) {
    if (this instanceof Small one && other instanceof Small two) {
      try {
        return one.timesExact(two);
      } catch (ArithmeticException e) {
        return large().timesLarge(other.large());
      }
    }
    return large().timesLarge(other.large());
  }

  /** Returns the quotient; zero for a division by zero. */
  default Fraction dividedBy(Fraction other) {
    return other.isZero() ? ZERO : times(other.inverse());
  }

  /** Returns one divided by this, which is not zero. */
  Fraction inverse();

  /**
   * A number of two longs.
   *
   * @param numerator above the line
   * @param denominator below the line, more than zero
   */
  record Small(long numerator, long denominator) implements Fraction {

    Small plusExact(Small other) {
      if (denominator == other.denominator) {
        return new Small(Math.addExact(numerator, other.numerator), denominator);
      }
      return new Small(
          Math.addExact(
              Math.multiplyExact(numerator, other.denominator),
              Math.multiplyExact(other.numerator, denominator)),
          Math.multiplyExact(denominator, other.denominator));
    }

    Small timesExact(Small other) {
      return new Small(
          Math.multiplyExact(numerator, other.numerator),
          Math.multiplyExact(denominator, other.denominator));
    }

    @Override
    public Large large() {
      return new Large(BigInteger.valueOf(numerator), BigInteger.valueOf(denominator));
    }

    @Override
    public boolean isZero() {
      return numerator == 0;
    }

    @Override
    public Fraction inverse() {
      return numerator > 0 ? new Small(denominator, numerator) : large().inverse();
    }

    @Override
    public long roundedUpBetween(long least, long most) {
      long floor = Math.floorDiv(numerator, denominator);
      boolean isWhole = Math.floorMod(numerator, denominator) == 0;
      return Math.max(least, Math.min(most, isWhole ? floor : floor + 1));
    }
  }

  /**
   * A number of any size.
   *
   * @param numerator above the line
   * @param denominator below the line, more than zero
   */
  record Large(BigInteger numerator, BigInteger denominator) implements Fraction {

    private static final int LONG_BITS = 63;

    Large plusLarge(Large other) {
      return new Large(
          numerator.multiply(other.denominator).add(other.numerator.multiply(denominator)),
          denominator.multiply(other.denominator));
    }

    Large timesLarge(Large other) {
      return new Large(
          numerator.multiply(other.numerator), denominator.multiply(other.denominator));
    }

    /** Returns the same number, reduced. */
    Fraction reduced() {
      BigInteger common = numerator.gcd(denominator);
      Large least = new Large(numerator.divide(common), denominator.divide(common));
      boolean isSmall =
          least.numerator.bitLength() <= LONG_BITS && least.denominator.bitLength() <= LONG_BITS;
      return isSmall
          ? new Small(least.numerator.longValueExact(), least.denominator.longValueExact())
          : least;
    }

    @Override
    public Large large() {
      return this;
    }

    @Override
    public boolean isZero() {
      return numerator.signum() == 0;
    }

    @Override
    public Fraction inverse() {
      return numerator.signum() > 0
          ? new Large(denominator, numerator)
          : new Large(denominator.negate(), numerator.negate());
    }

    @Override
    public long roundedUpBetween(long least, long most) {
      BigInteger[] parts = numerator.divideAndRemainder(denominator);
      BigInteger whole = parts[1].signum() > 0 ? parts[0].add(BigInteger.ONE) : parts[0];
      return whole.max(BigInteger.valueOf(least)).min(BigInteger.valueOf(most)).longValueExact();
    }
  }
}
