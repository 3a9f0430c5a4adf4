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
import dev.quota.spi.StoreReply;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;

/** Keys, limits and commands in few words. */
final class Charges {

  static final Key ALICE = new Key("user", "user", "alice", "chat");
  static final Key BOB = new Key("user", "user", "bob", "chat");
  static final Key ACME = new Key("org", "group", "acme", "chat");
  static final Key IMAGES = new Key("user", "user", "alice", "image");

  private Charges() {}

  /** Returns the key without secret and with the default prefix. */
  static String name(Key key) {
    return new RedisKeys("q", Optional.empty()).name(key);
  }

  static LimitSpec rolling(String name, long capacity, Duration period) {
    return new LimitSpec(name, new Window.Rolling(period), Capacity.of(capacity));
  }

  /** Returns the limit {@code burst}, per minute. */
  static LimitSpec burst(long capacity) {
    return rolling("burst", capacity, Duration.ofMinutes(1));
  }

  /** Returns the limit {@code daily}, of UTC's days. */
  static LimitSpec daily(long capacity) {
    return calendar("daily", CalendarUnit.DAY, Capacity.of(capacity));
  }

  /** Returns the limit {@code monthly}, of UTC's months. */
  static LimitSpec monthly(long capacity) {
    return calendar("monthly", CalendarUnit.MONTH, Capacity.of(capacity));
  }

  static LimitSpec calendar(String name, CalendarUnit unit, Capacity capacity) {
    return new LimitSpec(
        name, new Window.Calendar(unit, ZoneOffset.UTC, DayOfWeek.MONDAY, 1), capacity);
  }

  static Entry entry(Key key, long cost, LimitSpec... limits) {
    return new Entry(key, List.of(limits), cost, cost, 1, OnShort.REFUSE_ALL);
  }

  static StoreCommand.Take take(Entry... entries) {
    return new StoreCommand.Take(List.of(entries), Optional.empty());
  }

  static StoreCommand.Take take(Key key, long cost, LimitSpec... limits) {
    return take(entry(key, cost, limits));
  }

  static StoreCommand.Peek peek(Key key, LimitSpec... limits) {
    return new StoreCommand.Peek(List.of(entry(key, 1, limits)));
  }

  /** Returns the units used of one limit. */
  static long used(QuotaStore store, Key key, LimitSpec limit) {
    return limit(store.execute(peek(key, limit)), 0).used();
  }

  /** Returns the numbers of a limit of the first entry. */
  static LimitResult limit(StoreReply reply, int index) {
    return reply.entries().get(0).limits().get(index);
  }

  static boolean isDone(StoreReply reply) {
    return reply.outcome() == StoreReply.Outcome.DONE;
  }
}
