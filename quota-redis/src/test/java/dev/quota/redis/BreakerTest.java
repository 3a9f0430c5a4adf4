package dev.quota.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.redis.History.Outcome;
import dev.quota.redis.ProxyFault.Direction;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
@Tag("topology")
final class BreakerTest {

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final AtomicInteger openings = new AtomicInteger();
  private final History history = new History();
  private final MonthlyUnits units = MonthlyUnits.of("u");

  private Breaker closed(int failuresBeforeOpen) {
    Breaker breaker = new Breaker(failuresBeforeOpen, openings::incrementAndGet, "not yet");
    assertThat(breaker.outage().reason()).isEqualTo("not yet");
    assertThat(breaker.close().reason()).isEqualTo("not yet");
    assertThat(breaker.outage()).isNull();
    return breaker;
  }

  @Test
  void opensAfterFailuresInARowAndNotBefore() {
    Breaker breaker = closed(3);
    breaker.failed("a");
    breaker.failed("b");
    breaker.succeeded();
    breaker.failed("c");
    breaker.failed("d");
    assertThat(breaker.outage()).isNull();
    breaker.failed("e");
    assertThat(breaker.outage().reason()).isEqualTo("e");
    assertThat(openings).hasValue(1);
  }

  @Test
  void renewsItsReasonAndKeepsItsTime() {
    Breaker breaker = closed(1);
    breaker.failed("a");
    long since = breaker.outage().sinceNanos();
    breaker.open("b");
    assertThat(breaker.outage()).isEqualTo(new Breaker.Outage("b", since));
    assertThat(openings).hasValue(1);
    breaker.close();
    breaker.failed("c");
    assertThat(openings).hasValue(2);
  }

  @Test
  void startsCountingAnewOnceItIsClosed() {
    Breaker breaker = closed(2);
    breaker.failed("a");
    breaker.open("the watch saw it first");
    breaker.close();
    breaker.failed("b");
    assertThat(breaker.outage()).isNull();
  }

  /** Runs ticks by hand. */
  private static final class Ticks implements Executor {
    private final Deque<Runnable> waiting = new ArrayDeque<>();

    @Override
    public void execute(Runnable task) {
      waiting.add(task);
    }

    void run(int ticks) {
      for (int i = 0; i < ticks; i++) {
        waiting.remove().run();
      }
    }
  }

  private Breaker closed(int failuresBeforeOpen, Ticks ticks) {
    Breaker breaker = new Breaker(failuresBeforeOpen, openings::incrementAndGet, "not yet", ticks);
    breaker.close();
    return breaker;
  }

  @Test
  void silenceOpensItOnlyAfterThisProcessHasRunForAWhile() {
    Ticks ticks = new Ticks();
    Breaker breaker = closed(2, ticks);
    breaker.timedOut("silent");
    assertThat(ticks.waiting).isEmpty();
    breaker.timedOut("silent");
    breaker.timedOut("silent");
    assertThat(ticks.waiting).as("one doubt at a time").hasSize(1);
    ticks.run(Breaker.SILENT_TICKS - 1);
    assertThat(breaker.outage()).isNull();
    ticks.run(1);
    assertThat(breaker.outage().reason()).isEqualTo("silent");
    assertThat(openings).hasValue(1);
  }

  @Test
  void ticksOfAProcessThatIsLateCountForLess() {
    Ticks ticks = new Ticks();
    Breaker breaker = closed(1, ticks);
    breaker.timedOut("silent");
    for (int i = 1; i < Breaker.MOST_TICKS; i++) {
      long due = System.nanoTime() + Duration.ofMillis(Breaker.TICK_MILLIS).toNanos();
      Eventually.within(PATIENCE, "late", () -> System.nanoTime() - due > Breaker.LATE_TICK_NANOS);
      ticks.run(1);
      assertThat(breaker.outage()).isNull();
    }
    ticks.run(1);
    assertThat(breaker.outage()).as("not for ever").isNotNull();
  }

  @Test
  void anyReplyEndsTheDoubtAndTheCount() {
    Ticks ticks = new Ticks();
    Breaker breaker = closed(2, ticks);
    breaker.timedOut("silent");
    breaker.timedOut("silent");
    ticks.run(3);
    breaker.answeredLate();
    ticks.run(1);
    assertThat(ticks.waiting).isEmpty();
    breaker.timedOut("silent");
    assertThat(ticks.waiting).as("counts anew").isEmpty();
    breaker.timedOut("silent");
    assertThat(ticks.waiting).as("can doubt again").hasSize(1);
    ticks.run(Breaker.SILENT_TICKS);
    assertThat(breaker.outage()).isNotNull();
  }

  @Test
  void aLateReplyMakesAnOpenOneHalfOpenAndOneInTimeClosesIt() {
    Breaker breaker = closed(1);
    breaker.open("silent");
    breaker.answeredLate();
    assertThat(breaker.outage()).isNull();
    assertThat(breaker.isHalfOpen()).isTrue();
    breaker.succeeded();
    assertThat(breaker.isHalfOpen()).isFalse();
    assertThat(breaker.outage()).isNull();
  }

  @Test
  void aReplyInTimeClosesAnOpenOne() {
    Breaker breaker = closed(1);
    breaker.failed("a");
    breaker.succeeded();
    assertThat(breaker.outage()).isNull();
    assertThat(breaker.isHalfOpen()).isFalse();
  }

