package dev.quota.redis;

import static dev.quota.redis.Charges.ALICE;
import static dev.quota.redis.Charges.BOB;
import static dev.quota.redis.Charges.daily;
import static dev.quota.redis.Charges.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quota.spi.Entry;
import dev.quota.spi.LimitSpec;
import dev.quota.spi.OnShort;
import dev.quota.store.ManualClock;
import dev.quota.store.QuotaStoreException;
import dev.quota.store.QuotaStoreException.Applied;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.redisson.client.RedisTimeoutException;

@Timeout(60)
@SuppressWarnings("FutureReturnValueIgnored") // many only take a place in a queue
final class KeyQueuesTest {

  private static final long LEAST_NANOS = Duration.ofMillis(5).toNanos();

  private final ManualClock clock = ManualClock.at("2026-11-23T14:59:30Z");
  private final HeldScripts redis = new HeldScripts();
  private final KeyQueues queues = new KeyQueues(redis.wire(Optional.of(clock)), LEAST_NANOS, true);
  private final RedisKeys keys = new RedisKeys("q", Optional.empty());
  private final Breaker breaker = new Breaker(1_000, () -> {}, "not connected");
  private final Shard shard = new Shard("redis", "probe", breaker, new ServerTime());

  /** Nothing here is kept with anything that takes another script. */
  private static Asking otherWay() {
    throw new AssertionError("plain counts were taken for others");
  }

  private PendingCall send(Entry entry) {
    return send(entry, Duration.ofSeconds(30));
  }

  private PendingCall send(Entry entry, Duration patience) {
    PendingCall pendingCall =
        new PendingCall(
            take(entry), System.nanoTime() + patience.toNanos(), KeyQueuesTest::otherWay);
    queues.send(pendingCall, shard);
    return pendingCall;
  }

  private PendingCall sendCost(long cost) {
    return send(entry(ALICE, cost, daily(50)));
  }

  private static List<Integer> indexes(List<PendingCall> pendingCalls) {
    return pendingCalls.stream().map(pendingCall -> pendingCall.join().index()).toList();
  }

  @Test
  void twoBatchesOfOneKeyAreOnTheirWayAndTheRestTravelsTogether() {
    List<PendingCall> pendingCalls = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      pendingCalls.add(sendCost(1));
    }
    assertThat(redis.count()).isEqualTo(2);

    redis.get(1).grant();

