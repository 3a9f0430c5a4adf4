package dev.quota.storetests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

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
import dev.quota.store.QuotaClock;
import dev.quota.store.StoreCapability;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;

/**
 * The common parts of the suites of all capabilities. A store's test extends the suite of each
 * capability that it declares, and {@link CountingContract}.
 */
@Timeout(120)
public abstract class StoreContract {

  static final Key ALICE = new Key("user", "user", "alice", "chat");
  static final Key BOB = new Key("user", "user", "bob", "chat");
  static final Key ACME = new Key("org", "group", "acme", "chat");
  static final Key IMAGES = new Key("user", "user", "alice", "image");

  static final Duration KEEP = Duration.ofMinutes(10);
  static final Duration LEASE = Duration.ofMinutes(1);

  static final LimitSpec BURST = rolling("burst", 10, Duration.ofMinutes(1));
  static final LimitSpec DAILY = daily(50);
  static final LimitSpec PARALLEL = atOnce(2);

  static final Instant MIDNIGHT = Instant.parse("2026-11-24T00:00:00Z");

  /** The time of the store. It begins at 14:59:30 UTC on a Monday. */
  protected final ManualClock clock = ManualClock.at("2026-11-23T14:59:30Z");

  QuotaStore store;
  private final Set<StoreCapability> tested;
  private int operations;

  StoreContract(StoreCapability... tested) {
    this.tested = Set.of(tested);
  }

  /**
   * Returns an empty store.
   *
   * @param time the clock that the store must use
   * @return the store, closed by the suite
   */
  protected abstract QuotaStore open(QuotaClock time);

  /**
   * Opens a store for one test. The test is skipped if it needs a capability that the store lacks.
   */
  @BeforeEach
  final void openStore(TestInfo test) {
    store = open(clock);
    Set<StoreCapability> declared = store.capabilities();
    assertThat(declared)
        .as("what %s declares; extend the suites of that, and CountingContract", store)
        .containsAll(tested);
    Optional<Needs> needs = test.getTestMethod().map(method -> method.getAnnotation(Needs.class));
    needs.ifPresent(
        mixed ->
            assumeTrue(
                declared.containsAll(Arrays.asList(mixed.value())),
                () -> "needs " + Arrays.toString(mixed.value()) + " too"));
  }

  /** Closes it. */
  @AfterEach
  final void closeStore() {
    store.close();
  }

  static LimitSpec rolling(String name, long capacity, Duration period) {
    return new LimitSpec(name, new Window.Rolling(period), Capacity.of(capacity));
  }

  static LimitSpec calendar(
      String name, CalendarUnit unit, String zone, int billingDay, Capacity capacity) {
    return new LimitSpec(
        name, new Window.Calendar(unit, ZoneId.of(zone), DayOfWeek.MONDAY, billingDay), capacity);
  }

  static Entry entry(Key key, long atLeast, long cost, OnShort onShort, LimitSpec limit) {
    return new Entry(key, List.of(limit), atLeast, cost, 1, onShort);
  }

  StoreReply take(Entry... entries) {
    return store.execute(new StoreCommand.Take(List.of(entries), Optional.empty()));
  }

  StoreReply take(Key key, long cost, LimitSpec... limits) {
    return take(entry(key, cost, limits));
  }

  StoreReply peek(Entry... entries) {
    return store.execute(new StoreCommand.Peek(List.of(entries)));
  }

  static LimitResult limit(StoreReply reply, int index) {
    return reply.entries().get(0).limits().get(index);
  }

  Hold hold(StoreReply reply, Key key, long units, LimitSpec... limits) {
    EntryResult result = reply.entries().get(0);
    assertThat(result.taken()).isEqualTo(units);
    return Hold.of(entry(key, units, limits), result, reply.now().toEpochMilli());
  }

  void settle(Hold hold, long total) {
    assertThat(
            store
                .execute(new StoreCommand.Settle(List.of(new Change(hold, total)), true))
                .outcome())
        .isEqualTo(StoreReply.Outcome.DONE);
  }

  static long freeAt(StoreReply reply) {
    return reply.entries().stream()
        .flatMap(entry -> entry.limits().stream())
        .map(LimitResult::availability)
        .mapToLong(
            availability -> availability instanceof Availability.At at ? at.epochMillis() : 0)
        .max()
        .orElseThrow();
  }

  static LimitSpec daily(long capacity) {
    return daily(Capacity.of(capacity));
  }

