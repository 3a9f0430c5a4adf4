package dev.quota.redis;

import static dev.quota.redis.Charges.ALICE;
import static dev.quota.redis.Charges.daily;
import static dev.quota.redis.Charges.entry;
import static dev.quota.redis.Charges.isDone;
import static dev.quota.redis.Charges.limit;
import static dev.quota.redis.Charges.name;
import static dev.quota.redis.Charges.used;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quota.spi.StoreReply;
import dev.quota.store.QuotaStoreException;
import dev.quota.store.QuotaStoreException.Applied;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.redisson.client.RedisNodeNotFoundException;

/** What comes too early or too late is not carried out, and asked once more where there is time. */
final class ExchangeTest extends OnRedis {

  private static final long MILLI = 1_000_000;

  private final RedisKeys keys = new RedisKeys("q", Optional.empty());
  private final ServerTime time = new ServerTime();
  private final Breaker breaker = new Breaker(2, () -> {}, "not connected");
  private final Shard shard = new Shard("redis", "probe", breaker, time);
  private final TakeCall call = TakeCall.of(List.of(entry(ALICE, 1, daily(50))), false, keys);
  private final Script script = TakeScript.of(call.shape, Script.Clock.REDIS);

  @BeforeEach
  void loadScript() {
    redis.command("SCRIPT", "LOAD", script.text());
    breaker.close();
  }

  private static Wire wire() {
    return new Wire(client, PATIENCE, Optional.empty());
  }

  /** Makes the time look known, and wrong by so much. */
  private void learnWrongly(long aheadMillis) {
    long now = System.nanoTime();
    time.learn(redisMillis() + aheadMillis, now - MILLI, now);
  }

  /** Nothing here is kept with anything that takes another script. */
  private static Asking otherWay() {
    throw new AssertionError("plain counts were taken for others");
  }

  private PendingCall send(Wire wire, Duration patience) {
    PendingCall pendingCall =
        new PendingCall(call, System.nanoTime() + patience.toNanos(), ExchangeTest::otherWay);
    new KeyQueues(wire, 0, true).send(pendingCall, shard);
    return pendingCall;
  }

  @ParameterizedTest(name = "from {0} ms to {1} ms after now")
  @CsvSource({"-60000, -1", "60000, 120000", "-60000, -60000"})
  void aCommandOutsideItsTimeChangesNothing(long from, long till) {
    long now = redisMillis();

    ByteBuffer reply =
        ByteBuffer.wrap(
                wire().evaluate(script, call.keys, call.pack(now + from, now + till, 1)).join())
            .order(ByteOrder.LITTLE_ENDIAN);

    assertThat(reply.get()).isEqualTo(TakeReply.CLOCK);
    assertThat(reply.getDouble()).isBetween((double) now, now + 10_000.0);
    assertThat(reply.hasRemaining()).isFalse();
    assertThat(redis.databaseSize()).isZero();
  }

  @Test
  void aCommandWithinItsTimeIsCarriedOut() {
    long now = redisMillis();

    byte[] reply = wire().evaluate(script, call.keys, call.pack(now - 1, now + 60_000, 1)).join();

    assertThat(reply[0]).isEqualTo(TakeReply.DONE);
    assertThat(redis.command("EXISTS", name(ALICE))).isEqualTo(1L);
  }

  @ParameterizedTest(name = "{0} ms ahead")
  @ValueSource(longs = {600_000, -600_000, 86_400_000, -86_400_000})
  void aWrongNotionOfTheTimeCostsOneMoreCallAndNoMoreCharge(long aheadMillis) {
    learnWrongly(aheadMillis);
    redis.resetStatistics();

    PendingCall.Answer answer = send(wire(), PATIENCE).join();

    StoreReply reply = TakeReply.read(call, answer.reply(), answer.index());
    assertThat(isDone(reply)).isTrue();
    assertThat(limit(reply, 0).used()).isEqualTo(1);
    assertThat(redis.calls("evalsha")).isEqualTo(2);
    assertThat(used(store(builder -> builder), ALICE, daily(50))).isEqualTo(1);
    assertThat(time.earliestMillis(System.nanoTime()))
        .as("learned")
        .isBetween(redisMillis() - 10_000, redisMillis());
    assertThat(breaker.outage()).isNull();
  }