    assertThat(redis.count()).as("the next goes with the first reply").isEqualTo(3);
    assertThat(redis.get(2).calls()).isEqualTo(3);
    assertThat(pendingCalls.get(1)).isDone();
    assertThat(pendingCalls.get(0)).isNotDone();
    redis.get(0).grant();
    redis.get(2).grant();
    assertThat(indexes(pendingCalls)).containsExactly(0, 0, 0, 1, 2);
    assertThat(redis.count()).isEqualTo(3);
  }

  @Test
  void aReplyMakesRoomForOneMoreAndNotForTwo() {
    sendCost(1);
    sendCost(1);
    redis.get(0).grant();

    sendCost(1);
    assertThat(redis.count()).isEqualTo(3);
    sendCost(1);
    assertThat(redis.count()).isEqualTo(3);
    redis.get(1).grant();
    assertThat(redis.count()).isEqualTo(4);
  }

  @Test
  void aKeyIsNotHeldUpByAnother() {
    sendCost(1);
    sendCost(1);
    sendCost(1);

    send(entry(BOB, 1, daily(50)));

    assertThat(redis.count()).isEqualTo(3);
    assertThat(redis.get(2).keys()).isNotEqualTo(redis.get(1).keys());
  }

  @Test
  void differentCostsNeverMixAndWhoCameFirstLeavesFirst() {
    sendCost(9);
    sendCost(9);
    for (long cost : new long[] {1, 1, 2, 1, 3, 3}) {
      sendCost(cost);
    }

    for (int i = 0; i < 6; i++) {
      redis.get(i).grant();
    }

    List<String> left = new ArrayList<>();
    for (int i = 2; i < redis.count(); i++) {
      left.add(redis.get(i).calls() + " x " + redis.get(i).cost());
    }
    assertThat(left).containsExactly("2 x 1", "1 x 2", "1 x 1", "2 x 3");
  }

  @Test
  void onlyWhoAsksTheSameOfTheSameLimitsJoins() {
    Entry same = entry(ALICE, 1, daily(50));
    List<LimitSpec> limits = same.limits();
    TakeCall call = take(same);

    assertThat(call.canJoin(take(same))).isTrue();
    assertThat(call.canJoin(take(new Entry(ALICE, limits, 1, 1, 7, OnShort.REFUSE_ALL))))
        .as("what it would ask next is its own affair")
        .isTrue();
    for (TakeCall other :
        List.of(
            take(entry(ALICE, 1, daily(51))),
            take(entry(ALICE, 2, daily(50))),
            take(entry(BOB, 1, daily(50))),
            take(new Entry(ALICE, limits, 1, 1, 1, OnShort.SKIP)),
            take(new Entry(ALICE, limits, 0, 1, 1, OnShort.REFUSE_ALL)),
            take(same, entry(BOB, 1, daily(50))),
            TakeCall.of(List.of(same), true, keys))) {
      assertThat(call.canJoin(other)).isFalse();
      assertThat(other.canJoin(call)).isFalse();
    }
    TakeCall partial = take(new Entry(ALICE, limits, 1, 5, 1, OnShort.REFUSE_ALL));
    assertThat(partial.canJoin(partial)).as("who takes a part travels alone").isFalse();
  }

  private TakeCall take(Entry... entries) {
    return TakeCall.of(List.of(entries), false, keys);
  }

  @Test
  void aBatchIsFullWith256Calls() {
    sendCost(1);
    sendCost(1);
    for (int i = 0; i < 300; i++) {
      sendCost(1);
    }

    redis.get(0).grant();
    redis.get(1).grant();

    assertThat(redis.get(2).calls()).isEqualTo(256);
    assertThat(redis.get(3).calls()).isEqualTo(44);
  }

  @Test
  void whoLeavesBeforeItsBatchIsNotCharged() {
    sendCost(1);
    sendCost(1);
    PendingCall stays = sendCost(1);
    PendingCall leaves = sendCost(1);
    PendingCall alsoStays = sendCost(1);

    assertThat(leaves.leave()).isEqualTo(Applied.NO);

    redis.get(0).grant();
    assertThat(redis.get(2).calls()).isEqualTo(2);
    redis.get(2).grant();
    assertThat(indexes(List.of(stays, alsoStays))).containsExactly(0, 1);
    assertThat(leaves).isNotDone();
  }

  @Test
  void aBatchThatAllHaveLeftIsNotSent() {
    sendCost(1);
    sendCost(1);
    PendingCall leaves = sendCost(1);
    PendingCall other = sendCost(2);
    assertThat(leaves.leave()).isEqualTo(Applied.NO);

    redis.get(0).grant();

    assertThat(redis.get(2).cost()).isEqualTo(2);
    redis.get(2).grant();
    assertThat(other).isDone();
  }

  @Test
  void whoLeavesAfterItsBatchMayBeCharged() {
    sendCost(1);
    sendCost(1);
    PendingCall leaves = sendCost(1);
    PendingCall stays = sendCost(1);
    redis.get(0).grant();

    assertThat(leaves.leave()).isEqualTo(Applied.UNKNOWN);

    assertThat(redis.get(2).reply()).as("one still waits").isNotDone();
    redis.get(2).grant();
    assertThat(stays.join().index()).isEqualTo(1);
  }

  @Test
  void theLastToLeaveEndsTheWaitingAndTheNextBatchGoes() {
    PendingCall one = sendCost(1);
    PendingCall two = sendCost(1);
    sendCost(1);

    assertThat(one.leave()).isEqualTo(Applied.UNKNOWN);

    assertThat(redis.get(0).reply()).isCancelled();
    assertThat(redis.count()).isEqualTo(3);
    assertThat(two).isNotDone();
  }

  @Test
  void whoHasNextToNoTimeLeftIsLetOffUnsentAndNobodyHurriesForIt() {
    sendCost(1);
    sendCost(1);
    PendingCall hurried = send(entry(ALICE, 1, daily(50)), Duration.ofMillis(1));
    PendingCall patient = sendCost(1);

    redis.get(0).grant();

    assertThatThrownBy(() -> hurried.orTimeout(5, TimeUnit.SECONDS).join())
        .cause()
        .isInstanceOfSatisfying(
            QuotaStoreException.class,
            failure -> assertThat(failure.applied()).isEqualTo(Applied.NO));
    assertThat(redis.get(2).calls()).isEqualTo(1);
    redis.get(2).grant();
    assertThat(patient.join().index()).isZero();
  }

  @Test
  void aFailureIsEverybodysOfTheBatchAndTheNextOneGoes() {
    sendCost(1);
    sendCost(1);
    PendingCall one = sendCost(1);
    PendingCall two = sendCost(1);
    redis.get(0).grant();
    PendingCall next = sendCost(1);

    redis.get(2).reply().completeExceptionally(new RedisTimeoutException("no reply"));

    for (PendingCall failed : List.of(one, two)) {
      assertThatThrownBy(failed::join)
          .isInstanceOf(CompletionException.class)
          .cause()
          .isInstanceOfSatisfying(
              QuotaStoreException.class,
              failure -> assertThat(failure.applied()).isEqualTo(Applied.UNKNOWN));
    }
    redis.get(3).grant();
    assertThat(next).isDone();
  }

  @Test
  void nobodyIsLostOrAnsweredTwiceWhenManyThreadsSendAndRepliesComeInAnyOrder() throws Exception {
    int threads = 6;
    int each = 1_500;
    ExecutorService pool = Executors.newFixedThreadPool(threads + 1);
    try {
      List<Future<List<PendingCall>>> runs = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        runs.add(
            pool.submit(
                () -> {
                  List<PendingCall> pendingCalls = new ArrayList<>();
                  for (int j = 0; j < each; j++) {
                    pendingCalls.add(sendCost(1 + j % 3 / 2));
                  }
                  return pendingCalls;
                }));
      }
      Future<Integer> answers =
          pool.submit(
              () -> {
                int calls = 0;
                for (int i = 0; calls < threads * each; i++) {
                  int next = i;
                  Eventually.within(
                      Duration.ofSeconds(20), "a batch comes", () -> redis.count() > next);
                  assertThat(redis.count() - i).as("on their way").isBetween(1, 2);
                  calls += redis.get(i).calls();
                  redis.get(i).grant();
                }
                return calls;
              });
      for (Future<List<PendingCall>> run : runs) {
        for (PendingCall pendingCall : run.get(40, TimeUnit.SECONDS)) {
          assertThat(pendingCall.orTimeout(20, TimeUnit.SECONDS).join().index()).isBetween(0, 255);
        }
      }
      assertThat(answers.get(20, TimeUnit.SECONDS)).isEqualTo(threads * each);
    } finally {
      pool.shutdownNow();
    }
  }
}
