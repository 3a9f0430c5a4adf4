package dev.quota.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.redis.History.Outcome;
import dev.quota.redis.ProxyFault.Direction;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What a store keeps, and how it recovers, when the network between it and Redis fails. */
@Timeout(300)
@Tag("topology")
final class ProxyFaultsTest {

  private static final Duration BUDGET = Duration.ofMillis(50);
  private static final Duration PROBE_INTERVAL = Duration.ofMillis(100);
  private static final Duration RECOVERY = Duration.ofSeconds(100);
  private static final int CALLERS = 12;
  private static final int OTHER_KEYS = 20;

  /** Those of a store's own client. */
  private static final int CONNECTIONS = 8;

  private static final AtomicInteger RUNS = new AtomicInteger();

  /** For one run, in which a busy machine makes all callers late at once; all runs keep 99.9 %. */
  private static final double MOST = 0.99;

  private static final Queue<History.Call> ALL = new ConcurrentLinkedQueue<>();

  private static RedisProcess redis;

  private final History history = new History();
  private final int run = RUNS.incrementAndGet();

  @BeforeAll
  static void startRedis() {
    redis = RedisProcess.start();
  }

  @AfterAll
  static void judgeAllRunsTogether() {
    redis.close();
    new HistoryCheck(List.copyOf(ALL)).withinBudget(BUDGET);
  }

  /** Something to do to a network while it is in use. */
  private enum Fault {
    DELAY_WITHIN_THE_BUDGET(
        proxy -> {
          for (Direction direction : Direction.values()) {
            proxy.delay(direction, Duration.ofMillis(8));
          }
        }),
    DELAY_BEYOND_THE_BUDGET(
        proxy -> {
          for (Direction direction : Direction.values()) {
            proxy.delay(direction, Duration.ofMillis(40));
          }
        }),
    REQUESTS_HELD(proxy -> proxy.hold(Direction.TO_REDIS)),
    REPLIES_HELD(proxy -> proxy.hold(Direction.TO_CLIENT)),
    REPLIES_LOST(proxy -> proxy.lose(Direction.TO_CLIENT)),
    REQUESTS_LOST(proxy -> proxy.lose(Direction.TO_REDIS)),
    RESET_WITH_THE_REQUEST(proxy -> proxy.resetOnArrival(Direction.TO_REDIS)),
    RESET_WITH_THE_REPLY(proxy -> proxy.resetOnArrival(Direction.TO_CLIENT)),
    RESET_AND_REFUSED(
        proxy -> {
          proxy.refuse();
          proxy.reset();
        }),
    CLIENTS_HALF_CLOSED(proxy -> proxy.halfClose(Direction.TO_CLIENT)),
    REDIS_HALF_CLOSED(proxy -> proxy.halfClose(Direction.TO_REDIS));

    @SuppressWarnings("ImmutableEnumChecker") // none of them holds anything
    final Consumer<TcpProxy> beginning;

    Fault(Consumer<TcpProxy> beginning) {
      this.beginning = beginning;
    }
  }

  static Stream<Arguments> faults() {
    return Stream.of(Fault.values())
        .flatMap(fault -> Stream.of(Arguments.of(fault, true), Arguments.of(fault, false)));
  }

  /** Without combining there is no breaker either: every call meets the fault. */
  private RedisQuotaStore store(TcpProxy proxy, boolean combining) {
    return RedisQuotaStore.builder(proxy.address())
        .timeBudget(BUDGET)
        .probeInterval(PROBE_INTERVAL)
        .combining(combining)
        .failuresBeforeOpen(combining ? 5 : Integer.MAX_VALUE)
        .build();
  }

  private MonthlyUnits hot() {
    return MonthlyUnits.of("hot" + run);
  }

  private MonthlyUnits other(int key) {
    return MonthlyUnits.of("other" + run + "-" + key);
  }

  private Outcome ask(RedisQuotaStore store, MonthlyUnits units, long cost) {
    return history.record(units.identity(), cost, () -> store.execute(units.take(cost)));
  }