  @Test
  void theWindowsAreResolvedAnewWithTheTimeThatWasLearned() {
    learnWrongly(Duration.ofDays(-40).toMillis());

    PendingCall.Answer answer = send(wire(), PATIENCE).join();

    StoreReply reply = TakeReply.read(call, answer.reply(), answer.index());
    assertThat(limit(reply, 0).resetAtMillis().orElseThrow())
        .isBetween(redisMillis(), redisMillis() + Duration.ofDays(1).toMillis());
  }

  @Test
  void isAskedOnceMoreAndNotForEver() {
    learnWrongly(0);
    HeldScripts held = new HeldScripts();
    PendingCall pendingCall = send(held.wire(Optional.empty()), PATIENCE);

    held.get(0).refuseByClock(redisMillis());
    assertThat(held.count()).isEqualTo(2);
    held.get(1).refuseByClock(redisMillis());

    assertThat(held.count()).isEqualTo(2);
    assertFailedUnapplied(pendingCall, "after its time");
    assertThat(breaker.outage()).as("Redis answers").isNull();
  }

  @Test
  void isNotAskedOnceMoreWhenNobodyWaitsAnyMore() {
    learnWrongly(0);
    HeldScripts held = new HeldScripts();
    PendingCall pendingCall = send(held.wire(Optional.empty()), Duration.ofMillis(20));

    awaitEnd(pendingCall);
    held.get(0).refuseByClock(redisMillis());

    assertThat(held.count()).isEqualTo(1);
    assertFailedUnapplied(pendingCall, "after its time");
  }

  private static void awaitEnd(PendingCall pendingCall) {
    Eventually.within(
        PATIENCE, "its time is over", () -> System.nanoTime() > pendingCall.giveUpNanos);
  }

  private static void assertFailedUnapplied(PendingCall pendingCall, String words) {
    assertThatThrownBy(pendingCall::join)
        .cause()
        .isInstanceOfSatisfying(
            QuotaStoreException.class,
            failure -> {
              assertThat(failure.applied()).isEqualTo(Applied.NO);
              assertThat(failure).hasMessageContaining(words);
            });
  }

  private PendingReply<PendingCall.Answer> pending(Wire wire, Duration patience) {
    PendingCall pendingCall = send(wire, patience);
    return new PendingReply<>(
        pendingCall,
        answer -> TakeReply.read(call, answer.reply(), answer.index()),
        pendingCall::leave,
        pendingCall.giveUpNanos);
  }

  @Test
  void anInterruptedCallerFreesTheConnectionAndSaysNothingAboutRedis() {
    learnWrongly(0);
    HeldScripts held = new HeldScripts();
    Wire wire = held.wire(Optional.empty());

    for (int i = 0; i < 5; i++) {
      PendingReply<PendingCall.Answer> pending = pending(wire, PATIENCE);
      Thread.currentThread().interrupt();
      assertThatThrownBy(pending::await).hasMessageContaining("interrupted");
      assertThat(Thread.interrupted()).as("still told").isTrue();
      assertThat(held.get(i).reply()).isCancelled();
    }

    assertThat(breaker.outage()).isNull();
  }

  @Test
  void aCallerWhoseTimeIsOverCountsAgainstRedis() {
    learnWrongly(0);
    Wire wire = new HeldScripts().wire(Optional.empty());

    for (int i = 0; i < 2; i++) {
      PendingReply<PendingCall.Answer> pending = pending(wire, Duration.ofMillis(20));
      assertThatThrownBy(pending::await).hasMessageContaining("within the time budget");
    }

    Eventually.within(PATIENCE, "silence opens it", () -> breaker.outage() != null);
    assertThat(breaker.outage().reason()).isEqualTo(RedisFailure.NO_ANSWER.sentence);
  }

