package dev.quota.storetests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.policy.CalendarUnit;
import dev.quota.policy.Capacity;
import dev.quota.policy.Rollover;
import dev.quota.policy.Window;
import dev.quota.spi.Entry;
import dev.quota.spi.Key;
import dev.quota.spi.LimitSpec;
import dev.quota.spi.OnShort;
import dev.quota.store.StoreCapability;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;

/** The limits and the entries of a random trace, and how its policies change. Not thread-safe. */
final class TraceLimits {

  private static final List<ZoneId> ZONES =
      List.of(
          ZoneId.of("UTC"),
          ZoneId.of("Europe/Berlin"),
          ZoneId.of("America/New_York"),
          ZoneId.of("Africa/Cairo"),
          ZoneId.of("America/Santiago"),
          ZoneId.of("America/Havana"),
          ZoneId.of("America/St_Johns"),
          ZoneId.of("Asia/Kathmandu"),
          ZoneId.of("Australia/Lord_Howe"),
          ZoneId.of("Pacific/Apia"),
          ZoneId.of("Asia/Tehran"),
          ZoneId.of("Pacific/Kiritimati"),
          ZoneId.of("+05:45"));

  private static final long[] PERIODS = {
    1_000,
    7_919,
    60_000,
    61_001,
    3_600_000,
    86_400_000,
    604_800_000L,
    2_592_000_000L,
    31_622_400_000L
  };

  private static final long[] CAPACITIES = {
    1, 2, 3, 5, 7, 10, 49, 50, 97, 500, 997, 1_000, 3_600, 7_919, 50_000, 86_399, 1_000_003,
    1_999_993, 2_000_000, 4_999_999, 5_000_000
  };

  private static final long[] TIMES = {1, 500, 1_000, 5_000, 60_000, 600_000, 7_200_000};

  private final SplittableRandom random;
  private final boolean withPermits;
  private final boolean withRollover;
  private final boolean withSliding;
  private final boolean withSessions;
  private final Map<String, List<LimitSpec>> limits = new LinkedHashMap<>();
  private final Map<String, List<LimitSpec>> earlierLimits = new LinkedHashMap<>();

  /**
   * Creates the limits.
   *
   * @param random the source of all random numbers
   * @param capabilities what the limits may need: permits, sliding and session limits, rollovers
   */
  TraceLimits(SplittableRandom random, Set<StoreCapability> capabilities) {
    this.random = random;
    this.withSessions = capabilities.contains(StoreCapability.SESSIONS);
    this.withSliding = capabilities.contains(StoreCapability.SLIDING);
    this.withPermits = capabilities.contains(StoreCapability.PERMITS);
    this.withRollover = capabilities.contains(StoreCapability.ROLLOVER);
  }

  /** Changes some policies, so that their limits are created again. */
  void change() {
    if (random.nextInt(3) == 0) {
      limits.clear();
    } else if (!limits.isEmpty()) {
      limits.remove(pick(List.copyOf(limits.keySet())));
    }
  }

  /** Returns the length of a lease, or of the time that a take is remembered, in milliseconds. */
  long pickTime() {
    return TIMES[random.nextInt(TIMES.length)];
  }

