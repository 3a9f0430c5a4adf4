package dev.quota.redis;

import static dev.quota.redis.Charges.ALICE;
import static dev.quota.redis.Charges.daily;
import static dev.quota.redis.Charges.take;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quota.policy.Capacity;
import dev.quota.policy.Window;
import dev.quota.spi.Change;
import dev.quota.spi.Entry;
import dev.quota.spi.Growth;
import dev.quota.spi.Hold;
import dev.quota.spi.Key;
import dev.quota.spi.LimitSpec;
import dev.quota.spi.OnShort;
import dev.quota.spi.Operation;
import dev.quota.spi.StoreCommand;
import dev.quota.spi.StoreReply;
import dev.quota.store.QuotaStoreException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A Redis that never answers: who need not wait does not, and nobody holds a lock meanwhile. */
final class NeverAnsweringRedisTest extends OnRedis {

  private static final int CALLS = 1_000;
  private static final Duration BUDGET = Duration.ofSeconds(2);
  private static final Duration KEEP = Duration.ofMinutes(10);

  /** Waits for outages and not for calls. */
  private static final String WATCH = Watch.class.getName();

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private final ExecutorService executor = Executors.newFixedThreadPool(2);

  @BeforeEach
  void measureWaiting() {
    THREADS.setThreadContentionMonitoringEnabled(true);
  }

  @AfterEach
  void endThreads() {
    THREADS.setThreadContentionMonitoringEnabled(false);
    executor.shutdownNow();
  }

  private RedisQuotaStore patientStore() {
    return store(
        builder ->
            builder
                .executor(executor)
                .timeBudget(BUDGET)
                .maxCallsInFlight(2 * CALLS)
                .maxReadsInFlight(2 * CALLS)
                .failuresBeforeOpen(Integer.MAX_VALUE));
  }

  private static Key key(int i) {
    return new Key("user", "user", "u" + i, "chat");
  }

  /** Returns commands of every kind and of every way that they take to Redis. */
  private static List<StoreCommand> commands(int i) {
    LimitSpec parallel =
        new LimitSpec("parallel", new Window.Concurrent(Duration.ofMinutes(1)), Capacity.of(CALLS));
    Operation reservation = Operation.reservation("r" + i, KEEP);
    Operation charge = Operation.charge("c" + i, KEEP);
    Hold held = hold(key(i), Optional.of(reservation), daily(CALLS));
    Hold plain = hold(key(i), Optional.empty(), daily(CALLS));
    return List.of(
        take(ALICE, 1, daily(CALLS)),
        take(key(i), 1, daily(CALLS)),
        new StoreCommand.Take(List.of(entry(ALICE), entry(key(i))), Optional.empty()),
        new StoreCommand.Take(List.of(entry(ALICE)), Optional.of(charge)),
        new StoreCommand.Take(
            List.of(new Entry(ALICE, List.of(parallel), 1, 1, 1, OnShort.REFUSE_ALL)),
            Optional.of(reservation)),
        new StoreCommand.Peek(List.of(entry(ALICE))),
        new StoreCommand.Peek(List.of(entry(ALICE), entry(key(i))), true),
        new StoreCommand.Settle(List.of(new Change(plain, 0)), true),
        new StoreCommand.Settle(List.of(new Change(held, 9, Growth.within(1))), false),
        new StoreCommand.Renew(List.of(held)),
        new StoreCommand.Grant(
            ALICE, daily(CALLS), 1, java.time.Instant.parse("2040-01-01T00:00:00Z"), charge),
        new StoreCommand.Reset(key(i)));
  }

  private static Entry entry(Key key) {
    return new Entry(key, List.of(daily(CALLS)), 1, 1, 1, OnShort.REFUSE_ALL);
  }

  private static Hold hold(Key key, Optional<Operation> operation, LimitSpec... limits) {
    return new Hold(key, List.of(limits), Collections.nCopies(limits.length, 0L), 1, operation);
  }

