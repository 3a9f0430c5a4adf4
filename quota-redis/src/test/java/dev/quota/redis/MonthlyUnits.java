package dev.quota.redis;

import dev.quota.policy.CalendarUnit;
import dev.quota.policy.Capacity;
import dev.quota.policy.Window;
import dev.quota.spi.Entry;
import dev.quota.spi.Key;
import dev.quota.spi.LimitResult;
import dev.quota.spi.LimitSpec;
import dev.quota.spi.OnShort;
import dev.quota.spi.QuotaStore;
import dev.quota.spi.StoreCommand;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;

/**
 * Units that a test counts: those of one identity, in one limit a month, so that nothing comes back
 * while the test runs.
 *
 * @param scope whose limit it is
 * @param identity who is counted
 * @param quota the quota
 * @param capacity how many units there are
 */
record MonthlyUnits(String scope, String identity, String quota, long capacity) {

  private static final Window MONTH =
      new Window.Calendar(CalendarUnit.MONTH, ZoneOffset.UTC, DayOfWeek.MONDAY, 1);

  /** Returns the units of a user, more than any test uses. */
  static MonthlyUnits of(String user) {
    return of(user, 1_000_000_000);
  }

  static MonthlyUnits of(String user, long capacity) {
    return new MonthlyUnits("user", user, "chat", capacity);
  }

  Key key() {
    return new Key(scope, scope, identity, quota);
  }

  List<LimitSpec> limits() {
    return List.of(new LimitSpec("month", MONTH, Capacity.of(capacity)));
  }

  /** Asks for some units or none. */
  Entry entry(long cost) {
    return entry(cost, cost, OnShort.REFUSE_ALL);
  }

  Entry entry(long atLeast, long cost, OnShort onShort) {
    return new Entry(key(), limits(), atLeast, cost, cost, onShort);
  }

  StoreCommand.Take take(long cost) {
    return new StoreCommand.Take(List.of(entry(cost)), Optional.empty());
  }

  StoreCommand.Peek peek() {
    return new StoreCommand.Peek(List.of(entry(0)));
  }

  /** Returns how many units are used, as a store says. */
  long used(QuotaStore store) {
    LimitResult month = store.execute(peek()).entries().get(0).limits().get(0);
    return month.used();
  }

  /** Returns how many units are used, read past everything that a test spoils. */
  long used(RedisProcess redis) {
    try (QuotaStore patient =
        RedisQuotaStore.builder(redis.address()).timeBudget(Duration.ofSeconds(5)).build()) {
      return used(patient);
    }
  }
}
