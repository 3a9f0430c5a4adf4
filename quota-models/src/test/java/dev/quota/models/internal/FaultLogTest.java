package dev.quota.models.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quota.usage.UsageReport;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("once")
final class FaultLogTest {

  private static final UsageReport ESTIMATE = UsageReport.builder().outputTokens(9).build();

  private final List<String> said = new ArrayList<>();
  private final FaultLog log = new FaultLog(said::add);

  private void read(String text) {
    CallUsage usage = new CallUsage(log);
    usage.read(text);
    usage.reportOr(ESTIMATE);
  }

  @Test
  void saysEachKindOfFaultOnceAndNothingOfTheAnswer() {
    for (int i = 0; i < 3; i++) {
      read("{\"usage\":{\"prompt_tokens\":-35,\"completion_tokens\":1}}");
      read("{\"usage\":{\"completion_tokens\":\"of alice\"}}");
    }
    assertThat(said).hasSize(1);
    read("{\"of alice");
    read("{\"of bob");
    read("{\"usage\":{\"prompt_tokens\":1,\"prompt_tokens_details\":{\"cached_tokens\":2}}}");
    read("[".repeat(5_000));

    assertThat(said)
        .hasSize(4)
        .allSatisfy(it -> assertThat(it).doesNotContain("alice", "bob", "35"));
    assertThat(said.get(0))
        .isEqualTo(
            "The usage in a model's answer cannot be counted as it stands: it has a number of tokens"
                + " that cannot be. What cannot be counted is charged by the estimate. Further"
                + " answers of this kind are not logged.");
  }

  @Test
  void saysNothingOfSoundAnswersAndOfThoseThatSayNothing() {
    read("{\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":1}}");
    read("{\"error\":{\"message\":\"overloaded\"}}");
    read("");

    assertThat(said).isEmpty();
  }

  @Test
  void whoReadsStrictlyIsToldAndNotTheLog() {
    CallUsage usage = new CallUsage(log);
    usage.read("{\"of alice");

    assertThatThrownBy(usage::report).isInstanceOf(IllegalArgumentException.class);
    assertThat(said).isEmpty();
  }
}
