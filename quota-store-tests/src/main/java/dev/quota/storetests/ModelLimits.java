package dev.quota.storetests;

import dev.quota.policy.Capacity;
import dev.quota.policy.Window;
import dev.quota.spi.LimitSpec;
import java.math.BigInteger;

/** What the limits of the model are, as whole numbers of any size. */
final class ModelLimits {

  private ModelLimits() {}

  static boolean isSame(LimitSpec a, LimitSpec b) {
    if (!a.name().equals(b.name())) {
      return false;
    }
    if (a.window() instanceof Window.Calendar first) {
      return b.window() instanceof Window.Calendar second && first.unit() == second.unit();
    }
    if (a.window() instanceof Window.Session) {
      return b.window() instanceof Window.Session;
    }
    return a.window() instanceof Window.Concurrent
        ? b.window() instanceof Window.Concurrent
        : a.window().equals(b.window());
  }

  static boolean isUnlimited(LimitSpec limit) {
    return limit.capacity() instanceof Capacity.Unlimited;
  }

  static boolean isCounted(LimitSpec limit) {
    return !(limit.window() instanceof Window.Moving) || (!isUnlimited(limit) && units(limit) > 0);
  }

  static long units(LimitSpec limit) {
    return ((Capacity.Limited) limit.capacity()).units();
  }

  static BigInteger capacity(LimitSpec limit) {
    return BigInteger.valueOf(units(limit));
  }

  static BigInteger period(LimitSpec limit) {
    return BigInteger.valueOf(((Window.Rolling) limit.window()).period().toMillis());
  }

  static BigInteger ceilDiv(BigInteger dividend, BigInteger divisor) {
    BigInteger[] result = dividend.divideAndRemainder(divisor);
    return result[1].signum() > 0 ? result[0].add(BigInteger.ONE) : result[0];
  }
}
