package dev.quota.tool.replay;

import dev.quota.policy.CalendarUnit;
import dev.quota.policy.Capacity;
import dev.quota.policy.LimitPolicy;
import dev.quota.policy.LimitWindow;
import dev.quota.policy.QuotaPolicy;
import dev.quota.policy.WhenExhausted;
import java.math.BigDecimal;
import java.math.BigInteger;
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
      BigInteger period = BigInteger.valueOf(rolling.period().toMillis());
      // The bucket begins full and is refilled continuously.
      return Optional.of(units.add(units.multiply(MONTH_MILLIS).divide(period)));
    }
    if (limit.window() instanceof LimitWindow.Sliding sliding) {
      BigInteger period = BigInteger.valueOf(sliding.period().toMillis());
      // A period can begin with the month, and each next one when that has ended.
      BigInteger periods = MONTH_MILLIS.add(period).subtract(BigInteger.ONE).divide(period);
      return Optional.of(units.multiply(periods));
    }
    if (limit.window() instanceof LimitWindow.Session session) {
      BigInteger period = BigInteger.valueOf(session.period().toMillis());
      // A session can begin just before the month, and each next one when that has ended.
      BigInteger sessions = MONTH_MILLIS.add(period).subtract(BigInteger.ONE).divide(period);
      return Optional.of(units.multiply(sessions.add(BigInteger.ONE)));
    }
    if (limit.window() instanceof LimitWindow.Calendar calendar) {
      return Optional.of(units.multiply(windows(calendar.unit())).add(rolled(limit, capacity)));
    }
    if (limit.window() instanceof LimitWindow.BillingCycle) {
      return Optional.of(units.multiply(windows(CalendarUnit.CYCLE)).add(rolled(limit, capacity)));
    }
    return Optional.empty();
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
