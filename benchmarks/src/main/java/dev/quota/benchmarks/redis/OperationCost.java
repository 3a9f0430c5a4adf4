package dev.quota.benchmarks.redis;

import dev.quota.policy.CalendarUnit;
import dev.quota.policy.Capacity;
import dev.quota.policy.Window;
import dev.quota.redis.RedisQuotaStore;
import dev.quota.spi.Change;
import dev.quota.spi.Entry;
import dev.quota.spi.Hold;
import dev.quota.spi.Key;
import dev.quota.spi.LimitSpec;
import dev.quota.spi.OnShort;
import dev.quota.spi.Operation;
import dev.quota.spi.QuotaStore;
import dev.quota.spi.StoreCommand;
import dev.quota.spi.StoreReply;
import java.io.IOException;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The server's time in scripts for charges, reservations and limits, as the server counts it. One
 * caller measures them by turns on one Redis. Prints medians, and ratios to a charge.
 */
public final class OperationCost {

  private static final int CALLS = 200;
  private static final int USERS = 50;
  private static final Duration BUDGET = Duration.ofSeconds(3);
  private static final Duration KEEP = Duration.ofMinutes(5);
  private static final Capacity PLENTY = Capacity.of(9_000_000_000L);

  private static final LimitSpec DAILY = new LimitSpec("daily", calendar(), PLENTY);
  private static final List<LimitSpec> ONE = List.of(DAILY);
  private static final List<LimitSpec> TWO =
      List.of(
          new LimitSpec("burst", new Window.Rolling(Duration.ofMinutes(1)), Capacity.of(5_000_000)),
          DAILY);
  private static final List<LimitSpec> AT_ONCE =
      List.of(
          new LimitSpec(
              "at-once", new Window.Concurrent(Duration.ofSeconds(10)), Capacity.of(10_000)),
          DAILY);

  private final QuotaStore store;
  private final RedisConsole console;
  private final Map<String, Work> cases = new LinkedHashMap<>();
  private int operations;

  /** Runs one operation once for a user. Returns the total time of the server. */
  private interface Work {
    void run(int user);
  }

  private OperationCost(QuotaStore store, RedisConsole console) {
    this.store = store;
    this.console = console;
    cases.put("charge", user -> charge(user, "plain", ONE, 1));
    cases.put("charge beside reservations", user -> charge(user, "beside", ONE, 1));
    cases.put("reserve and settle", user -> reserveAndSettle(user, "held", ONE, 1));
    cases.put("charge, rolling and daily", user -> charge(user, "plain2", TWO, 1));
    cases.put("the same beside reservations", user -> charge(user, "beside2", TWO, 1));
    cases.put(
        "reserve and settle, rolling and daily", user -> reserveAndSettle(user, "held2", TWO, 1));
    cases.put("charge, four scopes", user -> charge(user, "plain4", ONE, 4));
    cases.put("reserve and settle, four scopes", user -> reserveAndSettle(user, "held4", ONE, 4));
    cases.put(
        "reserve and settle, how many at once", user -> reserveAndSettle(user, "at", AT_ONCE, 1));
    for (int count : new int[] {8, 14, 15, 16, 18, 30}) {
      List<LimitSpec> many = many(count);
      cases.put("charge, " + count + " limits", user -> charge(user, "m" + count, many, 1));
    }
  }

  /**
   * Measures and prints.
   *
   * @param arguments the number of rounds, by default 15
   * @throws IOException if Redis does not start or answer
   */
  public static void main(String[] arguments) throws IOException {
    int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 15;
    try (RedisProcess redis = RedisProcess.start();
        RedisConsole console = redis.console();
        QuotaStore store =
            RedisQuotaStore.builder("redis://127.0.0.1:" + redis.port())
                .timeBudget(BUDGET)
                .build()) {
      new OperationCost(store, console).measure(rounds);
    }
  }

