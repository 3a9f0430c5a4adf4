package dev.quota.internal.memory;

import dev.quota.internal.text.Digests;
import dev.quota.policy.CalendarUnit;
import dev.quota.policy.Capacity;
import dev.quota.policy.Window;
import dev.quota.spi.Entry;
import dev.quota.spi.Key;
import dev.quota.spi.LimitSpec;
import dev.quota.spi.OnShort;
import dev.quota.spi.Operation;
import dev.quota.spi.StoreCommand;
import dev.quota.store.InProcessBounds;
import dev.quota.store.ManualClock;
import dev.quota.store.QuotaClock;
import java.lang.management.ManagementFactory;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A program that prints what counts really take, beside the estimate, in bytes for each key. */
final class HeapPerKey {

  private static final int KEYS = 100_000;

  private HeapPerKey() {}

  /**
   * Measures.
   *
   * @param arguments none
   */
  public static void main(String[] arguments) {
    measure("keys", 0, limits(0, 1));
    measure("rolling", 0, limits(1, 0));
    measure("two", 0, limits(1, 1));
    measure("four", 0, limits(2, 2));
    measure("sliding", 0, List.of(SLIDING));
    measureSlots();
    measure("operations", 1, limits(1, 1));
    measure("ten-operations", 10, limits(1, 1));
    List<LimitSpec> permits = new ArrayList<>(limits(0, 1));
    permits.add(new LimitSpec("p", new Window.Concurrent(Duration.ofHours(1)), Capacity.of(1_000)));
    measure("permits", 1, permits);
    measure("ten-permits", 10, permits);
  }

  private static final LimitSpec SLIDING =
      new LimitSpec("s", new Window.Sliding(Duration.ofDays(1)), Capacity.of(1_000));

  private static List<LimitSpec> limits(int rolling, int calendar) {
    List<LimitSpec> limits = new ArrayList<>();
    for (int i = 0; i < rolling; i++) {
      limits.add(
          new LimitSpec(
              "r" + i, new Window.Rolling(Duration.ofMinutes(60)), Capacity.of(1_000 + i)));
    }
    for (int i = 0; i < calendar; i++) {
      Window day =
          new Window.Calendar(
              i == 0 ? CalendarUnit.DAY : CalendarUnit.MONTH, ZoneOffset.UTC, DayOfWeek.MONDAY, 1);
      limits.add(new LimitSpec("c" + i, day, Capacity.of(1_000)));
    }
    return limits;
  }

  /** Measures a sliding limit that was used in all of its slots. */
  private static void measureSlots() {
    ManualClock clock = ManualClock.at("2026-11-23T00:00:00Z");
    InMemoryQuotaStore store = InMemoryQuotaStore.builder().clock(clock).build();
    int keys = KEYS / 10;
    long before = usedBytes();
    for (int slot = 0; slot < 100; slot++) {
      for (int i = 0; i < keys; i++) {
        Key key = new Key("user", "user", "a person of " + i, "chat");
        Entry entry = new Entry(key, List.of(SLIDING), 1, 1, 1, OnShort.REFUSE_ALL);
        var unused = store.execute(new StoreCommand.Take(List.of(entry), Optional.empty()));
      }
      clock.advance(Duration.ofDays(1).dividedBy(100));
    }
    long real = (usedBytes() - before) / keys;
    System.out.println("slots " + real + " " + store.occupiedBytes() / keys);
    store.close();
  }

  private static void measure(String name, int operations, List<LimitSpec> limits) {
    InMemoryQuotaStore store =
        InMemoryQuotaStore.builder()
            .clock(QuotaClock.system())
            .bounds(InProcessBounds.defaults().withMaxBytes(1L << 40))
            .build();
    int keys = operations > 1 ? KEYS / operations : KEYS;
    long before = usedBytes();
    for (int i = 0; i < keys; i++) {
      Key key = new Key("user", "address", "2001:db8:" + i + ":4711:0:0:0:0/64", "chat");
      Entry entry = new Entry(key, limits, 1, 1, 1, OnShort.REFUSE_ALL);
      for (int j = 0; j < Math.max(1, operations); j++) {
        Optional<Operation> operation =
            operations == 0
                ? Optional.empty()
                : Optional.of(
                    Operation.reservation(
                            "once-" + Digests.digest(i + " " + j), Duration.ofHours(24))
                        .by(Digests.digest("user " + i)));
        var unused = store.execute(new StoreCommand.Take(List.of(entry), operation));
      }
    }
    long real = (usedBytes() - before) / keys;
    System.out.println(name + " " + real + " " + store.occupiedBytes() / keys);
    store.close();
  }

  private static long usedBytes() {
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }
}
