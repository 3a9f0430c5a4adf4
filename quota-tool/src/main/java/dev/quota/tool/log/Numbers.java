package dev.quota.tool.log;

import dev.quota.internal.text.Shown;
import dev.quota.policy.Capacity;
import java.math.BigDecimal;
import java.util.Optional;

/** Reads numbers such as {@code 3}, {@code 3.0} and {@code 3e2}. It reads no localised forms. */
final class Numbers {

  private static final int LONGEST = 60;

  private Numbers() {}

  static Optional<BigDecimal> decimal(String text) {
    if (text.length() > LONGEST || !hasAsciiOnly(text)) {
      return Optional.empty();
    }
    try {
      BigDecimal number = new BigDecimal(text);
      // As a whole number, 1e999999999 would need too much memory.
      return Math.abs((long) number.scale()) > 200 ? Optional.empty() : Optional.of(number);
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  private static boolean hasAsciiOnly(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) >= 128) {
        return false;
      }
    }
    return true;
  }

  /** Reads a whole number of units from 0 to {@link Capacity#MAX_UNITS}. */
  static long units(String column, String text) {
    long fast = digits(text);
    if (fast >= 0) {
      return fast;
    }
    BigDecimal number = decimal(text).orElseThrow(() -> malformed(column, text));
    try {
      long units = number.longValueExact();
      if (units >= 0 && units <= Capacity.MAX_UNITS) {
        return units;
      }
    } catch (ArithmeticException e) {
      throw malformed(column, text);
    }
    throw malformed(column, text);
  }

  private static long digits(String text) {
    if (text.length() > 15) {
      return -1;
    }
    long number = 0;
    for (int i = 0; i < text.length(); i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      number = number * 10 + digit;
    }
    return number;
  }

  private static BadRowException malformed(String column, String text) {
    return new BadRowException(
        column,
        column
            + " must be a whole number from 0 to "
            + Capacity.MAX_UNITS
            + ", was "
            + Shown.text(text));
  }
}
