package dev.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quota.policy.OnStoreFailure;
import dev.quota.policy.QuotaPolicy;
import dev.quota.policy.WhenExhausted;
import dev.quota.spi.LaterStore;
import dev.quota.spi.StoreCommand;
import dev.quota.store.Accuracy;
import dev.quota.store.ManualClock;
import dev.quota.store.QuotaStoreException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The engine with stages, on a store that answers when it is told to and fails whoever waits for
 * it: nothing here may block.
 */
@Timeout(60)
final class AsyncQuotasTest {

  private static final Subject ALICE = Subject.user("alice");
  private static final List<Charge> ONE = List.of(new Charge("tokens", 1));

  private final ManualClock clock = ManualClock.at("2026-11-23T14:59:30Z");
  private final LaterStore store = new LaterStore(clock);
  private final Heard heard = new Heard();
  private final Quotas quotas =
      Quotas.builder()
          .store(store)
          .clock(clock)
          .listener(heard)
          .policy(
              QuotaPolicy.builder("tokens")
                  .limit("daily", "1000 per calendar day")
                  .grace("100")
                  .onStoreFailure(OnStoreFailure.LOCAL)
                  .build())
          .policy(
              QuotaPolicy.builder("small")
                  .limit("daily", "5 per calendar day")
                  .whenExhausted(WhenExhausted.DEGRADE)
                  .degradeTo("tokens")
                  .build())
          .policy(QuotaPolicy.builder("agents").limit("running", "2 at once").build())
          .build();
  private final AsyncQuotas async = quotas.async();

  @AfterEach
  void close() {
    store.answerAll();
    // Closing waits for permits that are open, at most a second; there are none.
    quotas.close();
  }

  /** Answers everything, and returns what the stage then is complete with. */
  private <T> T answered(CompletionStage<T> stage) {
    store.answerAll();
    return stage.toCompletableFuture().getNow(null);
  }

  private long used(String quota) {
    return answered(async.states(ALICE, List.of(quota)))
        .quotas()
        .get(0)
        .primary()
        .used()
        .orElseThrow();
  }

  @Test
  void aChargeIsDecidedWhenTheStoreAnswers() {
    CompletionStage<Decision> stage = async.charge(ALICE, "tokens", 10);
    assertThat(stage.toCompletableFuture()).isNotDone();
    assertThat(heard.events).isEmpty();

    assertThat(answered(stage).isAllowed()).isTrue();
    assertThat(heard.events).containsExactly("allowed tokens 10");
    assertThat(used("tokens")).isEqualTo(10);
  }

  @Test
  void aRefusalIsAValue() {
    Decision refused = answered(async.charge(ALICE, "tokens", 1_001));
    assertThat(refused).isInstanceOf(Decision.NeverFits.class);
    assertThat(answered(async.charge(ALICE, "tokens", 1_000)).isAllowed()).isTrue();
    assertThat(answered(async.charge(ALICE, "tokens", 1))).isInstanceOf(Decision.Denied.class);
    assertThat(heard.events)
        .containsExactly("denied tokens", "allowed tokens 1000", "denied tokens");
  }

  @Test
  void anotherQuotaIsChargedInThePlaceOfOneThatIsShort() {
    CompletionStage<Decision> stage =
        async.charge(ALICE, List.of(new Charge("small", 6), new Charge("tokens", 1)));
    assertThat(store.answerOne()).isTrue();
    assertThat(stage.toCompletableFuture()).as("asks once more").isNotDone();
    Decision decision = answered(stage);

    assertThat(((Decision.Allowed) decision).isDegraded()).isTrue();
    assertThat(used("tokens")).isEqualTo(7);
    assertThat(used("small")).isZero();
  }

  @Test
  void aKeyIsChargedOnce() {
    Idempotency once = new Idempotency("key", Duration.ofMinutes(5));
    CompletionStage<Decision> first = async.charge(ALICE, ONE, once);
    CompletionStage<Decision> second = async.charge(ALICE, ONE, once);
    store.answerAll();

    assertThat(((Decision.Allowed) answered(first)).isRepetition()).isFalse();
    assertThat(((Decision.Allowed) answered(second)).isRepetition()).isTrue();
    assertThat(used("tokens")).isEqualTo(1);
    assertThat(heard.events).containsExactly("allowed tokens 1");
  }