  @Test
  void aReplyAfterItsTimeIsASignOfLifeAndReachesNobody() {
    learnWrongly(0);
    HeldScripts held = new HeldScripts();
    Wire wire = held.wire(Optional.empty());

    PendingReply<PendingCall.Answer> pending = pending(wire, Duration.ofMillis(20));
    assertThatThrownBy(pending::await).hasMessageContaining("within the time budget");
    assertThat(held.get(0).reply()).as("still listened to").isNotDone();
    breaker.open("silent");
    held.get(0).grant();

    assertThat(breaker.outage()).isNull();
    assertThat(breaker.isHalfOpen()).isTrue();
    assertThat(pending.future()).isCompletedExceptionally();
  }

  @Test
  void aCallerWhoGaveUpHoldsUpNobodyElse() {
    learnWrongly(0);
    HeldScripts held = new HeldScripts();
    KeyQueues queues = new KeyQueues(held.wire(Optional.empty()), 0, true);
    for (int i = 0; i < 2; i++) {
      PendingCall pendingCall =
          new PendingCall(
              call, System.nanoTime() + Duration.ofMillis(20).toNanos(), ExchangeTest::otherWay);
      queues.send(pendingCall, shard);
      awaitEnd(pendingCall);
      pendingCall.leave();
    }

    PendingCall next =
        new PendingCall(call, System.nanoTime() + PATIENCE.toNanos(), ExchangeTest::otherWay);
    queues.send(next, shard);

    assertThat(held.count()).isEqualTo(3);
    held.get(2).grant();
    assertThat(next).succeedsWithin(PATIENCE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"SET", "RPUSH"})
  void aKeyOfAnotherApplicationKeepsNobodyAwayFromRedis(String write) {
    redis.command(write, name(ALICE), "hello");
    learnWrongly(0);

    for (int i = 0; i < 5; i++) {
      PendingCall pendingCall = send(wire(), PATIENCE);
      assertThatThrownBy(pendingCall::join).hasMessageFindingMatch("set (a|another) key prefix");
    }

    assertThat(breaker.outage()).isNull();
  }

  private static RedisNodeNotFoundException noMaster() {
    return new RedisNodeNotFoundException("Node for slot: 7 hasn't been discovered yet.");
  }

  @Test
  void asksAgainWhereRedissonHasForgottenTheMasterOfASlotForAMoment() {
    learnWrongly(0);
    HeldScripts held = new HeldScripts();
    PendingCall pendingCall = send(held.wire(Optional.empty()), PATIENCE);

    for (int i = 0; i < 10; i++) {
      held.get(i).reply().completeExceptionally(noMaster());
      int soFar = i + 2;
      Eventually.within(PATIENCE, "asks again", () -> held.count() == soFar);
    }
    held.get(10).grant();

    assertThat(pendingCall).succeedsWithin(PATIENCE);
    assertThat(breaker.outage()).isNull();
  }

  @Test
  void aMasterThatStaysUnknownKeepsNobodyAwayFromTheOthers() {
    learnWrongly(0);
    HeldScripts held = new HeldScripts();
    Wire wire = held.wire(Optional.empty());

    for (int i = 0; i < 5; i++) {
      PendingCall pendingCall = send(wire, Duration.ofMillis(1));
      awaitEnd(pendingCall);
      held.get(i).reply().completeExceptionally(noMaster());
      assertFailedUnapplied(pendingCall, "does not know yet which master");
    }

    assertThat(breaker.outage()).isNull();
  }

  @Test
  void aCommandMustBeThereBeforeItsCallerGivesUp() {
    learnWrongly(0);
    HeldScripts held = new HeldScripts();

    send(held.wire(Optional.empty()), Duration.ofSeconds(2));

    assertThat(held.get(0).tillMillis()).isBetween(redisMillis() - 5_000, redisMillis() + 2_000);
  }
}
