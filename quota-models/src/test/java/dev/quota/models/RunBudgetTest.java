package dev.quota.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quota.Quotas;
import dev.quota.Subject;
import dev.quota.policy.PolicyFile;
import dev.quota.usage.UsageReport;
import java.io.StringReader;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("once")
final class RunBudgetTest {

  private static final String POLICY =
      """
      version: 1
      quotas:
        run: {limits: {daily: 100 per calendar day, burst: 5_000 per minute}, cost: output_tokens}
        talk:
          limits: {daily: 100_000 per calendar day, run: 100 per conversation}
          cost: output_tokens
        free: {limits: unlimited per calendar day, cost: output_tokens}
      """;

  private final Quotas quotas =
      Quotas.builder().policies(PolicyFile.read("q.yaml", new StringReader(POLICY))).build();

  @AfterEach
  void close() {
    quotas.close();
  }

  private ModelCall begin(String quota, Subject subject) {
    return ModelCalls.builder(quotas, quota)
        .finishNote("finish")
        .build()
        .begin(subject, new ModelRequest(Optional.empty(), 10, OptionalLong.of(20)));
  }

  private static void round(ModelCall call, long output) {
    boolean unused = ModelCalls.await(call.beginRound(10));
    call.endRound(Optional.of(UsageReport.builder().outputTokens(output).build()));
  }

  @Test
  void theNoteComesWhenNinePartsOfTenAreUsed() {
    ModelCall call = begin("run", Subject.user("alice"));
    assertThat(call.finishNote()).isEmpty();
    round(call, 45);
    round(call, 44);
    assertThat(call.finishNote()).isEmpty();
    round(call, 1);
    assertThat(call.finishNote()).contains("finish");
    var unused = ModelCalls.await(call.end());
  }

  /** A day that is almost used is no reason to stop a run before it began. */
  @Test
  void aRunMayUseWhatIsLeftWhenItBegins() {
    var unused = quotas.charge(Subject.user("alice"), "run", 60);
    ModelCall call = begin("run", Subject.user("alice"));
    assertThat(call.finishNote()).isEmpty();
    round(call, 35);
    assertThat(call.finishNote()).isEmpty();
    round(call, 1);
    assertThat(call.finishNote()).contains("finish");
    var unusedEnd = ModelCalls.await(call.end());
  }

  @Test
  void theCallsOfAConversationAreOneRun() {
    Subject talking = Subject.user("alice").toBuilder().conversation("c1").build();
    ModelCall first = begin("talk", talking);
    round(first, 89);
    assertThat(first.finishNote()).isEmpty();
    var unused = ModelCalls.await(first.end());
    ModelCall second = begin("talk", talking);
    assertThat(second.isAllowed()).isFalse();
    assertThat(second.finishNote()).isEmpty();
    ModelCall other = begin("talk", Subject.user("alice").toBuilder().conversation("c2").build());
    assertThat(other.finishNote()).isEmpty();
    round(other, 70);
    var unusedOther = ModelCalls.await(other.end());
    ModelCall next = begin("talk", Subject.user("alice").toBuilder().conversation("c2").build());
    round(next, 20);
    assertThat(next.finishNote()).contains("finish");
    var unusedNext = ModelCalls.await(next.end());
  }

  @Test
  void withoutALimitOrWithoutATextThereIsNoNote() {
    ModelCall unlimited = begin("free", Subject.user("alice"));
    round(unlimited, 1_000_000);
    assertThat(unlimited.finishNote()).isEmpty();
    ModelCall silent =
        ModelCalls.builder(quotas, "run")
            .build()
            .begin(
                Subject.user("bob"), new ModelRequest(Optional.empty(), 10, OptionalLong.of(20)));
    round(silent, 95);
    assertThat(silent.finishNote()).isEmpty();
    assertThatThrownBy(() -> ModelCalls.builder(quotas, "run").finishNote(" "))
        .hasMessage("finishNote must have a text, was blank");
  }
}
