package dev.quota.benchmarks.redis;

import dev.quota.policy.Capacity;
import dev.quota.policy.Window;
import dev.quota.redis.RedisQuotaStore;
import dev.quota.spi.Entry;
import dev.quota.spi.EntryResult;
import dev.quota.spi.Hold;
import dev.quota.spi.Key;
import dev.quota.spi.LimitSpec;
import dev.quota.spi.OnShort;
import dev.quota.spi.Operation;
import dev.quota.spi.QuotaStore;
import dev.quota.spi.StoreCommand;
import dev.quota.spi.StoreReply;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The server's cost of many permits of one key that are renewed three times in each lease. It also
 * checks that further callers are always refused. Prints a row for each number of permits.
 */
public final class PermitCost {

  private static final Duration LEASE = Duration.ofSeconds(10);
  private static final Duration KEEP = Duration.ofMinutes(5);
  private static final Duration BUDGET = Duration.ofSeconds(3);
  private static final int EXTRA = 12;
  private static final Key KEY = new Key("org", "group", "acme", "streams");

  private final QuotaStore store;
  private final RedisConsole console;
  private final int permits;
  private final LimitSpec limit;
  private final List<Hold> holds = new ArrayList<>();
  private int operations;

  private PermitCost(QuotaStore store, RedisConsole console, int permits) {
    this.store = store;
    this.console = console;
    this.permits = permits;
    limit = new LimitSpec("at-once", new Window.Concurrent(LEASE), Capacity.of(permits));
  }

  /**
   * Measures and prints.
   *
   * @param arguments how many seconds for each number of permits, by default 60
   * @throws IOException if Redis does not start or answer
   */
  public static void main(String[] arguments) throws IOException {
    int seconds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 60;
    System.out.printf(
        Locale.ROOT, "%n### permits of one key at a lease of %d s%n%n", LEASE.toSeconds());
    System.out.println(
        "| permits | of a Redis core | µs in scripts per renewal | longest renewal of all, ms"
            + " | callers too many that were let in |");
    System.out.println("| --- | --- | --- | --- | --- |");
    for (int permits : new int[] {100, 1_500, 4_000, 10_000}) {
      try (RedisProcess redis = RedisProcess.start();
          RedisConsole console = redis.console();
          QuotaStore store =
              RedisQuotaStore.builder("redis://127.0.0.1:" + redis.port())
                  .timeBudget(BUDGET)
                  .build()) {
        new PermitCost(store, console, permits).measure(seconds);
      }
    }
  }

  private void measure(int seconds) throws IOException {
    while (holds.size() < permits) {
      if (!enter()) {
        throw new IllegalStateException("only " + holds.size() + " permits could be taken");
      }
      if (holds.size() % 1_000 == 0) {
        renew();
      }
    }
    renew();
    double processor = processorSeconds();
    double scripts = scriptMicros();
    long begun = System.nanoTime();
    long pause = LEASE.toNanos() / 3;
    long renewals = 0;
    double longest = 0;
    int letIn = 0;
    for (long next = begun; next - begun < TimeUnit.SECONDS.toNanos(seconds); next += pause) {
      long start = System.nanoTime();
      renew();
      renewals += permits;
      longest = Math.max(longest, (System.nanoTime() - start) / 1e6);
      while (System.nanoTime() < next + pause) {
        letIn += letIn();
        LockSupport.parkNanos(Math.min(500_000_000L, next + pause - System.nanoTime()));
      }
    }
    double wall = (System.nanoTime() - begun) / 1e9;
    System.out.printf(
        Locale.ROOT,
        "| %,d | %.1f %% | %.1f | %.0f | %d |%n",
        permits,
        (processorSeconds() - processor) / wall * 100,
        (scriptMicros() - scripts) / renewals,
        longest,
        letIn);
  }

  private int letIn() {
    int letIn = 0;
    for (int i = 0; i < EXTRA; i++) {
      if (enter()) {
        letIn++;
      }
    }
    return letIn;
  }

  private boolean enter() {
    Optional<Operation> operation =
        Optional.of(Operation.reservation("operation-number-" + ++operations, KEEP));
    Entry entry = new Entry(KEY, List.of(limit), 1, 1, 1, OnShort.REFUSE_ALL);
    StoreReply reply = store.execute(new StoreCommand.Take(List.of(entry), operation));
    if (reply.outcome() != StoreReply.Outcome.DONE) {
      return false;
    }
    holds.add(new Hold(KEY, List.of(limit), List.of(0L), 1, operation));
    return true;
  }

  private void renew() {
    for (int from = 0; from < holds.size(); from += StoreCommand.Renew.MAX_HOLDS) {
      int to = Math.min(from + StoreCommand.Renew.MAX_HOLDS, holds.size());
      StoreReply reply = store.execute(new StoreCommand.Renew(holds.subList(from, to)));
      if (reply.entries().stream().anyMatch(EntryResult::gone)) {
        throw new IllegalStateException("a permit was lost");
      }
    }
  }

  private double processorSeconds() throws IOException {
    return console.info("cpu", "used_cpu_user") + console.info("cpu", "used_cpu_sys");
  }

  private double scriptMicros() throws IOException {
    return console
        .text("INFO", "commandstats")
        .lines()
        .filter(each -> each.startsWith("cmdstat_evalsha:"))
        .mapToDouble(each -> Double.parseDouble(each.replaceFirst(".*\\busec=(\\d+),.*", "$1")))
        .sum();
  }
}
