package dev.quota.storetests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.policy.CalendarUnit;
import dev.quota.policy.Capacity;
import dev.quota.policy.Window;
import dev.quota.spi.Change;
import dev.quota.spi.Entry;
import dev.quota.spi.EntryResult;
import dev.quota.spi.Growth;
import dev.quota.spi.Hold;
import dev.quota.spi.Key;
import dev.quota.spi.LimitResult;
import dev.quota.spi.LimitSpec;
import dev.quota.spi.OnShort;
import dev.quota.spi.Operation;
import dev.quota.spi.QuotaStore;
import dev.quota.spi.StoreCommand;
import dev.quota.spi.StoreReply;
import dev.quota.store.Availability;
import dev.quota.store.ManualClock;
import dev.quota.store.StoreCapability;
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
import java.util.Set;
import java.util.SplittableRandom;

/**
 * A random life of a few subjects, lived by a store and by the {@link ModelStore} at the same time:
 * every reply must be the same, in every field. The store is asked for nothing that it does not
 * declare. Not thread-safe.
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

  private static final long[] TIMES = {1, 500, 1_000, 5_000, 60_000, 600_000, 7_200_000};

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
  private final boolean withOperations;
  private final Set<StoreCapability> capabilities;
  private final Deque<Started> started = new ArrayDeque<>();
  private int operations;
  private int step;

  /** An operation that was begun, over or not. */
  private record Started(Operation operation, List<Entry> entries, List<Hold> holds) {}

  /**
   * Prepares a trace of takes, peeks, settlements and resets, without operations.
   *
   * @param seed decides everything
   * @param store an empty store
   * @param clock that store's time
   */
  public StoreTrace(long seed, QuotaStore store, ManualClock clock) {
    this(seed, store, clock, false);
  }

  /**
   * Prepares a trace.
   *
   * @param seed decides everything
   * @param store an empty store
   * @param clock that store's time
   * @param withOperations true to have operations, reservations, concurrent limits and grants too,
   *     of those what the store declares
   */
  public StoreTrace(long seed, QuotaStore store, ManualClock clock, boolean withOperations) {
    this.withOperations = withOperations;
    this.capabilities = store.capabilities();
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

  private boolean can(StoreCapability capability) {
    return capabilities.contains(capability);
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
      if (withOperations && random.nextInt(3) == 0) {
        operate();
        continue;
      }
      switch (random.nextInt(20)) {
        case 0, 1, 2 -> compare(new StoreCommand.Peek(entries()));
        case 3, 4 -> settle();
        case 5 -> changePolicies();
        case 6 -> {
          if (random.nextInt(20) == 0 && can(StoreCapability.RESETS)) {
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
    Optional<Operation> operation = operation(entries);
    StoreReply reply = compare(new StoreCommand.Take(entries, operation));
    List<Hold> taken = new ArrayList<>();
    for (int i = 0; i < entries.size(); i++) {
      EntryResult result = reply.entries().get(i);
      if (result.taken() > 0) {
        taken.add(hold(entries.get(i), result, operation, reply.now().toEpochMilli()));
      }
      note(result);
    }
    if (operation.isEmpty()) {
      holds.addAll(taken);
      while (holds.size() > 8) {
        holds.removeFirst();
      }
    } else if (!taken.isEmpty()) {
      started.add(new Started(operation.get(), entries, taken));
      remind(operation.get(), entries);
      while (started.size() > 12) {
        started.removeFirst();
      }
    }
  }

  private void note(EntryResult result) {
    for (LimitResult limit : result.limits()) {
      limit.resetAtMillis().ifPresent(moments::add);
      if (limit.availability() instanceof Availability.At at) {
        moments.add(at.epochMillis());
      }
    }
  }

  /** Notes when something of an operation ends. */
  private void remind(Operation operation, List<Entry> entries) {
    moments.add(clock.millis() + operation.keep().toMillis());
    for (Entry entry : entries) {
      for (LimitSpec limit : entry.limits()) {
        if (limit.window() instanceof Window.Concurrent concurrent) {
          moments.add(clock.millis() + concurrent.lease().toMillis());
        }
      }
    }
  }

  /** Returns an operation if the trace has them: always one for a concurrent limit. */
  private Optional<Operation> operation(List<Entry> entries) {
    long lease =
        entries.stream()
            .flatMap(entry -> entry.limits().stream())
            .mapToLong(
                limit ->
                    limit.window() instanceof Window.Concurrent concurrent
                        ? concurrent.lease().toMillis()
                        : 0)
            .max()
            .orElseThrow();
    if (lease == 0 && (!withOperations || random.nextInt(3) == 0)) {
      return Optional.empty();
    }
    Operation operation =
        new Operation(
            // Sometimes one that was used before, on other keys or these.
            random.nextInt(12) > 0 || started.isEmpty()
                ? "op" + operations++
                : pick(List.copyOf(started)).operation().id(),
            kind(random.nextInt(3) == 0 ? Operation.Kind.CHARGE : Operation.Kind.RESERVATION),
            Duration.ofMillis(Math.max(lease, pickTime())));
    return can(StoreCapability.IDEMPOTENCY) || can(StoreCapability.RESERVATIONS)
        ? Optional.of(operation)
        : Optional.empty();
  }

  /** Returns a kind of operation that the store knows. */
  private Operation.Kind kind(Operation.Kind wanted) {
    if (!can(StoreCapability.IDEMPOTENCY)) {
      return Operation.Kind.RESERVATION;
    }
    return can(StoreCapability.RESERVATIONS) ? wanted : Operation.Kind.CHARGE;
  }

  private long pickTime() {
    return TIMES[random.nextInt(TIMES.length)];
  }

  private void operate() {
    switch (random.nextInt(12)) {
      case 0 -> grant();
      case 1 -> repeatTake();
      case 2 -> {
        if (random.nextInt(15) == 0 && can(StoreCapability.RESETS)) {
          compare(new StoreCommand.Reset(pick(keys)));
        }
      }
      case 3, 4, 5 -> take();
      case 6, 7 -> renewStarted();
      default -> settleStarted();
    }
  }

  private void repeatTake() {
    if (!started.isEmpty()) {
      Started again = pick(List.copyOf(started));
      compare(new StoreCommand.Take(again.entries(), Optional.of(again.operation())));
    }
  }

  private void settleStarted() {
    if (started.isEmpty()) {
      return;
    }
    Started one = pick(List.copyOf(started));
    if (random.nextInt(4) == 0) {
      clock.advanceMillis(random.nextLong(one.operation().keep().toMillis() + 1));
    }
    List<Hold> some =
        random.nextInt(4) == 0 ? List.of(pick(one.holds())) : new ArrayList<>(one.holds());
    Growth growth =
        random.nextInt(3) == 0 ? Growth.forced() : Growth.within(random.nextLong(0, 20));
    long held = some.get(0).units();
    long total = total(held);
    List<Change> changes = new ArrayList<>();
    for (Hold hold : some) {
      changes.add(
          new Change(
              hold,
              random.nextInt(8) == 0 ? total(hold.units()) : total,
              random.nextInt(10) == 0 ? Growth.forced() : growth,
              random.nextLong(0, held + 3)));
    }
    boolean last = random.nextInt(3) == 0;
    if (!can(StoreCapability.RESERVATIONS)) {
      // A charge is settled once: to what it was, or to nothing.
      changes.replaceAll(
          change ->
              new Change(
                  change.hold(),
                  change.totalUnits() < change.hold().units() ? 0 : change.hold().units()));
      last = true;
    }
    StoreReply reply = compare(new StoreCommand.Settle(changes, last));
    reply.entries().forEach(this::note);
    if (!last) {
      remind(one.operation(), one.entries());
    }
  }

  /** Renews what some of the last operations hold, or a part of it. */
  private void renewStarted() {
    Map<List<Object>, Hold> some = new LinkedHashMap<>();
    for (Started one : started) {
      for (Hold hold : one.holds()) {
        if (random.nextInt(3) > 0) {
          some.put(List.of(hold.key(), one.operation().id()), hold);
        }
      }
    }
    if (some.isEmpty() || !can(StoreCapability.RESERVATIONS)) {
      return;
    }
    if (random.nextInt(4) == 0) {
      clock.advanceMillis(random.nextLong(started.getLast().operation().keep().toMillis() + 1));
    }
    compare(new StoreCommand.Renew(List.copyOf(some.values())));
    started.forEach(one -> remind(one.operation(), one.entries()));
  }

  private long total(long held) {
    return switch (random.nextInt(8)) {
      case 0 -> 0;
      case 1, 2 -> held;
      case 3, 4 -> random.nextLong(held + 1);
      case 5 -> held * 2;
      default -> held + random.nextLong(1, 20);
    };
  }

  private void grant() {
    Key key = pick(keys);
    List<LimitSpec> calendars =
        limitsOf(key).stream().filter(limit -> limit.window() instanceof Window.Calendar).toList();
    if (calendars.isEmpty() || !can(StoreCapability.GRANTS)) {
      return;
    }
    LimitSpec limit = pick(calendars);
    int count = random.nextInt(20) == 0 ? 20 : 1;
    for (int i = 0; i < count; i++) {
      List<Long> future = moments.stream().filter(moment -> moment > clock.millis()).toList();
      long expiry =
          future.isEmpty() || random.nextBoolean()
              ? clock.millis() + random.nextLong(-1, 40 * 86_400_000L) / random.nextInt(1, 9_999)
              : pick(future) + random.nextInt(-1, 2);
      String id = "grant" + (random.nextInt(6) == 0 ? operations : operations++);
      note(
          compare(
                  new StoreCommand.Grant(
                      key,
                      limit,
                      random.nextLong(1, 60),
                      Instant.ofEpochMilli(Math.min(Math.max(0, expiry), Capacity.MAX_UNITS)),
                      Operation.charge(id, Duration.ofMillis(pickTime()))))
              .entries()
              .get(0));
      moments.add(expiry);
    }
  }

  private Hold hold(Entry entry, EntryResult result, Optional<Operation> operation, long now) {
    Hold hold = Hold.of(entry, result, now);
    return new Hold(hold.key(), hold.limits(), hold.windowEndsMillis(), hold.units(), operation);
  }

  private void settle() {
    if (holds.isEmpty() || !can(StoreCapability.REFUNDS)) {
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
        boolean part = random.nextInt(4) == 0 && cost > 0 && can(StoreCapability.RESERVATIONS);
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
    if (withOperations && random.nextInt(3) == 0 && can(StoreCapability.PERMITS)) {
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