  @Test
  void aReservationGrowsAndIsSettled() {
    AsyncReservation open = answered(async.reserve(ALICE, "tokens", 100));
    assertThat(open.isAllowed()).isTrue();
    assertThat(open.used(100).toCompletableFuture()).isCompletedWithValue(true);

    CompletionStage<Boolean> grown = open.used(120);
    assertThat(grown.toCompletableFuture()).isNotDone();
    assertThat(open.held()).isEqualTo(100);
    assertThat(answered(grown)).isTrue();
    assertThat(open.held()).isEqualTo(150);
    assertThat(open.usedSoFar()).contains(120L);

    CompletionStage<Settlement> settlement = open.settle(130);
    CompletionStage<Settlement> again = open.settle(130);
    assertThat(answered(settlement).charged()).isEqualTo(130);
    assertThat(answered(again)).isSameAs(answered(settlement));
    assertThat(open.isOver()).isTrue();
    assertThat(used("tokens")).isEqualTo(130);
    assertThat(heard.events)
        .containsExactly("reserved tokens 100", "grown tokens 50", "settled 100 130 130");
  }

  @Test
  void workIsToldToStopBeyondTheGrace() {
    AsyncReservation open = answered(async.reserve(ALICE, "tokens", 1_000));
    assertThat(answered(open.used(1_050))).isTrue();
    assertThat(open.isInGrace()).isTrue();
    assertThat(answered(open.used(1_101))).isFalse();
    assertThat(answered(open.close())).isNull();
    assertThat(open.isOver()).isTrue();
  }

  @Test
  void aRangeTakesWhatThereIs() {
    assertThat(answered(async.charge(ALICE, "tokens", 700)).isAllowed()).isTrue();
    AsyncReservation open = answered(async.reserve(new ReserveRequest(ALICE, "tokens", 100, 800)));
    assertThat(open.held()).isEqualTo(300);
    AsyncReservation none = answered(async.reserve(new ReserveRequest(ALICE, "tokens", 100, 800)));
    assertThat(none.isAllowed()).isFalse();
    assertThat(answered(none.refund())).isFalse();
    assertThatThrownBy(() -> none.settle(1)).isInstanceOf(IllegalStateException.class);
    assertThat(answered(open.refund())).isTrue();
    assertThat(answered(open.refund())).isFalse();
    assertThat(used("tokens")).isEqualTo(700);
  }

  @Test
  void operationsOfOneReservationAreCarriedOutInTheirOrder() {
    AsyncReservation open = answered(async.reserve(ALICE, "tokens", 100));
    CompletionStage<Boolean> grown = open.used(120);
    CompletionStage<Settlement> settlement = open.settle(120);
    CompletionStage<Settlement> other = open.settle(130);
    CompletionStage<Boolean> refund = open.refund();
    assertThat(store.waiting()).as("one at a time").isEqualTo(1);
    store.answerAll();

    assertThat(answered(grown)).isTrue();
    assertThat(answered(settlement).charged()).isEqualTo(120);
    assertThatThrownBy(() -> answered(other)).hasMessageContaining("was settled to 120");
    assertThat(answered(refund)).isFalse();
    assertThatThrownBy(() -> open.settle(130)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> open.used(130)).isInstanceOf(IllegalStateException.class);
    assertThat(used("tokens")).isEqualTo(120);
  }

  @Test
  void aLongQueueTakesNoStack() {
    AsyncReservation open = answered(async.reserve(ALICE, "tokens", 100));
    List<CompletionStage<Boolean>> all = new ArrayList<>();
    for (int i = 0; i < 50_000; i++) {
      all.add(open.used(101 + i % 10));
    }
    assertThat(store.waiting()).isEqualTo(1);
    store.answerAll();
    assertThat(all).allSatisfy(it -> assertThat(it).isCompletedWithValue(true));
    assertThat(answered(open.settle(110)).charged()).isEqualTo(110);
  }

