package dev.quota.tool.replay;

import dev.quota.policy.CalendarUnit;
import dev.quota.policy.Capacity;
import dev.quota.policy.LimitPolicy;
import dev.quota.policy.LimitWindow;
import dev.quota.policy.QuotaPolicy;
import dev.quota.policy.WhenExhausted;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Computes the most units that a policy lets one person use in a month of 31 days. It does not
 * depend on a log.
 */
final class Possible {

  private static final BigInteger MONTH_MILLIS = BigInteger.valueOf(31L * 86_400_000);

  private Possible() {}

  /** Returns the most units; empty if nothing bounds them. */
  static Optional<BigInteger> units(QuotaPolicy policy, Optional<String> plan) {
    if (policy.whenExhausted() == WhenExhausted.OBSERVE) {
      return Optional.empty();
    }
    Optional<BigInteger> least = Optional.empty();
    for (LimitPolicy limit : policy.limits()) {
      if (policy.isShadow(limit)) {
        continue;
      }
      Optional<BigInteger> most = units(limit, capacity(policy, limit, plan));
      boolean isLess =
          most.isPresent() && (least.isEmpty() || most.get().compareTo(least.get()) < 0);
      least = isLess ? most : least;
    }
    return least;
  }

  static Capacity capacity(QuotaPolicy policy, LimitPolicy limit, Optional<String> plan) {
    Map<String, Capacity> changed =
        plan.map(name -> policy.planCapacities().getOrDefault(name, Map.of())).orElse(Map.of());
    return changed.getOrDefault(limit.name(), limit.capacity());
  }

  private static Optional<BigInteger> units(LimitPolicy limit, Capacity capacity) {
    if (!(capacity instanceof Capacity.Limited limited)) {
      return Optional.empty();
    }
    BigInteger units = BigInteger.valueOf(limited.units());
    if (limited.units() == 0) {
      return Optional.of(BigInteger.ZERO);
    }
    if (limit.window() instanceof LimitWindow.Rolling rolling) {
      // The bucket begins full and is refilled continuously.
      BigInteger refilled = units.multiply(MONTH_MILLIS).divide(millis(rolling.period()));
      return Optional.of(units.add(refilled));
    }
    if (limit.window() instanceof LimitWindow.Calendar calendar) {
      return Optional.of(units.multiply(windows(calendar.unit())).add(rolled(limit, capacity)));
    }
    if (limit.window() instanceof LimitWindow.BillingCycle) {
      return Optional.of(units.multiply(windows(CalendarUnit.CYCLE)).add(rolled(limit, capacity)));
    }
    return periods(limit.window()).map(units::multiply);
  }

  /** Returns how many sliding periods or sessions a month can touch; empty for other windows. */
  private static Optional<BigInteger> periods(LimitWindow window) {
    if (window instanceof LimitWindow.Sliding sliding) {
      // A period can begin with the month, and each next one when that has ended.
      return Optional.of(periodsInMonth(sliding.period()));
    }
    if (window instanceof LimitWindow.Session session) {
      // A session can begin just before the month, and each next one when that has ended.
      return Optional.of(periodsInMonth(session.period()).add(BigInteger.ONE));
    }
    return Optional.empty();
  }

  /** Returns how often a period fits into a month, rounded up. */
  private static BigInteger periodsInMonth(Duration period) {
    BigInteger millis = millis(period);
    return MONTH_MILLIS.add(millis).subtract(BigInteger.ONE).divide(millis);
  }

  private static BigInteger millis(Duration period) {
    return BigInteger.valueOf(period.toMillis());
  }

  /** Returns how many windows a month can touch. */
  private static BigInteger windows(CalendarUnit unit) {
    return BigInteger.valueOf(
        switch (unit) {
          case DAY -> 31;
          case WEEK -> 6;
          case MONTH -> 1;
          case CYCLE -> 2;
        });
  }

  /** Returns what can roll over from the window before the month. Later windows only move units. */
  private static BigInteger rolled(LimitPolicy limit, Capacity capacity) {
    return BigInteger.valueOf(limit.rollover().map(share -> share.units(capacity)).orElse(0L));
  }

  /** Returns units in words, with their money if they are money. */
  static Map<String, Object> toJson(QuotaPolicy policy, Optional<BigInteger> units) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("units", units.<Object>map(most -> most).orElse("unlimited"));
    policy
        .unit()
        .money()
        .ifPresent(
            money -> {
              json.put("currency", money.currency().getCurrencyCode());
              units.ifPresent(
                  most -> json.put("money", new BigDecimal(most, money.scale()).toPlainString()));
            });
    return json;
  }
}
