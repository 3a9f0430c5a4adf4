package dev.quota.spi;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * A random life of a few subjects, lived by a store and by the {@link ModelStore} at the same time:
 * every reply must be the same, in every field. Not thread-safe.
 *
 * <p>The seed decides everything. A difference fails with the seed, the step and the command.
 */
public final class StoreTrace {

  private static final Instant LATEST = Instant.parse("2150-01-01T00:00:00Z");

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

  private final long seed;
  private final SplittableRandom random;
  private final QuotaStore store;
  private final ManualClock clock;
  private final QuotaStore model;
  private final List<Key> keys = new ArrayList<>();
  private final Map<String, List<LimitSpec>> limits = new LinkedHashMap<>();
  private final Map<String, List<LimitSpec>> earlierLimits = new LinkedHashMap<>();
  private final Deque<Hold> holds = new ArrayDeque<>();
  private final List<Long> moments = new ArrayList<>();
  private int step;

  /**
   * Prepares a trace.
   *
   * @param seed decides everything
   * @param store an empty store
   * @param clock that store's time
   */
  public StoreTrace(long seed, QuotaStore store, ManualClock clock) {
    this.seed = seed;
    this.random = new SplittableRandom(seed);
    this.store = store;
    this.clock = clock;
    this.model = new ModelStore(clock);
    clock.set(random.nextLong(0, Instant.parse("2040-01-01T00:00:00Z").toEpochMilli()));
    for (String quota : new String[] {"chat", "image"}) {
      for (String subject : new String[] {"a", "b"}) {
        keys.add(new Key("user", "user", subject, quota));
      }
      keys.add(new Key("user", "address", "a", quota));
      keys.add(new Key("org", "group", "acme", quota));
      keys.add(new Key("global", "group", "global", quota));
    }
  }

  /**
   * Runs the trace.
   *
   * @param steps how many commands at most
   * @return how many replies were compared
   */
  public int run(int steps) {
    for (step = 0; step < steps && clock.instant().isBefore(LATEST); step++) {
      move();
      switch (random.nextInt(20)) {
        case 0, 1, 2 -> compare(new StoreCommand.Peek(entries()));
        case 3, 4 -> settle();
        case 5 -> changePolicies();
        case 6 -> {
          if (random.nextInt(20) == 0) {
            compare(new StoreCommand.Reset(pick(keys)));
          } else {
            take();
          }
        }
        default -> take();
      }
    }
    return step;
  }

  private void move() {
    long now = clock.millis();
    List<Long> future = moments.stream().filter(moment -> moment > now).toList();
    switch (random.nextInt(16)) {
      case 0 -> clock.advanceMillis(1);
      case 1 -> clock.advanceMillis(random.nextLong(1, 1_000));
      case 2 -> clock.advanceMillis(random.nextLong(1, 60_000));
      case 3 -> clock.advanceMillis(random.nextLong(1, 3_600_000));
      case 4 -> clock.advanceMillis(random.nextInt(4) == 0 ? random.nextLong(1, 86_400_000) : 0);
      case 5 ->
          clock.advanceMillis(random.nextInt(30) == 0 ? random.nextLong(1, 70 * 86_400_000L) : 0);
      case 6, 7, 8 -> {
        // The moments that replies spoke of, and a millisecond before them.
        if (!future.isEmpty()) {
          long moment = pick(future);
          long days = (moment - now) / 86_400_000L;
          if (days < 400 && random.nextLong(days + 1) == 0) {
            clock.set(moment - random.nextInt(2));
          }
        }
      }
      default -> {}
    }
    if (clock.millis() < now) {
      clock.set(now);
    }
    moments.removeIf(moment -> moment <= now);
    while (moments.size() > 12) {
      moments.remove(0);
    }
  }

  private void changePolicies() {
    if (random.nextInt(3) == 0) {
      limits.clear();
    } else if (!limits.isEmpty()) {
      limits.remove(pick(List.copyOf(limits.keySet())));
    }
    take();
  }

  private void take() {
    List<Entry> entries = entries();
    StoreReply reply = compare(new StoreCommand.Take(entries, Optional.empty()));
    for (int i = 0; i < entries.size(); i++) {
      EntryResult result = reply.entries().get(i);
      if (result.taken() > 0) {
        holds.add(Hold.of(entries.get(i), result, reply.now().toEpochMilli()));
      }
      for (LimitResult limit : result.limits()) {
        limit.resetAtMillis().ifPresent(moments::add);
        if (limit.fit() instanceof Fit.At at) {
          moments.add(at.epochMillis());
        }
      }
    }
    while (holds.size() > 8) {
      holds.removeFirst();
    }
  }

  private void settle() {
    if (holds.isEmpty()) {
      return;
    }
    Hold hold = random.nextBoolean() ? holds.removeFirst() : holds.removeLast();
    long total =
        switch (random.nextInt(6)) {
          case 0 -> hold.units();
          case 1 -> hold.units() + random.nextLong(1, 20);
          case 2 -> random.nextLong(hold.units() + 1);
          default -> 0;
        };
    compare(new StoreCommand.Settle(List.of(new Change(hold, total)), true));
  }

  private List<Entry> entries() {
    List<Key> left = new ArrayList<>(keys);
    int count = random.nextInt(3) == 0 ? random.nextInt(1, 5) : 1;
    Map<String, Entry> firstOfQuota = new LinkedHashMap<>();
    List<Entry> entries = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Key key = pick(left);
      left.remove(key);
      List<LimitSpec> chosen = limitsOf(key);
      Entry same = firstOfQuota.get(key.quota());
      if (same == null) {
        long cost = cost(chosen);
        long atLeast = random.nextInt(4) == 0 && cost > 0 ? random.nextLong(cost + 1) : cost;
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
  private List<LimitSpec> limitsOf(Key key) {
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
    return List.copyOf(result);
  }

  private LimitSpec changed(LimitSpec limit) {
    Window window = limit.window();
    if (window instanceof Window.Calendar calendar && random.nextBoolean()) {
      window = calendar(calendar.unit());
    }
    return exact(limit.name(), window);
  }

  private LimitSpec exact(String name, Window window) {
    while (true) {
      try {
        return new LimitSpec(name, window, capacity());
      } catch (IllegalArgumentException e) {
        assertThat(e).hasMessageContaining("the nearest that is");
      }
    }
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
    return random.nextInt(3) == 0 ? rolling() : calendar(pick(List.of(CalendarUnit.values())));
  }

  private Window rolling() {
    return new Window.Rolling(Duration.ofMillis(PERIODS[random.nextInt(PERIODS.length)]));
  }

  private Window calendar(CalendarUnit unit) {
    return new Window.Calendar(
        unit,
        pick(ZONES),
        DayOfWeek.of(random.nextInt(1, 8)),
        random.nextInt(2) == 0 ? random.nextInt(28, 32) : random.nextInt(1, 32));
  }

  private StoreReply compare(StoreCommand command) {
    StoreReply expected = model.execute(command);
    StoreReply actual = store.execute(command);
    if (!expected.equals(actual)) {
      assertThat(actual)
          .as("seed %d, step %d, %s, %s", seed, step, clock.instant(), command)
          .isEqualTo(expected);
    }
    return actual;
  }

  private <T> T pick(List<T> values) {
    return values.get(random.nextInt(values.size()));
  }
}
