package dev.quota.benchmarks.redis;

import dev.quota.Decision;
import dev.quota.Quotas;
import dev.quota.Subject;
import dev.quota.policy.QuotaPolicy;
import dev.quota.redis.RedisQuotaStore;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;

/**
 * Counts false failures: decisions that a busy node refuses although Redis works. Spinning threads
 * take processor time from 300 decisions a second. Every refusal is false.
 */
public final class BusyNode {

  private static final int HOGS = 16;
  private static final int CALLERS = 30;
  private static final int CALLS_PER_SECOND = 300;
  private static final int SECONDS = 20;
  private static final long SECOND_NANOS = Duration.ofSeconds(1).toNanos();

  private final AtomicBoolean over = new AtomicBoolean();
  private final AtomicIntegerArray asked = new AtomicIntegerArray(SECONDS + 1);
  private final AtomicIntegerArray refused = new AtomicIntegerArray(SECONDS + 1);
  private final AtomicInteger unwell = new AtomicInteger();
  private final List<Thread> threads = new ArrayList<>();

  private BusyNode() {}

  /**
   * Measures and prints.
   *
   * @param arguments budgets in milliseconds; the default one and 50 if there is none
   * @throws IOException if Redis does not start
   * @throws InterruptedException never
   */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    String[] budgets = arguments.length > 0 ? arguments : new String[] {"250", "50"};
    Table table =
        new Table(
            System.out,
            "False alarms of a busy node: " + HOGS + " spinning threads, " + cores() + " cores",
            "time budget",
            "decisions",
            "refused although Redis is well",
            "of them",
            "worst second",
            "looks at the health that blamed Redis");
    for (String budget : budgets) {
      new BusyNode().measure(Integer.parseInt(budget), table);
    }
  }

  private static int cores() {
    return Runtime.getRuntime().availableProcessors();
  }

  private void measure(int budgetMillis, Table table) throws IOException, InterruptedException {
    QuotaPolicy policy =
        QuotaPolicy.builder("chat")
            .limit("burst", "9000000000 per minute")
            .limit("daily", "9000000000 per calendar day")
            .build();
    try (RedisProcess redis = RedisProcess.start();
        RedisQuotaStore store =
            RedisQuotaStore.builder("redis://127.0.0.1:" + redis.port())
                .timeBudget(Duration.ofMillis(budgetMillis))
                .build();
        Quotas quotas = Quotas.builder().policy(policy).store(store).build()) {
      run(quotas);
    }
    report(budgetMillis + " ms", table);
  }

  private void run(Quotas quotas) throws InterruptedException {
    long begunNanos = System.nanoTime();
    for (int i = 0; i < HOGS; i++) {
      start("hog", this::spin);
    }
    for (int i = 0; i < CALLERS; i++) {
      int caller = i;
      start("caller", () -> ask(quotas, caller, begunNanos));
    }
    start("health", () -> look(quotas));
    LockSupport.parkNanos(SECONDS * SECOND_NANOS);
    over.set(true);
    for (Thread thread : threads) {
      thread.join();
    }
  }

  private void start(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    threads.add(thread);
    thread.start();
  }

  private void spin() {
    while (!over.get()) {
      Thread.onSpinWait();
    }
  }

  private void ask(Quotas quotas, int caller, long begunNanos) {
    long everyNanos = SECOND_NANOS * CALLERS / CALLS_PER_SECOND;
    long nextNanos = begunNanos + everyNanos * caller / CALLERS;
    for (int call = 0; !over.get(); call++) {
      LockSupport.parkNanos(nextNanos - System.nanoTime());
      nextNanos += everyNanos;
      int second = (int) Math.min(SECONDS, (System.nanoTime() - begunNanos) / SECOND_NANOS);
      Subject subject = Subject.user("user" + (caller + call * CALLERS) % 1_000);
      Decision decision = quotas.charge(subject, "chat", 1);
      asked.incrementAndGet(second);
      if (!(decision instanceof Decision.Allowed)) {
        refused.incrementAndGet(second);
      }
    }
  }

  private void look(Quotas quotas) {
    while (!over.get()) {
      if (!quotas.health().available()) {
        unwell.incrementAndGet();
      }
      LockSupport.parkNanos(SECOND_NANOS / 100);
    }
  }

  private void report(String budget, Table table) {
    int calls = 0;
    int alarms = 0;
    double worst = 0;
    for (int second = 0; second <= SECONDS; second++) {
      calls += asked.get(second);
      alarms += refused.get(second);
      if (asked.get(second) > 0) {
        worst = Math.max(worst, 100.0 * refused.get(second) / asked.get(second));
      }
    }
    table.row(
        budget,
        String.valueOf(calls),
        String.valueOf(alarms),
        String.format(Locale.ROOT, "%.2f %%", 100.0 * alarms / Math.max(1, calls)),
        String.format(Locale.ROOT, "%.1f %%", worst),
        unwell.toString());
  }
}