  @ParameterizedTest
  @MethodSource("faults")
  void chargesAtMostOnceInTimeAndRecoversByItself(Fault fault, boolean combining) {
    long seed = ThreadLocalRandom.current().nextLong();
    List<SplittableRandom> randoms =
        IntStream.range(0, CALLERS).mapToObj(i -> new SplittableRandom(seed + i)).toList();
    try (TcpProxy proxy = TcpProxy.to(redis);
        RedisQuotaStore store = store(proxy, combining);
        Traffic traffic =
            Traffic.start(
                CALLERS,
                caller -> {
                  SplittableRandom random = randoms.get(caller);
                  boolean isHot = random.nextBoolean();
                  MonthlyUnits units = isHot ? hot() : other(random.nextInt(OTHER_KEYS));
                  ask(store, units, random.nextInt(1, 4));
                })) {
      traffic.await(1_500);
      fault.beginning.accept(proxy);
      traffic.await(240);
      proxy.pass();
      long lifted = System.nanoTime();
      Eventually.within(RECOVERY, () -> "grants again; " + store.health(), () -> grants(lifted));
      long recoveredMillis = (System.nanoTime() - lifted) / 1_000_000;
      traffic.await(500);
      traffic.stop();

      HistoryCheck check = history.check();
      System.out.printf(
          "%s, combining %s, seed %d: granted %d, no %d, unknown %d, recovered after %d ms%n",
          fault,
          combining,
          seed,
          check.count(Outcome.GRANTED),
          check.count(Outcome.FAILED_NO),
          check.count(Outcome.FAILED_UNKNOWN),
          recoveredMillis);
      check = check.without(traffic.stalls()).withinBudget(BUDGET, MOST);
      ALL.addAll(check.calls());
      countsExactlyFromNowOn(store);
      history.check().of("hot" + run).usedIs(hot().used(redis));
      for (int key = 0; key < OTHER_KEYS; key++) {
        history.check().of("other" + run + "-" + key).usedIs(other(key).used(redis));
      }
    }
  }

  private boolean grants(long sinceNanos) {
    return history.calls().stream()
        .anyMatch(call -> call.outcome() == Outcome.GRANTED && call.startNanos() - sinceNanos > 0);
  }

  private void countsExactlyFromNowOn(RedisQuotaStore store) {
    MonthlyUnits later = MonthlyUnits.of("later" + run);
    int granted = 0;
    for (int i = 0; i < 50; i++) {
      granted += ask(store, later, 1) == Outcome.GRANTED ? 1 : 0;
    }
    // On a busy machine some may be late; none is granted that does not count.
    assertThat(granted).isGreaterThanOrEqualTo(25);
    history.check().of(later.identity()).usedIs(later.used(redis));
  }

  @ParameterizedTest
  @EnumSource(Direction.class)
  void losesAConnectionAfterAnyByteWithoutChargingTwice(Direction direction) {
    int step = Boolean.getBoolean("quota.soak") ? 1 : 11;
    MonthlyUnits units = hot();
    try (TcpProxy proxy = TcpProxy.to(redis);
        RedisQuotaStore store = store(proxy, false)) {
      Eventually.within(
          RECOVERY, "knows the script", () -> ask(store, units, 1) == Outcome.GRANTED);
      long before = proxy.received(direction);
      ask(store, units, 1);
      long bytes = proxy.received(direction) - before;
      assertThat(bytes).as("bytes of one call").isBetween(30L, 1_000L);
      for (long cut = 0; cut <= bytes; cut += step) {
        long used = units.used(redis);
        awaitQuiet(proxy);
        proxy.cutAfter(direction, cut);
        Outcome outcome = ask(store, units, 1);
        proxy.pass();
        long charged = units.used(redis) - used;
        if (cut < bytes) {
          long committed = direction == Direction.TO_CLIENT ? 1 : 0;
          assertThat(charged).as("charged, cut after %d of %d", cut, bytes).isEqualTo(committed);
          assertThat(outcome).as("cut after %d", cut).isEqualTo(Outcome.FAILED_UNKNOWN);
        }
        Eventually.within(
            RECOVERY, "a connection is there", () -> ask(store, units, 1) == Outcome.GRANTED);
      }
      history.check().usedIs(units.used(redis));
    }
  }

  /** Waits until lost connections are replaced: their first bytes would be cut off instead. */
  private static void awaitQuiet(TcpProxy proxy) {
    long[] seen = new long[2];
    Eventually.within(
        RECOVERY,
        "nothing comes any more",
        () -> {
          long bytes = proxy.received(Direction.TO_CLIENT);
          seen[1] = bytes == seen[0] && proxy.open() >= CONNECTIONS ? seen[1] + 1 : 0;
          seen[0] = bytes;
          return seen[1] == 5;
        });
  }
}