  /**
   * Returns entries of some keys.
   *
   * @param inPart true if some may be taken in part
   */
  List<Entry> entries(List<Key> keys, boolean inPart) {
    List<Key> left = new ArrayList<>(keys);
    int count = random.nextInt(3) == 0 ? random.nextInt(1, 5) : 1;
    Map<String, Entry> firstOfQuota = new LinkedHashMap<>();
    List<Entry> entries = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Key key = pick(left);
      left.remove(key);
      List<LimitSpec> chosen = of(key);
      Entry same = firstOfQuota.get(key.quota());
      if (same == null) {
        long cost = cost(chosen);
        boolean part = random.nextInt(4) == 0 && cost > 0 && inPart;
        long atLeast = part ? random.nextLong(cost + 1) : cost;
        OnShort onShort =
            random.nextInt(3) > 0
                ? OnShort.REFUSE_ALL
                : random.nextBoolean() ? OnShort.SKIP : OnShort.EXCEED;
        same = new Entry(key, chosen, atLeast, cost, random.nextLong(1, cost + 3), onShort);
        firstOfQuota.put(key.quota(), same);
        entries.add(same);
      } else {
        entries.add(
            new Entry(key, chosen, same.atLeast(), same.cost(), same.nextCost(), same.onShort()));
      }
    }
    return entries;
  }

  private long cost(List<LimitSpec> chosen) {
    long capacity =
        pick(chosen).capacity() instanceof Capacity.Limited limited
            ? Math.max(1, limited.units())
            : 100;
    return switch (random.nextInt(12)) {
      case 0 -> 0;
      case 1 -> capacity;
      case 2 -> capacity + 1;
      case 3, 4 -> 1 + capacity / random.nextLong(1, 12);
      case 5, 6, 7 -> random.nextLong(1, capacity + 1);
      default -> 1;
    };
  }

  /** Returns the limits of a key: mostly those in force, sometimes those of an earlier version. */
  List<LimitSpec> of(Key key) {
    String group = key.scope() + "/" + key.kind() + "/" + key.quota();
    List<LimitSpec> inForce = limits.get(group);
    if (inForce == null) {
      inForce = randomLimits(Optional.ofNullable(earlierLimits.get(group)));
      limits.put(group, inForce);
    }
    List<LimitSpec> earlier = earlierLimits.put(group, inForce);
    if (earlier != null && random.nextInt(4) == 0) {
      earlierLimits.put(group, earlier);
      return random.nextBoolean() ? earlier : inForce;
    }
    return inForce;
  }

  private List<LimitSpec> randomLimits(Optional<List<LimitSpec>> before) {
    if (before.isPresent() && random.nextInt(4) > 0) {
      // Mostly a policy stays and its capacities, zones and billing days change.
      List<LimitSpec> changed = new ArrayList<>();
      for (LimitSpec limit : before.get()) {
        changed.add(random.nextBoolean() ? limit : changed(limit));
      }
      return List.copyOf(changed);
    }
    int count = random.nextInt(1, 4);
    List<LimitSpec> result = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String name = new String[] {"burst", "daily", "monthly"}[i];
      result.add(exact(name, i == 0 && random.nextInt(4) > 0 ? rolling() : window()));
    }
    if (withPermits && random.nextInt(3) == 0) {
      result.add(atOnce());
      if (random.nextInt(5) == 0) {
        return List.of(atOnce());
      }
    }
    return List.copyOf(result);
  }

  private LimitSpec changed(LimitSpec limit) {
    Window window = limit.window();
    if (window instanceof Window.Concurrent) {
      return atOnce();
    }
    if (window instanceof Window.Session && random.nextBoolean()) {
      window = session();
    }
    if (window instanceof Window.Calendar calendar && random.nextBoolean()) {
      window = calendar(calendar.unit());
    }
    return exact(limit.name(), window);
  }

  private LimitSpec atOnce() {
    return new LimitSpec(
        "parallel",
        new Window.Concurrent(Duration.ofMillis(pickTime())),
        random.nextInt(8) == 0 ? Capacity.unlimited() : Capacity.of(random.nextInt(4)));
  }

  private LimitSpec exact(String name, Window window) {
    while (true) {
      try {
        return new LimitSpec(name, window, capacity(), rollover(window));
      } catch (IllegalArgumentException e) {
        assertThat(e).hasMessageContaining("the nearest that is");
      }
    }
  }

  private Optional<Rollover> rollover(Window window) {
    return withRollover && window instanceof Window.Calendar && random.nextInt(3) == 0
        ? Optional.of(new Rollover(random.nextInt(1, 101)))
        : Optional.empty();
  }

  private Capacity capacity() {
    return switch (random.nextInt(16)) {
      case 0 -> Capacity.unlimited();
      case 1 -> Capacity.of(0);
      case 2, 3, 4 -> Capacity.of(random.nextLong(1, 200));
      default -> Capacity.of(CAPACITIES[random.nextInt(CAPACITIES.length)]);
    };
  }

  private Window window() {
    if (withSessions && random.nextInt(4) == 0) {
      return session();
    }
    return random.nextInt(3) == 0 ? rolling() : calendar(pick(List.of(CalendarUnit.values())));
  }

  private Window session() {
    return new Window.Session(Duration.ofMillis(PERIODS[random.nextInt(PERIODS.length)]));
  }

  private Window rolling() {
    Duration period = Duration.ofMillis(PERIODS[random.nextInt(PERIODS.length)]);
    return withSliding && random.nextInt(3) == 0
        ? new Window.Sliding(period)
        : new Window.Rolling(period);
  }

  private Window calendar(CalendarUnit unit) {
    return new Window.Calendar(
        unit,
        pick(ZONES),
        DayOfWeek.of(random.nextInt(1, 8)),
        random.nextInt(2) == 0 ? random.nextInt(28, 32) : random.nextInt(1, 32),
        random.nextBoolean() ? LocalTime.MIDNIGHT : LocalTime.of(random.nextInt(24), 30));
  }

  private <T> T pick(List<T> values) {
    return values.get(random.nextInt(values.size()));
  }
}