  private static List<StoreCommand> thousand() {
    List<StoreCommand> all = new ArrayList<>();
    for (int i = 0; all.size() < CALLS; i++) {
      all.addAll(commands(i));
    }
    return all.subList(0, CALLS);
  }

  @Test
  void aThousandAsynchronousCallsParkNoThreadAndAllEndByTheBudget() {
    RedisQuotaStore store = patientStore();
    for (StoreCommand command : commands(0)) {
      store.executeAsync(command).toCompletableFuture().join();
    }
    List<StoreCommand> commands = thousand();
    List<CompletableFuture<StoreReply>> asked = new ArrayList<>();
    long me = Thread.currentThread().getId();
    redis.pause();
    try {
      int threadsBefore = THREADS.getThreadCount();
      ThreadInfo before = THREADS.getThreadInfo(me);
      commands.forEach(command -> asked.add(store.executeAsync(command).toCompletableFuture()));
      CompletableFuture<Void> budgetIsOver =
          new CompletableFuture<Void>()
              .completeOnTimeout(null, BUDGET.toMillis(), TimeUnit.MILLISECONDS);
      ThreadInfo after = THREADS.getThreadInfo(me);

      assertThat(waitedMillis(after) - waitedMillis(before))
          .as("how long the caller of %d calls waited: less than one of them", CALLS)
          .isLessThan(BUDGET.toMillis());
      assertThat(asked)
          .as("so that nobody could have waited for one")
          .noneMatch(CompletableFuture::isDone);
      assertThat(waiting(true)).as("threads that wait for Redis").isEmpty();
      assertThat(THREADS.getThreadCount() - threadsBefore).as("new threads").isLessThan(CALLS / 20);

      budgetIsOver.join();
      Eventually.within(
          PATIENCE, "all end", () -> asked.stream().allMatch(CompletableFuture::isDone));
    } finally {
      redis.resume();
    }
    for (CompletableFuture<StoreReply> future : asked) {
      assertThatThrownBy(future::join).cause().isInstanceOf(QuotaStoreException.class);
    }
  }

  private static long waitedMillis(ThreadInfo thread) {
    return thread.getWaitedTime() + thread.getBlockedTime();
  }

  /** Returns the threads within this store that stand still, except the one that watches Redis. */
  private static List<ThreadInfo> waiting(boolean exceptWatch) {
    return Arrays.stream(THREADS.dumpAllThreads(true, true))
        .filter(thread -> thread.getThreadState() != Thread.State.RUNNABLE)
        .filter(thread -> isIn(thread, "dev.quota.redis."))
        .filter(thread -> !exceptWatch || !isIn(thread, WATCH))
        .filter(thread -> thread.getThreadId() != Thread.currentThread().getId())
        .toList();
  }

  private static boolean isIn(ThreadInfo thread, String prefix) {
    return Stream.of(thread.getStackTrace())
        .anyMatch(
            frame ->
                frame.getClassName().startsWith(prefix) && !frame.getClassName().endsWith("Test"));
  }

  @Test
  void whoWaitsHoldsNoLock() throws Exception {
    RedisQuotaStore store = patientStore();
    List<StoreCommand> commands = commands(0);
    ExecutorService callers = Executors.newFixedThreadPool(commands.size());
    redis.pause();
    try {
      for (StoreCommand command : commands) {
        var unused = callers.submit(() -> store.execute(command));
      }
      Eventually.within(PATIENCE, "all wait", () -> waiting(true).size() == commands.size());
      for (ThreadInfo thread : waiting(false)) {
        assertThat(thread.getLockedMonitors()).as("monitors of %s", thread).isEmpty();
        assertThat(thread.getLockedSynchronizers())
            .as("locks of %s", thread)
            .allMatch(lock -> lock.getClassName().endsWith("ThreadPoolExecutor$Worker"));
      }
    } finally {
      redis.resume();
      callers.shutdown();
      assertThat(callers.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
    }
  }
}
