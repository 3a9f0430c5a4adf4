package dev.quota.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quota.Decision;
import dev.quota.QuotaSnapshot;
import dev.quota.Quotas;
import dev.quota.Subject;
import dev.quota.policy.OnStoreFailure;
import dev.quota.policy.QuotaPolicy;
import dev.quota.spi.Entry;
import dev.quota.spi.StoreCommand;
import dev.quota.store.Accuracy;
import dev.quota.store.QuotaStoreException;
import dev.quota.store.QuotaStoreException.Applied;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongFunction;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Looks at states are free, and so they come in floods. They change no decision about a charge. */
@Timeout(120)
@Tag("topology")
final class ReadFloodTest {

  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int MOST_READS = 4;

  private static RedisProcess redis;

  @BeforeAll
  static void startRedis() {
    redis = RedisProcess.start();
  }

  @AfterAll
  static void stopRedis() {
    redis.close();
  }

  private static StoreCommand.Peek peek(String user) {
    return new StoreCommand.Peek(List.of(MonthlyUnits.of(user).entry(1)));
  }

  private static boolean isShed(CompletionStage<?> read) {
    return read.toCompletableFuture()
        .handle(
            (reply, failure) ->
                RedisFailure.unwrapped(failure) instanceof QuotaStoreException known
                    && known.isShed())
        .join();
  }

  /** Keeps the reads of a test under way. */
  private static RedisQuotaStore hungStore(int failuresBeforeOpen) {
    RedisQuotaStore store =
        RedisQuotaStore.builder(redis.address())
            .timeBudget(PATIENCE)
            .maxReadsInFlight(MOST_READS)
            .failuresBeforeOpen(failuresBeforeOpen)
            .build();
    Eventually.within(PATIENCE, "answers", () -> store.health().available());
    redis.pause();
    return store;
  }

  @Test
  void noMoreThanTheBoundAreUnderWayAndChargesAreSentAllTheSame() {
    try (RedisQuotaStore store = hungStore(1_000)) {
      for (int i = 0; i < MOST_READS; i++) {
        CompletionStage<?> unused = store.executeAsync(peek("reader" + i));
      }
      assertThatThrownBy(() -> store.execute(peek("one more")))
          .isInstanceOfSatisfying(QuotaStoreException.class, e -> assertThat(e.isShed()).isTrue())
          .hasMessage("4 reads wait for Redis already; this one was not sent");
      CompletionStage<?> charge = store.executeAsync(MonthlyUnits.of("payer").take(1));
      assertThat(store.health().detail()).startsWith("Answering; 1 call waits.");

      redis.resume();

      assertThat(charge.toCompletableFuture()).succeedsWithin(PATIENCE);
      assertThat(store.health().detail())
          .contains("1 looks at states were not sent because too many were under way.");
    } finally {
      redis.resume();
    }
  }

  /** A charge of zero looks too, and a range that was refused looks for less. */
  @Test
  void aLookThatADecisionDependsOnIsNeverShed() {
    try (RedisQuotaStore store = hungStore(1_000)) {
      for (int i = 0; i < MOST_READS; i++) {
        CompletionStage<?> unused = store.executeAsync(peek("reader" + i));
      }
      CompletionStage<?> step =
          store.executeAsync(
              new StoreCommand.Peek(List.of(MonthlyUnits.of("payer").entry(1)), true));
      redis.resume();
      assertThat(step.toCompletableFuture()).succeedsWithin(PATIENCE);
    } finally {
      redis.resume();
    }
  }