  @Test
  void onlyLateRepliesInARowMakeAClosedOneHalfOpen() {
    Breaker breaker = closed(3);
    breaker.answeredLate();
    breaker.answeredLate();
    breaker.succeeded();
    breaker.answeredLate();
    breaker.answeredLate();
    assertThat(breaker.isHalfOpen()).isFalse();
    breaker.answeredLate();
    assertThat(breaker.isHalfOpen()).isTrue();
    assertThat(breaker.outage()).as("it lives").isNull();
    breaker.open("gone now");
    assertThat(breaker.isHalfOpen()).isFalse();
  }

  @Test
  void nothingIsSentWhileItIsOpenAndAnAnswerClosesIt() {
    try (RedisProcess redis = RedisProcess.start();
        TcpProxy proxy = TcpProxy.to(redis);
        RedisQuotaStore store =
            RedisQuotaStore.builder(proxy.address())
                .failuresBeforeOpen(3)
                .probeInterval(Duration.ofSeconds(2))
                .build()) {
      Eventually.within(PATIENCE, "granted", () -> ask(store) == Outcome.GRANTED);
      proxy.hold(Direction.TO_CLIENT);
      Eventually.within(PATIENCE, "it opens", () -> ask(store) != Outcome.GRANTED && isOpen(store));
      assertThat(history.check().count(Outcome.FAILED_UNKNOWN)).isLessThanOrEqualTo(4);
      // The watch asks at once; after that not for a while.
      long[] sent = new long[2];
      Eventually.within(
          PATIENCE,
          "the first probe is over",
          () -> {
            long now = redis.calls("evalsha");
            sent[1] = now == sent[0] ? sent[1] + 1 : 0;
            sent[0] = now;
            return sent[1] == 30;
          });
      for (int i = 0; i < 2_000; i++) {
        assertThat(ask(store)).isEqualTo(Outcome.FAILED_NO);
      }
      assertThat(redis.calls("evalsha"))
          .as("connections are pinged all the same")
          .isEqualTo(sent[0]);

      proxy.pass();
      Eventually.within(PATIENCE, "it closes", () -> !isOpen(store));
      Eventually.within(PATIENCE, "granted", () -> ask(store) == Outcome.GRANTED);
      history.check().usedIs(units.used(redis));
    }
  }

  /** A probe that waited as long as for the first connection would keep calls away for as long. */
  @Test
  void closesSoonAfterRepliesComeThroughAgain() {
    try (RedisProcess redis = RedisProcess.start();
        TcpProxy proxy = TcpProxy.to(redis);
        RedisQuotaStore store = RedisQuotaStore.builder(proxy.address()).build()) {
      Eventually.within(PATIENCE, "granted", () -> ask(store) == Outcome.GRANTED);
      proxy.lose(Direction.TO_CLIENT);
      Eventually.within(PATIENCE, "it opens", () -> ask(store) != Outcome.GRANTED && isOpen(store));
      // The worst moment to come back is just after a probe was sent, whose reply is lost.
      long sent = proxy.received(Direction.TO_REDIS);
      Eventually.within(PATIENCE, "it is probed", () -> proxy.received(Direction.TO_REDIS) > sent);

      proxy.pass();

      Eventually.within(Duration.ofMillis(1_800), "it closes", () -> !isOpen(store));
    }
  }

  @Test
  void aRedisThatAnswersTooLateGetsFewCallsUntilOneIsInTime() {
    try (RedisProcess redis = RedisProcess.start();
        TcpProxy proxy = TcpProxy.to(redis);
        RedisQuotaStore store =
            RedisQuotaStore.builder(proxy.address()).timeBudget(Duration.ofMillis(50)).build();
        Traffic traffic = Traffic.start(12, caller -> ask(store))) {
      traffic.await(1_000);
      for (Direction direction : Direction.values()) {
        proxy.delay(direction, Duration.ofMillis(60));
      }
      Eventually.within(
          PATIENCE,
          () -> "half-open: " + store.health(),
          () -> store.health().detail().contains("later than the time budget"));
      assertThat(store.health().available()).isFalse();
      long sent = redis.calls("evalsha");
      traffic.await(100);
      assertThat(redis.calls("evalsha")).as("calls are let through").isGreaterThan(sent);

      proxy.pass();

      Eventually.within(PATIENCE, () -> "closed: " + store.health(), () -> !isOpen(store));
      Eventually.within(PATIENCE, "granted", () -> ask(store) == Outcome.GRANTED);
      traffic.stop();
      history.check().usedIs(units.used(redis));
    }
  }

  private Outcome ask(RedisQuotaStore store) {
    return history.take(store, units.take(1));
  }

  private static boolean isOpen(RedisQuotaStore store) {
    return !store.health().available();
  }

  @Test
  void staysClosedForWhatIsWrongWithOneKeyOnly() {
    try (RedisProcess redis = RedisProcess.start();
        RedisQuotaStore store =
            RedisQuotaStore.builder(redis.address()).timeBudget(Duration.ofSeconds(1)).build()) {
      String key = Charges.name(units.key());
      redis.command("LPUSH", key, "not ours");
      for (int i = 0; i < 50; i++) {
        assertThat(ask(store)).isEqualTo(Outcome.FAILED_NO);
      }
      assertThat(isOpen(store)).isFalse();
      assertThat(store.execute(MonthlyUnits.of("other").take(1))).isNotNull();
      redis.command("DEL", key);
      assertThat(ask(store)).isEqualTo(Outcome.GRANTED);
    }
  }
}