  @Test
  void anotherNodeSettlesWhatThisOneReserved() {
    AsyncReservation open = answered(async.reserve(ALICE, "tokens", 100));
    CompletionStage<AsyncReservation> found =
        async.resume(ALICE, open.quota(), open.id().orElseThrow());
    assertThat(found.toCompletableFuture()).isNotDone();
    AsyncReservation resumed = answered(found);

    assertThatThrownBy(resumed::settleAsUsed).hasMessageContaining("was not told");
    assertThat(answered(resumed.settle(40)).charged()).isEqualTo(40);
    assertThat(answered(open.settle(50)).outcome()).isEqualTo(Settlement.Outcome.GONE);
    assertThat(used("tokens")).isEqualTo(40);
  }

  @Test
  void aChargeIsRefundedOnce() {
    Receipt receipt = ((Decision.Allowed) answered(async.charge(ALICE, "tokens", 10))).receipt();
    CompletionStage<Boolean> first = async.refund(receipt);
    assertThat(answered(async.refund(receipt))).isFalse();
    assertThat(answered(first)).isTrue();
    assertThat(used("tokens")).isZero();
    assertThat(heard.events).containsExactly("allowed tokens 10", "back tokens 10");
  }

  @Test
  void aRefundThatFailedBeforeItWasAppliedCanBeTriedAgain() {
    Receipt receipt = ((Decision.Allowed) answered(async.charge(ALICE, "tokens", 10))).receipt();
    CompletionStage<Boolean> failing = async.refund(receipt);
    QuotaStoreException failure =
        new QuotaStoreException("no connection", QuotaStoreException.Applied.NO, null);
    store.failOne(failure);
    AtomicReference<Throwable> told = new AtomicReference<>();
    CompletionStage<Boolean> unused = failing.whenComplete((value, e) -> told.set(e));

    assertThat(told.get()).as("as it is, not wrapped").isSameAs(failure);
    assertThat(answered(async.refund(receipt))).isTrue();
    assertThat(used("tokens")).isZero();
  }

  @Test
  void aPermitIsReleased() {
    Receipt first = ((Decision.Allowed) answered(async.charge(ALICE, "agents", 1))).receipt();
    assertThat(answered(async.charge(ALICE, "agents", 1)).isAllowed()).isTrue();
    assertThat(answered(async.charge(ALICE, "agents", 1)).isAllowed()).isFalse();
    CompletionStage<Void> finished = async.finish(first);
    assertThat(finished.toCompletableFuture()).isNotDone();
    store.answerAll();
    assertThat(finished.toCompletableFuture()).isCompleted();
    assertThat(async.finish(first).toCompletableFuture()).isCompleted();

    Decision next = answered(async.charge(ALICE, "agents", 1));
    assertThat(next.isAllowed()).isTrue();
    // What closing would otherwise wait for, in vain: nobody answers it.
    answered(async.reset(ALICE, "agents", "a test"));
    answered(async.finish(((Decision.Allowed) next).receipt()));
  }

  @Test
  void whatAStoreDoesNotAnswerIsDecidedAsThePolicySays() {
    QuotaStoreException failure =
        new QuotaStoreException("no connection", QuotaStoreException.Applied.NO, null);
    CompletionStage<Decision> local = async.charge(ALICE, "tokens", 10);
    store.failOne(failure);
    Decision alone = answered(local);
    assertThat(alone.isAllowed()).isTrue();
    assertThat(alone.states().quotas().get(0).accuracy()).isEqualTo(Accuracy.APPROXIMATE);

    CompletionStage<Decision> denied = async.charge(ALICE, "agents", 1);
    store.failOne(failure);
    assertThat(answered(denied)).isInstanceOf(Decision.Unavailable.class);
    assertThat(heard.events)
        .containsExactly(
            "failed tokens NO", "allowed tokens 10", "failed agents NO", "denied agents");

    AsyncReservation open = answered(async.reserve(ALICE, "tokens", 100));
    CompletionStage<Settlement> pending = open.settle(60);
    store.failOne(failure);
    assertThat(answered(pending).outcome()).isEqualTo(Settlement.Outcome.PENDING);
    quotas.engine().maintenance().attendAll();
    store.answerAll();
    assertThat(used("tokens")).isEqualTo(60);
  }