  @Test
  void readsAreShedFirstWhileChargesWait() {
    try (RedisQuotaStore store =
        RedisQuotaStore.builder(redis.address())
            .timeBudget(PATIENCE)
            .maxCallsInFlight(10)
            .failuresBeforeOpen(1_000)
            .build()) {
      Eventually.within(PATIENCE, "answers", () -> store.health().available());
      redis.pause();
      List<CompletionStage<?>> charges = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        charges.add(store.executeAsync(MonthlyUnits.of("payer" + i).take(1)));
      }
      assertThat(isShed(store.executeAsync(peek("reader")))).isTrue();
      charges.add(store.executeAsync(MonthlyUnits.of("payer7").take(1)));
      redis.resume();
      charges.forEach(charge -> assertThat(charge.toCompletableFuture()).succeedsWithin(PATIENCE));
    } finally {
      redis.resume();
    }
  }

  @Test
  void readsThatTimeOutNeverOpenTheBreaker() {
    try (RedisQuotaStore store =
        RedisQuotaStore.builder(redis.address())
            .timeBudget(Duration.ofMillis(20))
            .failuresBeforeOpen(1)
            .build()) {
      Eventually.within(PATIENCE, "answers", () -> store.health().available());
      redis.pause();
      for (int i = 0; i < 10; i++) {
        assertThatThrownBy(() -> store.execute(peek("reader")))
            .isInstanceOf(QuotaStoreException.class);
        assertThat(store.health().available()).isTrue();
      }
    } finally {
      redis.resume();
    }
  }

  @Test
  void readsOfTheSameKeysTravelTogetherAndHoldUpNoCharge() {
    HeldScripts held = new HeldScripts();
    KeyQueues queues = new KeyQueues(held.wire(Optional.of(() -> 0L)), 0, true);
    RedisKeys keys = new RedisKeys("q", Optional.empty());
    Shard shard =
        new Shard("redis", "probe", new Breaker(9, () -> {}, "none yet"), new ServerTime());
    for (int i = 0; i < 100; i++) {
      queues.send(pendingCall(true, keys), shard);
    }
    assertThat(held.count()).isEqualTo(1);
    queues.send(pendingCall(false, keys), shard);
    assertThat(held.count()).as("the charge goes at once").isEqualTo(2);
    held.get(0).grant();
    assertThat(held.count()).as("the other reads are one call").isEqualTo(3);
    held.get(2).grant();
    assertThat(held.count()).isEqualTo(3);
  }

  private static PendingCall pendingCall(boolean peek, RedisKeys keys) {
    TakeCall call = TakeCall.of(List.of(MonthlyUnits.of("u").entry(1)), peek, keys);
    return new PendingCall(
        call,
        System.nanoTime() + PATIENCE.toNanos(),
        () -> {
          throw new AssertionError("another script was asked");
        });
  }

  @Test
  void readsThatTheOtherScriptAnswersTravelTogetherToo() {
    JoinedReads reads = new JoinedReads();
    List<Entry> entries = List.of(MonthlyUnits.of("u").entry(1));
    List<CompletableFuture<byte[]>> sent = new ArrayList<>();
    LongFunction<CompletableFuture<byte[]>> sending =
        nanos -> {
          sent.add(new CompletableFuture<>());
          return sent.get(sent.size() - 1);
        };
    List<CompletableFuture<byte[]>> replies = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      replies.add(reads.ask(entries, i, sending));
    }
    CompletableFuture<byte[]> other =
        reads.ask(List.of(MonthlyUnits.of("other").entry(1)), 0, sending);
    assertThat(sent).hasSize(2);

    sent.get(0).complete(new byte[] {1});
    assertThat(replies.get(0)).isCompletedWithValueMatching(reply -> reply[0] == 1);
    assertThat(sent).as("those that came meanwhile share one").hasSize(3);
    sent.get(2).completeExceptionally(new QuotaStoreException("gone", Applied.NO, null));
    assertThat(replies.subList(1, 100)).allMatch(CompletableFuture::isCompletedExceptionally);
    assertThat(other).isNotDone();

    CompletableFuture<byte[]> later = reads.ask(entries, 0, sending);
    assertThat(sent).as("nothing is kept of what is over").hasSize(4);
    sent.get(3).complete(new byte[] {2});
    assertThat(later).isCompletedWithValueMatching(reply -> reply[0] == 2);
  }

  @Test
  void aReadThatCannotBeSentHoldsUpNoLaterOne() {
    JoinedReads reads = new JoinedReads();
    List<Entry> entries = List.of(MonthlyUnits.of("u").entry(1));
    CompletableFuture<byte[]> failed =
        reads.ask(
            entries,
            0,
            nanos -> {
              throw new IllegalStateException("no");
            });
    assertThat(failed).isCompletedExceptionally();
    CompletableFuture<byte[]> next =
        reads.ask(entries, 0, nanos -> CompletableFuture.completedFuture(new byte[] {1}));
    assertThat(next).isCompleted();
  }

  @Test
  void aFloodChangesNoDecisionAboutCharges() {
    QuotaPolicy images =
        QuotaPolicy.builder("images")
            .limit("daily", "5 per calendar month")
            .onStoreFailure(OnStoreFailure.LOCAL)
            .build();
    try (Quotas quotas =
            Quotas.builder()
                .policy(images)
                .store(RedisQuotaStore.connect(redis.address()))
                .build();
        Traffic flood =
            Traffic.start(
                100,
                caller -> {
                  QuotaSnapshot states = quotas.states(Subject.user("reader" + caller % 50));
                  assertThat(states.quotas()).hasSize(1);
                })) {
      flood.await(2_000);
      AtomicInteger served = new AtomicInteger();
      for (int i = 0; i < 40; i++) {
        Decision decision = quotas.charge(Subject.user("payer"), "images", 1);
        served.addAndGet(decision instanceof Decision.Allowed ? 1 : 0);
        flood.await(100);
      }
      flood.stop();
      assertThat(served).hasValue(5);
      assertThat(quotas.health().available()).isTrue();
    }
  }

  @Test
  void aReadThatWasShedSaysThatNothingIsKnownAndWhenToAskAgain() {
    QuotaPolicy images =
        QuotaPolicy.builder("images").limit("daily", "5 per calendar month").build();
    try (RedisQuotaStore store = hungStore(1_000);
        Quotas quotas = Quotas.builder().policy(images).store(store).build()) {
      for (int i = 0; i < MOST_READS; i++) {
        CompletionStage<?> unused = store.executeAsync(peek("reader" + i));
      }
      QuotaSnapshot states = quotas.states(Subject.user("reader"));
      assertThat(states.quotas().get(0).accuracy()).isEqualTo(Accuracy.UNKNOWN);
      assertThat(states.quotas().get(0).retryAfter().orElseThrow())
          .isBetween(Duration.ofSeconds(2), Duration.ofSeconds(5));
      redis.resume();
    } finally {
      redis.resume();
    }
  }
}