  private void measure(int rounds) throws IOException {
    for (int user = 0; user < USERS; user++) {
      // This reservation stays open, so that the keys always have one.
      reserve(user, "beside", ONE, 1);
      reserve(user, "beside2", TWO, 1);
    }
    Map<String, List<Double>> results = new LinkedHashMap<>();
    for (int round = 0; round <= rounds; round++) {
      for (Map.Entry<String, Work> each : cases.entrySet()) {
        double micros = micros(each.getValue());
        if (round > 0) {
          results.computeIfAbsent(each.getKey(), key -> new ArrayList<>()).add(micros);
        }
      }
    }
    print(results);
  }

  private double micros(Work work) throws IOException {
    double before = scriptMicros();
    for (int i = 0; i < CALLS; i++) {
      work.run(i % USERS);
    }
    return (scriptMicros() - before) / CALLS;
  }

  private double scriptMicros() throws IOException {
    String line = console.text("INFO", "commandstats");
    return line.lines()
        .filter(each -> each.startsWith("cmdstat_evalsha:"))
        .mapToDouble(each -> Double.parseDouble(each.replaceFirst(".*\\busec=(\\d+),.*", "$1")))
        .sum();
  }

  private static void print(Map<String, List<Double>> results) {
    List<Double> charges = results.getOrDefault("charge", List.of());
    System.out.println("\n### what operations cost the server");
    System.out.println();
    System.out.println("| time in scripts | µs | of a charge |");
    System.out.println("| --- | --- | --- |");
    results.forEach(
        (name, found) ->
            System.out.printf(
                Locale.ROOT,
                "| %s | %s | %s |%n",
                name,
                Spread.of(found, value -> value).number(1),
                Spread.ofRatios(found, charges, value -> value).withRange()));
  }

  private static Window calendar() {
    return new Window.Calendar(CalendarUnit.DAY, ZoneOffset.UTC, DayOfWeek.MONDAY, 1);
  }

  private static List<LimitSpec> many(int count) {
    return IntStream.range(0, count)
        .mapToObj(
            i ->
                i % 2 == 0
                    ? new LimitSpec("c" + i, calendar(), PLENTY)
                    : new LimitSpec(
                        "r" + i,
                        new Window.Rolling(Duration.ofMinutes(1 + i)),
                        Capacity.of(5_000_000)))
        .toList();
  }

  private static List<Entry> entries(int user, String quota, List<LimitSpec> limits, int scopes) {
    List<Entry> entries = new ArrayList<>();
    for (String scope : List.of("user", "team", "org", "global").subList(0, scopes)) {
      Key key = new Key(scope, scope.equals("user") ? "user" : "group", scope + user, quota);
      entries.add(new Entry(key, limits, 10, 10, 1, OnShort.REFUSE_ALL));
    }
    return entries;
  }

  private void charge(int user, String quota, List<LimitSpec> limits, int scopes) {
    require(
        store.execute(
            new StoreCommand.Take(entries(user, quota, limits, scopes), Optional.empty())));
  }

  private List<Hold> reserve(int user, String quota, List<LimitSpec> limits, int scopes) {
    Optional<Operation> operation =
        Optional.of(Operation.reservation("operation-number-" + ++operations, KEEP));
    List<Entry> entries = entries(user, quota, limits, scopes);
    StoreReply reply = store.execute(new StoreCommand.Take(entries, operation));
    require(reply);
    List<Hold> holds = new ArrayList<>();
    for (int i = 0; i < entries.size(); i++) {
      Hold hold = Hold.of(entries.get(i), reply.entries().get(i), reply.now().toEpochMilli());
      holds.add(
          new Hold(hold.key(), hold.limits(), hold.windowEndsMillis(), hold.units(), operation));
    }
    return holds;
  }

  private void reserveAndSettle(int user, String quota, List<LimitSpec> limits, int scopes) {
    List<Change> changes =
        reserve(user, quota, limits, scopes).stream().map(hold -> new Change(hold, 5)).toList();
    require(store.execute(new StoreCommand.Settle(changes, true)));
  }

  private static void require(StoreReply reply) {
    if (reply.outcome() != StoreReply.Outcome.DONE) {
      throw new IllegalStateException("every command should have been carried out, was " + reply);
    }
  }
}