  static LimitSpec daily(Capacity capacity) {
    return new LimitSpec(
        "daily",
        new Window.Calendar(CalendarUnit.DAY, ZoneOffset.UTC, DayOfWeek.MONDAY, 1),
        capacity);
  }

  static LimitSpec atOnce(long permits) {
    return new LimitSpec("parallel", new Window.Concurrent(LEASE), Capacity.of(permits));
  }

  Operation reservation() {
    return Operation.reservation("r" + operations++, KEEP);
  }

  Operation charge() {
    return Operation.charge("c" + operations++, KEEP);
  }

  static Entry entry(Key key, long cost, LimitSpec... limits) {
    return new Entry(key, List.of(limits), cost, cost, 1, OnShort.REFUSE_ALL);
  }

  static Entry upTo(Key key, long cost, LimitSpec... limits) {
    return new Entry(key, List.of(limits), 1, cost, 1, OnShort.REFUSE_ALL);
  }

  StoreReply take(Operation operation, Entry... entries) {
    return store.execute(new StoreCommand.Take(List.of(entries), Optional.of(operation)));
  }

  StoreReply take(Operation operation, Key key, long cost, LimitSpec... limits) {
    return take(operation, entry(key, cost, limits));
  }

  StoreReply plain(Key key, long cost, LimitSpec... limits) {
    return store.execute(
        new StoreCommand.Take(List.of(entry(key, cost, limits)), Optional.empty()));
  }

  LimitResult look(Key key, LimitSpec limit) {
    return ask(key, 1, limit);
  }

  LimitResult ask(Key key, long cost, LimitSpec limit) {
    return store
        .execute(new StoreCommand.Peek(List.of(entry(key, cost, limit))))
        .entries()
        .get(0)
        .limits()
        .get(0);
  }

  /** Returns a hold with its operation only. The store takes the rest from the record. */
  static Hold hold(Operation operation, Key key, LimitSpec... limits) {
    List<Long> ends = Arrays.stream(limits).map(limit -> 0L).toList();
    return new Hold(key, List.of(limits), ends, 0, Optional.of(operation));
  }

  StoreReply settle(boolean last, Change... changes) {
    return store.execute(new StoreCommand.Settle(List.of(changes), last));
  }

  StoreReply settle(Operation operation, long total, Key key, LimitSpec... limits) {
    return settle(true, new Change(hold(operation, key, limits), total));
  }

  StoreReply hold(Operation operation, long total, Key key, LimitSpec... limits) {
    return settle(false, new Change(hold(operation, key, limits), total));
  }

  StoreReply grow(Operation operation, long total, long grace, Key key, LimitSpec... limits) {
    return settle(false, new Change(hold(operation, key, limits), total, Growth.within(grace)));
  }

  StoreReply renew(Hold... holds) {
    return store.execute(new StoreCommand.Renew(List.of(holds)));
  }

  StoreReply grant(Operation operation, Key key, LimitSpec limit, long units, Instant end) {
    return store.execute(new StoreCommand.Grant(key, limit, units, end, operation));
  }

  StoreReply grant(Key key, LimitSpec limit, long units, Instant end) {
    return grant(charge(), key, limit, units, end);
  }

  static boolean isDone(StoreReply reply) {
    return reply.outcome() == StoreReply.Outcome.DONE;
  }

  static boolean isRepeated(StoreReply reply) {
    return reply.outcome() == StoreReply.Outcome.REPEATED;
  }

  static boolean isGone(StoreReply reply) {
    return reply.outcome() == StoreReply.Outcome.GONE;
  }

  static long taken(StoreReply reply) {
    return reply.entries().get(0).taken();
  }

  static LimitResult first(StoreReply reply) {
    return reply.entries().get(0).limits().get(0);
  }

  /** Checks used, reserved and the largest cost that fits. */
  void assertStands(Key key, LimitSpec limit, long used, long reserved, long remaining) {
    LimitResult result = look(key, limit);
    assertThat(result.used()).as("used of " + limit.name()).isEqualTo(used);
    assertThat(result.reserved()).as("reserved of " + limit.name()).isEqualTo(reserved);
    if (remaining > 0) {
      assertThat(ask(key, remaining, limit).availability()).isEqualTo(Availability.now());
    }
    assertThat(ask(key, remaining + 1, limit).availability())
        .as("one more")
        .isNotEqualTo(Availability.now());
  }
}
