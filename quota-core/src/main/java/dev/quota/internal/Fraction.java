package dev.quota.internal;

import java.math.BigDecimal;
import java.math.BigInteger;

/**
 * An exact number, so that a tenth is a tenth and a third is a third. It is not reduced: it lives
 * for one evaluation of a formula whose length has a bound.
 *
 * @param numerator above the line
 * @param denominator below the line, more than zero
 */
record Fraction(BigInteger numerator, BigInteger denominator) {

  static final Fraction ZERO = of(0);

  static Fraction of(long whole) {
    return new Fraction(BigInteger.valueOf(whole), BigInteger.ONE);
  }

  static Fraction of(BigDecimal decimal) {
    BigDecimal written = decimal.stripTrailingZeros();
    return new Fraction(
        written.movePointRight(Math.max(0, written.scale())).toBigIntegerExact(),
        BigInteger.TEN.pow(Math.max(0, written.scale())));
  }

  boolean isZero() {
    return numerator.signum() == 0;
  }

  Fraction plus(Fraction other) {
    if (denominator.equals(other.denominator)) {
      return new Fraction(numerator.add(other.numerator), denominator);
    }
    return new Fraction(
        numerator.multiply(other.denominator).add(other.numerator.multiply(denominator)),
        denominator.multiply(other.denominator));
  }

  Fraction minus(Fraction other) {
    return plus(new Fraction(other.numerator.negate(), other.denominator));
  }

  Fraction times(Fraction other) {
    return new Fraction(
        numerator.multiply(other.numerator), denominator.multiply(other.denominator));
  }

  /** Returns the quotient; that of a division by zero is zero. */
  Fraction dividedBy(Fraction other) {
    if (other.isZero()) {
      return ZERO;
    }
    BigInteger above = numerator.multiply(other.denominator);
    BigInteger below = denominator.multiply(other.numerator);
    return below.signum() > 0
        ? new Fraction(above, below)
        : new Fraction(above.negate(), below.negate());
  }

  /** Returns the whole number that is not less, or the bound that is nearer. */
  long roundedUpBetween(long least, long most) {
    BigInteger[] parts = numerator.divideAndRemainder(denominator);
    BigInteger whole = parts[1].signum() > 0 ? parts[0].add(BigInteger.ONE) : parts[0];
    return whole.max(BigInteger.valueOf(least)).min(BigInteger.valueOf(most)).longValueExact();
  }
}
