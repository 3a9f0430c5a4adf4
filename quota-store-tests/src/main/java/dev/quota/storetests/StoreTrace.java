package dev.quota.storetests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.policy.Capacity;
import dev.quota.policy.Window;
import dev.quota.spi.Change;
import dev.quota.spi.Entry;
import dev.quota.spi.EntryResult;
import dev.quota.spi.Growth;
import dev.quota.spi.Hold;
import dev.quota.spi.Key;
import dev.quota.spi.LimitSpec;
import dev.quota.spi.Operation;
import dev.quota.spi.QuotaStore;
import dev.quota.spi.StoreCommand;
import dev.quota.spi.StoreReply;
import dev.quota.store.ManualClock;
import dev.quota.store.StoreCapability;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Sends random commands of a few subjects to a store and to the {@link ModelStore}. Each reply must
 * be equal in every field. The store gets no command that needs a capability which it does not
 * declare. Not thread-safe.
 *
 * <p>All commands depend on the seed only. A failure names the seed, the step and the command.
 */
public final class StoreTrace {

  private static final Instant LATEST = Instant.parse("2150-01-01T00:00:00Z");

  private final long seed;
  private final SplittableRandom random;
  private final QuotaStore store;
  private final ManualClock clock;
  private final QuotaStore model;
  private final List<Key> keys = new ArrayList<>();
  private final TraceLimits limits;
  private final Deque<Hold> holds = new ArrayDeque<>();
  private final TraceMoments moments;
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
   * @param seed the seed of all random numbers
   * @param store an empty store
   * @param clock that store's time
   */
  public StoreTrace(long seed, QuotaStore store, ManualClock clock) {
    this(seed, store, clock, false);
  }

  /**
   * Prepares a trace.
   *
   * @param seed the seed of all random numbers
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
    this.limits = new TraceLimits(random, ofLimits(store.capabilities(), withOperations));
    this.store = store;
    this.clock = clock;
    this.model = new ModelStore(clock);
    this.moments = new TraceMoments(random, clock);
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

  private static Set<StoreCapability> ofLimits(
      Set<StoreCapability> declared, boolean withOperations) {
    Set<StoreCapability> capabilities = new HashSet<>(declared);
    if (!withOperations) {
      capabilities.remove(StoreCapability.PERMITS);
    }
    return capabilities;
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
      moments.move();
      if (withOperations && random.nextInt(3) == 0) {
        operate();
        continue;
      }
      switch (random.nextInt(20)) {
        case 0, 1, 2 ->
            compare(new StoreCommand.Peek(limits.entries(keys, can(StoreCapability.RESERVATIONS))));
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

  private void changePolicies() {
    limits.change();
    take();
  }

  private void take() {
    List<Entry> entries = limits.entries(keys, can(StoreCapability.RESERVATIONS));
    Optional<Operation> operation = operation(entries);
    StoreReply reply = compare(new StoreCommand.Take(entries, operation));
    List<Hold> taken = new ArrayList<>();
    for (int i = 0; i < entries.size(); i++) {
      EntryResult result = reply.entries().get(i);
      if (result.taken() > 0) {
        taken.add(hold(entries.get(i), result, operation, reply.now().toEpochMilli()));
      }
      moments.note(result);
    }
    if (operation.isEmpty()) {
      holds.addAll(taken);
      while (holds.size() > 8) {
        holds.removeFirst();
      }
    } else if (!taken.isEmpty()) {
      started.add(new Started(operation.get(), entries, taken));
      moments.remind(operation.get(), entries);
      while (started.size() > 12) {
        started.removeFirst();
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
            // Sometimes an operation that was used before, on the same keys or on others.
            random.nextInt(12) > 0 || started.isEmpty()
                ? "op" + operations++
                : pick(List.copyOf(started)).operation().id(),
            kind(random.nextInt(3) == 0 ? Operation.Kind.CHARGE : Operation.Kind.RESERVATION),
            Duration.ofMillis(Math.max(lease, limits.pickTime())));
    return can(StoreCapability.IDEMPOTENCY) || can(StoreCapability.RESERVATIONS)
        ? Optional.of(operation)
        : Optional.empty();
  }

  /** Returns a kind of operation that the store supports. */
  private Operation.Kind kind(Operation.Kind wanted) {
    if (!can(StoreCapability.IDEMPOTENCY)) {
      return Operation.Kind.RESERVATION;
    }
    return can(StoreCapability.RESERVATIONS) ? wanted : Operation.Kind.CHARGE;
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
    List<Change> changes = changes(one);
    boolean last = random.nextInt(3) == 0;
    if (!can(StoreCapability.RESERVATIONS)) {
      // A charge is settled once, to its full amount or to zero.
      changes.replaceAll(
          change ->
              new Change(
                  change.hold(),
                  change.totalUnits() < change.hold().units() ? 0 : change.hold().units()));
      last = true;
    }
    StoreReply reply = compare(new StoreCommand.Settle(changes, last));
    reply.entries().forEach(moments::note);
    if (!last) {
      moments.remind(one.operation(), one.entries());
    }
  }

  /** Returns changes of everything that an operation holds, or of a part. */
  private List<Change> changes(Started one) {
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
    return changes;
  }

  /** Renews everything that some of the last operations hold, or a part. */
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
    started.forEach(one -> moments.remind(one.operation(), one.entries()));
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
        limits.of(key).stream().filter(limit -> limit.window() instanceof Window.Fixed).toList();
    if (calendars.isEmpty() || !can(StoreCapability.GRANTS)) {
      return;
    }
    LimitSpec limit = pick(calendars);
    int count = random.nextInt(20) == 0 ? 20 : 1;
    for (int i = 0; i < count; i++) {
      List<Long> future = moments.future();
      long expiry =
          future.isEmpty() || random.nextBoolean()
              ? clock.millis() + random.nextLong(-1, 40 * 86_400_000L) / random.nextInt(1, 9_999)
              : pick(future) + random.nextInt(-1, 2);
      String id = "grant" + (random.nextInt(6) == 0 ? operations : operations++);
      moments.note(
          compare(
                  new StoreCommand.Grant(
                      key,
                      limit,
                      random.nextLong(1, 60),
                      Instant.ofEpochMilli(Math.min(Math.max(0, expiry), Capacity.MAX_UNITS)),
                      Operation.charge(id, Duration.ofMillis(limits.pickTime()))))
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
