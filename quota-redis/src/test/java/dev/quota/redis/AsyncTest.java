package dev.quota.redis;

import static dev.quota.redis.Charges.ALICE;
import static dev.quota.redis.Charges.daily;
import static dev.quota.redis.Charges.isDone;
import static dev.quota.redis.Charges.limit;
import static dev.quota.redis.Charges.take;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quota.spi.Key;
import dev.quota.spi.StoreReply;
import dev.quota.store.QuotaStoreException;
import dev.quota.store.QuotaStoreException.Applied;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The asynchronous form under a Redis that stands still: nobody waits who need not wait. */
final class AsyncTest extends OnRedis {

  private static final int CALLS = 400;

  private final ExecutorService threads =
      Executors.newCachedThreadPool(task -> new Thread(task, "of-the-application"));

  private final CountDownLatch slowOnesMayEnd = new CountDownLatch(1);

  @AfterEach
  void endThreads() {
    slowOnesMayEnd.countDown();
    threads.shutdownNow();
  }

  private RedisQuotaStore warmStore(Duration budget) {
    RedisQuotaStore store =
        store(builder -> builder.executor(threads).timeBudget(budget).maxCallsInFlight(10_000));
    for (int i = 0; i < 200; i++) {
      store.executeAsync(take(key(i), 1, daily(CALLS))).toCompletableFuture().join();
    }
    return store;
  }

  private static Key key(int i) {
    return new Key("user", "user", "warm" + i, "chat");
  }

  private static CompletableFuture<StoreReply> ask(RedisQuotaStore store, Key key) {
    return store.executeAsync(take(key, 1, daily(CALLS))).toCompletableFuture();
  }

  @Tag("timing")
  @Test
  void callersOfAPausedRedisGoOnAtOnceAndHearTheirOwnAnswersLater() {
    RedisQuotaStore store = warmStore(PATIENCE);
    Queue<String> completedOn = new ConcurrentLinkedQueue<>();
    List<CompletableFuture<StoreReply>> asked = new ArrayList<>();
    List<Long> nanos = new ArrayList<>();
    redis.pause();
    try {
      for (int i = 0; i < CALLS; i++) {
        // Half for one key, which travel together, and half for keys of their own.
        for (Key key : List.of(ALICE, key(i))) {
          long start = System.nanoTime();
          CompletableFuture<StoreReply> future = ask(store, key);
          nanos.add(System.nanoTime() - start);
          asked.add(future);
          CompletableFuture<Void> unused =
              future.thenAccept(reply -> completedOn.add(Thread.currentThread().getName()));
        }
      }
      assertThat(asked).noneMatch(CompletableFuture::isDone);
    } finally {
      redis.resume();
    }
    // Nobody joins before, who would lend a thread to what is chained.
    Eventually.within(PATIENCE, "all are told", () -> completedOn.size() == 2 * CALLS);
    List<StoreReply> replies = asked.stream().map(CompletableFuture::join).toList();

    Collections.sort(nanos);
    assertThat(nanos.get(CALLS)).as("nanoseconds of the median call").isLessThan(1_000_000);
    assertThat(nanos.get(2 * CALLS - 1)).as("of the slowest").isLessThan(500_000_000);
    assertThat(replies).allMatch(Charges::isDone);
    assertThat(LongStream.range(0, CALLS).map(i -> limit(replies.get(2 * (int) i), 0).used()))
        .as("each its own place in the row")
        .containsExactlyElementsOf(LongStream.rangeClosed(1, CALLS).boxed().toList());
    assertThat(completedOn).containsOnly("of-the-application");
    assertThat(isDone(store.execute(take(ALICE, 1, daily(CALLS))))).isFalse();
  }

  @Test
  void nobodyWaitsForAnotherCallersSlowConsumer() throws Exception {
    RedisQuotaStore store = warmStore(PATIENCE);
    CountDownLatch slowOnesAreThere = new CountDownLatch(50);
    List<CompletableFuture<StoreReply>> fast = new ArrayList<>();
    redis.pause();
    try {
      for (int i = 0; i < 100; i++) {
        CompletableFuture<StoreReply> future = ask(store, ALICE);
        if (i % 2 == 0) {
          CompletableFuture<Void> unused =
              future.thenAccept(
                  reply -> {
                    slowOnesAreThere.countDown();
                    awaitEnd();
                  });
        } else {
          fast.add(future);
        }
      }
    } finally {
      redis.resume();
    }

    // The slow ones block until the end of the test.
    fast.forEach(
        future -> assertThat(isDone(future.orTimeout(10, TimeUnit.SECONDS).join())).isTrue());
    assertThat(slowOnesAreThere.await(10, TimeUnit.SECONDS)).isTrue();
    for (int i = 0; i < 50; i++) {
      assertThat(isDone(store.execute(take(ALICE, 1, daily(CALLS))))).isTrue();
      assertThat(isDone(ask(store, ALICE).orTimeout(10, TimeUnit.SECONDS).join())).isTrue();
    }
  }

  @Test
  void manyAnswersNeedFewThreadsOfTheStoresOwn() {
    RedisQuotaStore store = store(builder -> builder.timeBudget(PATIENCE));
    Map<Long, String> threadsById = new ConcurrentHashMap<>();
    List<CompletableFuture<Void>> asked = new ArrayList<>();
    for (int i = 0; i < CALLS; i++) {
      asked.add(
          ask(store, ALICE)
              .thenAccept(
                  reply -> {
                    Thread thread = Thread.currentThread();
                    threadsById.put(thread.getId(), thread.getName());
                  }));
    }
    asked.forEach(CompletableFuture::join);

    // What was answered before it was chained runs here.
    threadsById.remove(Thread.currentThread().getId());
    assertThat(threadsById.values()).allMatch(name -> name.startsWith("quota-redis-"));
    assertThat(threadsById)
        .hasSizeLessThanOrEqualTo(2 * Runtime.getRuntime().availableProcessors());
  }

  private void awaitEnd() {
    try {
      slowOnesMayEnd.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void whoWasNotAnsweredInTimeIsToldSoOnTheExecutorAndHowUnsureThatIs() {
    RedisQuotaStore store = warmStore(Duration.ofMillis(300));
    Queue<String> completedOn = new ConcurrentLinkedQueue<>();
    redis.pause();
    try {
      List<CompletableFuture<StoreReply>> asked = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        asked.add(ask(store, ALICE));
        CompletableFuture<StoreReply> unused =
            asked.get(i).whenComplete((r, e) -> completedOn.add(Thread.currentThread().getName()));
      }
      Eventually.within(PATIENCE, "all are told", () -> completedOn.size() == 20);
      List<Applied> applied = new ArrayList<>();
      for (CompletableFuture<StoreReply> future : asked) {
        assertThatThrownBy(() -> future.orTimeout(10, TimeUnit.SECONDS).join())
            .cause()
            .isInstanceOfSatisfying(
                QuotaStoreException.class, failure -> applied.add(failure.applied()));
      }
      // Two were on their way; whoever waited behind them was never sent.
      assertThat(applied.subList(0, 2)).containsOnly(Applied.UNKNOWN);
      assertThat(applied.subList(2, 20)).containsOnly(Applied.NO);
    } finally {
      redis.resume();
    }
    assertThat(completedOn).containsOnly("of-the-application");
  }
}