  @Test
  void misuseThrowsAtOnce() {
    assertThatThrownBy(() -> async.charge(ALICE, "none", 1))
        .isInstanceOf(UnknownQuotaException.class);
    assertThatThrownBy(() -> async.charge(ALICE, List.of()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> async.charge(ALICE, "tokens", -1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> async.reserve(ALICE, "none", 1))
        .isInstanceOf(UnknownQuotaException.class);
    assertThatThrownBy(() -> new ReserveRequest(ALICE, "tokens", 5, 4))
        .hasMessage("atLeast must be between 1 and the estimate 4, was 5");
    assertThatThrownBy(() -> async.resume(ALICE, "tokens", "no id"))
        .hasMessageContaining("reservationId must be");
    assertThatThrownBy(() -> async.states(ALICE, List.of("none")))
        .isInstanceOf(UnknownQuotaException.class);
    assertThatThrownBy(() -> async.check(ALICE, "tokens", -1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> async.reset(ALICE, "tokens", " "))
        .hasMessageContaining("reason must have");
    assertThatThrownBy(() -> GrantRequest.builder(ALICE, "tokens", 5).reason("x").build())
        .hasMessage("expiresAt must be set");
    AsyncReservation open = answered(async.reserve(ALICE, "tokens", 10));
    assertThatThrownBy(() -> open.used(-1)).hasMessageContaining("soFar must be");
    assertThatThrownBy(() -> open.settle(-1)).hasMessageContaining("actual must be");
    assertThat(store.waiting()).isZero();
    answered(open.close());
  }

  @Test
  void unitsAreGrantedAndForgotten() {
    GrantRequest grant =
        GrantRequest.builder(ALICE, "tokens", 50)
            .reason("a test")
            .expiresAt(Instant.parse("2026-12-31T00:00:00Z"))
            .operationId("one")
            .build();
    answered(async.grant(grant));
    QuotaState granted = answered(async.grant(grant));
    assertThat(granted.primary().remaining()).hasValue(1_050);
    assertThat(answered(async.charge(ALICE, "tokens", 10)).isAllowed()).isTrue();
    assertThat(answered(async.reset(ALICE, "tokens", "a test")).primary().used()).hasValue(0);
    assertThat(answered(async.check(ALICE, "tokens", 5_000)).quotas().get(0).allowed()).isFalse();
  }

  @Test
  void aListenerMayUseTheReservationThatItHearsOf() {
    AtomicReference<AsyncReservation> open = new AtomicReference<>();
    AtomicReference<CompletionStage<Settlement>> settled = new AtomicReference<>();
    QuotaListener settling =
        QuotaListener.on(
            QuotaEvent.ReservationGrown.class, event -> settled.set(open.get().settle(150)));
    Quotas engine =
        Quotas.builder()
            .clock(clock)
            .listener(settling)
            .policy(QuotaPolicy.builder("tokens").limit("day", "1000 per calendar day").build())
            .build();
    open.set(engine.async().reserve(ALICE, "tokens", 100).toCompletableFuture().join());
    assertThat(open.get().used(120).toCompletableFuture()).isCompletedWithValue(true);
    assertThat(settled.get().toCompletableFuture().join().charged()).isEqualTo(150);
    engine.close();
  }

  @Test
  void aClosedEngineFailsItsStages() {
    Quotas engine =
        Quotas.builder()
            .clock(clock)
            .policy(QuotaPolicy.builder("tokens").limit("day", "1000 per calendar day").build())
            .build();
    engine.close();
    CompletionStage<Decision> failed = engine.async().charge(ALICE, "tokens", 1);
    AtomicReference<Throwable> told = new AtomicReference<>();
    CompletionStage<Decision> unused = failed.whenComplete((value, e) -> told.set(e));
    assertThat(told.get())
        .isInstanceOf(QuotaStoreException.class)
        .hasMessage("the store is closed");
  }

  @Test
  void anAnswerOfTheStoreIsAskedForOnce() {
    CompletionStage<Decision> stage = async.charge(ALICE, "tokens", 1);
    assertThat(answered(stage).isAllowed()).isTrue();
    assertThat(store.commands()).hasSize(1).first().isInstanceOf(StoreCommand.Take.class);
  }
}
