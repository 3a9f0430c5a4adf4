package dev.quota.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quota.Decision;
import dev.quota.Quotas;
import dev.quota.Settlement;
import dev.quota.Subject;
import dev.quota.UnknownQuotaException;
import dev.quota.internal.memory.InMemoryQuotaStore;
import dev.quota.policy.PolicyFile;
import dev.quota.spi.ForwardingQuotaStore;
import dev.quota.spi.QuotaStore;
import dev.quota.spi.StoreCommand;
import dev.quota.spi.StoreReply;
import dev.quota.usage.UsageReport;
import java.io.StringReader;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ModelCallTest {

  private static final String POLICY =
      """
      version: 1
      quotas:
        tokens:
          limits: 1_000 per calendar day
          grace: 10%
          estimate: 50
          cost: input_tokens + 2 * output_tokens
        priced:
          limits: 1_000 per calendar day
          models: {gpt-4o*: output_tokens, other: 1}
        messages: {limits: 10 per calendar day, cost: 3}
        large:
          limits: 100 per calendar day
          cost: output_tokens
          when-exhausted: degrade
          degrade-to: small
          degraded-model: gpt-mini
        small: {limits: 500 per calendar day, cost: 0.1 * output_tokens}
        heard:
          limits: 1_000 per calendar day
          usage-names: [audio_seconds]
          estimate: 40
          cost: 3 * audio_seconds
          models: {free-*: 0}
        nameless: {limits: 100 per calendar day, when-exhausted: degrade}
      """;

  private final Subject alice = Subject.user("alice");
  private final Quotas quotas =
      Quotas.builder().policies(PolicyFile.read("quotas.yaml", new StringReader(POLICY))).build();
  private final ModelCalls calls = ModelCalls.builder(quotas, "tokens").build();

  @AfterEach
  void close() {
    quotas.close();
  }

  private long charged(String quota) {
    return quotas.states(alice).quota(quota).orElseThrow().primary().used().orElseThrow();
  }

  private long reserved(String quota) {
    return quotas.states(alice).quota(quota).orElseThrow().primary().reserved().orElseThrow();
  }

  private static ModelRequest request(long input, long maxOutput) {
    return new ModelRequest(Optional.of("gpt-4o"), input, OptionalLong.of(maxOutput));
  }

  private static Optional<UsageReport> used(long input, long output) {
    return Optional.of(
        UsageReport.builder()
            .model("gpt-4o-2024-08-06")
            .inputTokens(input)
            .outputTokens(output)
            .build());
  }

  private static void round(ModelCall call, long input, Optional<UsageReport> used) {
    assertThat(ModelCalls.await(call.beginRound(input))).isTrue();
    call.endRound(used);
  }

  @Test
  void holdsNoMonitorWhileItAsksTheStore() {
    AtomicReference<Object> call = new AtomicReference<>(new Object());
    List<Boolean> asked = new CopyOnWriteArrayList<>();
    QuotaStore store =
        new ForwardingQuotaStore(InMemoryQuotaStore.builder().build()) {
          @Override
          public StoreReply execute(StoreCommand command) {
            asked.add(Thread.holdsLock(call.get()));
            return super.execute(command);
          }

          @Override
          public CompletionStage<StoreReply> executeAsync(StoreCommand command) {
            return CompletableFuture.completedFuture(execute(command));
          }
        };
    try (Quotas watched =
        Quotas.builder()
            .policies(PolicyFile.read("quotas.yaml", new StringReader(POLICY)))
            .store(store)
            .build()) {
      ModelCalls calls = ModelCalls.builder(watched, "tokens").build();
      ModelCall running = calls.begin(alice, request(1, 1));
      call.set(running.lock());
      ModelCalls.await(running.beginRound(30));
      running.output("four words or more, ".repeat(20));
      running.endRound(used(40, 120));
      ModelCalls.await(running.end());
    }
    assertThat(asked).hasSizeGreaterThan(2).containsOnly(false);
  }

  @Test
  void reservesTheMostAndSettlesToTheSumOfAllRounds() {
    ModelCall call = calls.begin(alice, request(20, 40));
    assertThat(reserved("tokens")).isEqualTo(100);
    round(call, 20, used(21, 10));
    round(call, 40, used(43, 11));
    round(call, 60, used(65, 12));
    Settlement settled = ModelCalls.await(call.end());
    assertThat(settled.charged()).isEqualTo(21 + 43 + 65 + 2 * (10 + 11 + 12));
    assertThat(charged("tokens")).isEqualTo(settled.charged());
    assertThat(reserved("tokens")).isZero();
  }

  @Test
  void theSumIsRoundedOnceAndNotWithEachRound() {
    ModelCalls small = ModelCalls.builder(quotas, "small").build();
    ModelCall call = small.begin(alice, request(0, 100));
    for (int i = 0; i < 10; i++) {
      round(call, 1, used(1, 1));
    }
    assertThat(ModelCalls.await(call.end()).charged()).isEqualTo(1);
  }

  @Test
  void anUnboundedAnswerIsEstimatedByThePolicyOrTheBuilder() {
    ModelRequest unbounded = new ModelRequest(Optional.empty(), 20, OptionalLong.empty());
    ModelCall first = calls.begin(alice, unbounded);
    assertThat(reserved("tokens")).isEqualTo(50);
    ModelCalls.await(first.fail(new IllegalStateException()));
    ModelCall second =
        ModelCalls.builder(quotas, "tokens").usualOutputTokens(100).build().begin(alice, unbounded);
    assertThat(reserved("tokens")).isEqualTo(220);
    ModelCalls.await(second.cancel());
    assertThat(charged("tokens")).isZero();
  }

  @Test
  void whatTheProviderDoesNotSayIsTheEstimate() {
    ModelCall call = calls.begin(alice, request(20, 40));
    round(call, 20, used(21, 10));
    round(call, 30, Optional.empty());
    assertThat(ModelCalls.await(call.end()).charged()).isEqualTo(21 + 20 + 30 + 80);
  }

  @Test
  void whatNobodySaysOfAnUnboundedAnswerIsThePolicysEstimate() {
    ModelRequest unbounded = new ModelRequest(Optional.of("gpt-4o"), 20, OptionalLong.empty());
    ModelCall answered = calls.begin(alice, unbounded);
    round(answered, 20, used(21, 10));
    round(answered, 30, Optional.empty());
    assertThat(ModelCalls.await(answered.end()).charged()).isEqualTo(21 + 20 + 50);

    ModelCall late = calls.begin(alice, unbounded);
    assertThat(ModelCalls.await(late.beginRound(20))).isTrue();
    Throwable timeout = new IllegalStateException(new SocketTimeoutException("read"));
    assertThat(ModelCalls.await(late.fail(timeout)).charged()).isEqualTo(50);

    ModelCall streamed = calls.begin(alice, unbounded);
    assertThat(ModelCalls.await(streamed.beginRound(20))).isTrue();
    assertThat(streamed.output("four".repeat(100))).isTrue();
    streamed.endRound(Optional.empty());
    assertThat(ModelCalls.await(streamed.end()).charged())
        .as("more came than the estimate says")
        .isEqualTo(20 + 2 * 100);
  }

  @Test
  void zeroesAreNothingSaid() {
    ModelCall call = calls.begin(alice, request(20, 40));
    round(call, 20, used(0, 0));
    assertThat(ModelCalls.await(call.end()).charged()).isEqualTo(100);
  }

  @Test
  void aCancelledStreamCostsWhatCame() {
    ModelCall call = calls.begin(alice, request(20, 40));
    assertThat(ModelCalls.await(call.beginRound(20))).isTrue();
    for (int i = 0; i < 5; i++) {
      assertThat(call.output("word")).isTrue();
    }
    assertThat(call.output("")).isTrue();
    assertThat(ModelCalls.await(call.cancel()).charged()).isEqualTo(20 + 2 * 5);
    assertThat(call.output("more")).isTrue();
    assertThat(ModelCalls.await(call.end()).charged()).isEqualTo(30);
  }

  @Test
  void whatWasReportedOfACutStreamCountsWhereItIsMore() {
    ModelCall call = calls.begin(alice, request(20, 40));
    assertThat(ModelCalls.await(call.beginRound(20))).isTrue();
    call.report(used(300, 1).orElseThrow());
    boolean unused = call.output("a few words of text");
    assertThat(ModelCalls.await(call.fail(new IllegalStateException("reset"))).charged())
        .isEqualTo(300 + 2 * 5);
  }

  @Test
  void aStreamThatEndsAfterItsFirstReportCostsTheEstimateOfItsOutput() {
    ModelCall call = calls.begin(alice, request(20, 40));
    assertThat(ModelCalls.await(call.beginRound(20))).isTrue();
    call.report(used(30, 1).orElseThrow());
    boolean unused = call.output("a few words of text");
    call.endRound(Optional.empty());
    assertThat(ModelCalls.await(call.end()).charged()).isEqualTo(30 + 2 * 40);
  }

  @Test
  void branchesShareOneReservationUntilTheLastIsOver() {
    ModelCall call = calls.begin(alice, request(20, 40));
    ModelCall first = call.branch().orElseThrow();
    ModelCall second = call.branch().orElseThrow();
    assertThat(ModelCalls.await(first.beginRound(10))).isTrue();
    assertThat(ModelCalls.await(second.beginRound(20))).isTrue();
    boolean unused = first.output("a few words of text");
    first.endRound(used(11, 7));
    second.endRound(used(21, 8));
    var unusedFirst = first.end();
    var unusedCall = call.end();
    assertThat(call.hasOpenBranches()).isTrue();
    assertThat(reserved("tokens")).isEqualTo(100);
    assertThat(ModelCalls.await(second.end()).charged()).isEqualTo(11 + 14 + 21 + 16);
    assertThat(call.hasOpenBranches()).isFalse();
    assertThat(call.branch()).isEmpty();
  }

  @Test
  void aBranchThatIsCutCostsWhatCame() {
    ModelCall call = calls.begin(alice, request(20, 40));
    ModelCall cut = call.branch().orElseThrow();
    ModelCall failed = call.branch().orElseThrow();
    round(call, 20, used(21, 10));
    assertThat(ModelCalls.await(cut.beginRound(30))).isTrue();
    assertThat(ModelCalls.await(failed.beginRound(30))).isTrue();
    boolean unused = cut.output("word");
    var unusedCut = cut.cancel();
    var unusedFailed = failed.fail(new IllegalStateException("500"));
    assertThat(ModelCalls.await(call.end()).charged()).isEqualTo(41 + 30 + 2);
  }

  @Test
  void useThatAFormulaCannotSeeCostsTheEstimateUnlessTheModelIsFree() {
    ModelCalls heard = ModelCalls.builder(quotas, "heard").build();
    ModelRequest audio = new ModelRequest(Optional.empty(), 0, OptionalLong.empty());
    ModelCall unsaid = heard.begin(alice, audio);
    round(unsaid, 0, Optional.empty());
    assertThat(ModelCalls.await(unsaid.end()).charged()).isEqualTo(40);
    ModelCall counted = heard.begin(alice, audio);
    assertThat(ModelCalls.await(counted.beginRound(0))).isTrue();
    counted.endCountedRound(
        UsageReport.builder().amount("audio_seconds", 9).build(), "audio_seconds");
    assertThat(ModelCalls.await(counted.end()).charged()).isEqualTo(27);
    ModelCall other = calls.begin(alice, audio);
    assertThat(ModelCalls.await(other.beginRound(0))).isTrue();
    other.endCountedRound(UsageReport.builder().inputTokens(3).build(), "characters");
    assertThat(ModelCalls.await(other.end()).charged()).isEqualTo(50);
    ModelCall complete = calls.begin(alice, audio);
    assertThat(ModelCalls.await(complete.beginRound(0))).isTrue();
    complete.endCountedRound(used(3, 4).orElseThrow(), "audio_seconds");
    assertThat(ModelCalls.await(complete.end()).charged()).isEqualTo(11);
    ModelCall free =
        heard.begin(alice, new ModelRequest(Optional.of("free-1"), 0, OptionalLong.empty()));
    round(free, 0, Optional.empty());
    assertThat(ModelCalls.await(free.end()).charged()).isZero();
  }

  @Test
  void aFailureBeforeAnythingCameIsRefunded() {
    ModelCall call = calls.begin(alice, request(20, 40));
    assertThat(ModelCalls.await(call.beginRound(20))).isTrue();
    assertThat(ModelCalls.await(call.fail(new IllegalStateException("500"))).charged()).isZero();
    assertThat(charged("tokens")).isZero();
  }

  @Test
  void aFailureInALaterRoundLeavesTheEarlierOnes() {
    ModelCall call = calls.begin(alice, request(20, 40));
    round(call, 20, used(21, 10));
    assertThat(ModelCalls.await(call.beginRound(40))).isTrue();
    assertThat(ModelCalls.await(call.fail(new IllegalStateException("500"))).charged())
        .isEqualTo(41);
  }

  @Test
  void aRoundThatIsTriedAgainCostsOnce() {
    ModelCall call = calls.begin(alice, request(20, 40));
    assertThat(ModelCalls.await(call.beginRound(20))).isTrue();
    call.failRound(new IllegalStateException("503"));
    round(call, 20, used(21, 10));
    assertThat(ModelCalls.await(call.end()).charged()).isEqualTo(41);
  }

  @Test
  void aToolThatFailsLeavesWhatTheModelUsed() {
    ModelCall call = calls.begin(alice, request(20, 40));
    round(call, 20, used(21, 10));
    assertThat(ModelCalls.await(call.fail(new IllegalStateException("tool"))).charged())
        .isEqualTo(41);
  }

  @Test
  void aTimeOutKeepsTheEstimate() {
    ModelCall call = calls.begin(alice, request(20, 40));
    assertThat(ModelCalls.await(call.beginRound(20))).isTrue();
    Throwable late = new IllegalStateException(new SocketTimeoutException("read"));
    assertThat(ModelCalls.await(call.fail(late)).charged()).isEqualTo(100);
  }

  @Test
  void aCallWithoutARoundCostsNothing() {
    ModelCall call = calls.begin(alice, request(20, 40));
    assertThat(ModelCalls.await(call.end()).charged()).isZero();
    assertThatThrownBy(() -> call.beginRound(1)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void theThirdRoundIsRefusedBeyondTheGrace() {
    ModelCall call = calls.begin(alice, request(100, 100));
    round(call, 100, used(500, 100));
    round(call, 200, used(250, 90));
    assertThat(call.isInGrace()).isTrue();
    assertThat(ModelCalls.await(call.beginRound(300))).isFalse();
    assertThat(call.isSpent()).isTrue();
    Decision why = ModelCalls.await(call.refusal(300)).orElseThrow();
    assertThat(why).isInstanceOf(Decision.Denied.class);
    assertThat(ModelCalls.await(call.end()).charged()).isEqualTo(750 + 2 * 190);
  }

  @Test
  void theThirdRoundMayGoOnWithinTheGrace() {
    ModelCall call = calls.begin(alice, request(100, 100));
    round(call, 100, used(500, 100));
    round(call, 200, used(200, 30));
    round(call, 100, used(100, 20));
    assertThat(call.isSpent()).isFalse();
    assertThat(ModelCalls.await(call.end()).charged()).isEqualTo(1_100);
  }

  @Test
  void aStreamIsToldToStopBeyondTheGrace() {
    ModelCall call = calls.begin(alice, request(900, 10));
    assertThat(ModelCalls.await(call.beginRound(900))).isTrue();
    int chunks = 0;
    while (call.output("word") && chunks < 1_000) {
      chunks++;
    }
    assertThat(chunks).isBetween(100, 100 + 16);
    long charged = ModelCalls.await(call.cancel()).charged();
    assertThat(charged).isEqualTo(900 + 2 * (chunks + 1));
  }

  @Test
  void aRefusalIsAValue() {
    ModelCall call = calls.begin(alice, request(900, 40));
    ModelCall second = calls.begin(alice, request(900, 40));
    assertThat(second.isAllowed()).isFalse();
    assertThat(second.decision()).isInstanceOf(Decision.Denied.class);
    assertThatThrownBy(() -> second.beginRound(1)).isInstanceOf(IllegalStateException.class);
    ModelCalls.await(call.cancel());
  }

  @Test
  void degradesToTheSmallerModelAndItsQuota() {
    ModelCalls large = ModelCalls.builder(quotas, "large").build();
    ModelCall first = large.begin(alice, request(5, 90));
    round(first, 5, used(5, 90));
    ModelCalls.await(first.end());
    ModelCall second = large.begin(alice, request(5, 90));
    assertThat(second.isDegraded()).isTrue();
    assertThat(second.model()).hasValue("gpt-mini");
    assertThat(second.quota()).isEqualTo("small");
    round(second, 5, used(5, 90));
    assertThat(ModelCalls.await(second.end()).charged()).isEqualTo(9);
    assertThat(charged("large")).isEqualTo(90);
    assertThat(charged("small")).isEqualTo(9);
  }

  @Test
  void aQuotaThatDegradesToNoModelIsRefusedAtTheStart() {
    assertThatThrownBy(() -> ModelCalls.builder(quotas, "nameless").build())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("quota nameless degrades")
        .hasMessageContaining("degraded-model");
    assertThatThrownBy(() -> ModelCalls.builder(quotas, "tokns").build())
        .isInstanceOf(UnknownQuotaException.class);
  }

  @Test
  void theLongerNameInTheAnswerHasThePriceOfTheOneThatWasAskedFor() {
    ModelCalls priced = ModelCalls.builder(quotas, "priced").build();
    ModelCall call =
        priced.begin(alice, new ModelRequest(Optional.of("other"), 1, OptionalLong.of(1)));
    round(
        call,
        1,
        Optional.of(
            UsageReport.builder().model("deployment-7").inputTokens(9).outputTokens(9).build()));
    assertThat(ModelCalls.await(call.end()).charged()).isEqualTo(1);
    assertThatThrownBy(
            () -> priced.begin(alice, new ModelRequest(Optional.of("dear"), 1, OptionalLong.of(1))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("dear");
  }

  @Test
  void aQuotaThatCountsCallsTakesOneHoweverManyRounds() {
    ModelCalls messages = ModelCalls.builder(quotas, "messages").build();
    ModelCall call = messages.begin(alice, request(10, 10));
    round(call, 1, used(10, 10));
    round(call, 1, used(10, 10));
    assertThat(ModelCalls.await(call.end()).charged()).isEqualTo(3);
  }

  @Test
  void theSumOfAnyRoundsIsWhatIsCharged() {
    long seed = 16;
    SplittableRandom random = new SplittableRandom(seed);
    for (int run = 0; run < 200; run++) {
      Subject person = Subject.user("p" + run);
      ModelCall call = calls.begin(person, request(random.nextInt(50), random.nextInt(50)));
      List<Long> costs = new ArrayList<>();
      for (int i = random.nextInt(6); i > 0; i--) {
        int input = random.nextInt(1, 60);
        int output = random.nextInt(30);
        costs.add(input + 2L * output);
        round(call, random.nextInt(60), used(input, output));
      }
      long sum = costs.stream().mapToLong(Long::longValue).sum();
      assertThat(ModelCalls.await(call.end()).charged())
          .as("seed %s, run %s", seed, run)
          .isEqualTo(sum);
    }
  }
}
