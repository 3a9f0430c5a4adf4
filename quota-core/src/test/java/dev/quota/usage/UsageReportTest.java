package dev.quota.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quota.policy.Capacity;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class UsageReportTest {

  private static final long MAX = Capacity.MAX_UNITS;

  @Test
  void partsOfTheInputAndAllOfItSayTheSame() {
    UsageReport parts =
        UsageReport.builder()
            .inputTokens(86)
            .cachedInputTokens(1_500)
            .cacheWriteInputTokens(420)
            .build();
    UsageReport all =
        UsageReport.builder()
            .totalInputTokens(2_006)
            .cachedInputTokens(1_500)
            .cacheWriteInputTokens(420)
            .build();

    assertThat(all).isEqualTo(parts).hasSameHashCodeAs(parts);
    assertThat(all.inputTokens()).isEqualTo(86);
    assertThat(parts.totalInputTokens()).isEqualTo(2_006);
  }

  @Test
  void everyNumberHasItsNameInFormulas() {
    UsageReport report =
        UsageReport.builder()
            .model("m")
            .inputTokens(1)
            .cachedInputTokens(2)
            .cacheWriteInputTokens(4)
            .cacheWrite1hInputTokens(1)
            .outputTokens(8)
            .reasoningTokens(3)
            .amount("images", 16)
            .amount("pages", 0)
            .build();

    assertThat(UsageReport.NAMES.stream().map(report::amount))
        .containsExactly(1L, 2L, 4L, 3L, 1L, 7L, 8L, 3L);
    assertThat(report.amount("images")).isEqualTo(16);
    assertThat(report.amount("seconds")).isZero();
    assertThat(report.reasoningTokens()).isEqualTo(3);
    assertThat(report)
        .hasToString(
            "UsageReport[\"m\" input_tokens=1 cached_input_tokens=2 cache_write_input_tokens=4"
                + " cache_write_5m_input_tokens=3 cache_write_1h_input_tokens=1 total_input_tokens=7 output_tokens=8 reasoning_tokens=3 images=16 pages=0]");
  }

  @Test
  void whatIsNotReportedIsNothing() {
    UsageReport report = UsageReport.builder().build();

    assertThat(report.model()).isEmpty();
    assertThat(UsageReport.NAMES).allSatisfy(name -> assertThat(report.amount(name)).isZero());
    assertThat(report).hasToString("UsageReport[no model]");
  }

  @Test
  void aCopyKeepsEverything() {
    UsageReport report =
        UsageReport.builder()
            .model("m")
            .totalInputTokens(10)
            .cachedInputTokens(2)
            .cacheWriteInputTokens(3)
            .cacheWrite1hInputTokens(2)
            .outputTokens(8)
            .reasoningTokens(3)
            .amount("images", 16)
            .build();

    assertThat(report.toBuilder().build()).isEqualTo(report);
    assertThat(report.toBuilder().amount("images", 17).build()).isNotEqualTo(report);
    assertThat(report.toBuilder().model("n").build()).isNotEqualTo(report);
    assertThat(report.toBuilder().cacheWrite1hInputTokens(1).build()).isNotEqualTo(report);
  }

  @Test
  void theLargestNumbersFit() {
    assertThat(
            UsageReport.builder()
                .totalInputTokens(MAX)
                .cachedInputTokens(MAX)
                .build()
                .amount("input_tokens"))
        .isZero();
    assertThat(UsageReport.builder().inputTokens(MAX).build().totalInputTokens()).isEqualTo(MAX);
  }

  @ParameterizedTest
  @ValueSource(longs = {Long.MIN_VALUE, -1, Capacity.MAX_UNITS + 1, Long.MAX_VALUE})
  void numbersOutsideTheRangeAreRefused(long tokens) {
    assertRefused(
        it -> it.inputTokens(tokens),
        "inputTokens must be between 0 and " + MAX + ", was " + tokens);
    assertRefused(
        it -> it.totalInputTokens(tokens),
        "totalInputTokens must be between 0 and " + MAX + ", was " + tokens);
    assertRefused(
        it -> it.cachedInputTokens(tokens),
        "cachedInputTokens must be between 0 and " + MAX + ", was " + tokens);
    assertRefused(
        it -> it.cacheWriteInputTokens(tokens),
        "cacheWriteInputTokens must be between 0 and " + MAX + ", was " + tokens);
    assertRefused(
        it -> it.cacheWrite1hInputTokens(tokens),
        "cacheWrite1hInputTokens must be between 0 and " + MAX + ", was " + tokens);
    assertRefused(
        it -> it.outputTokens(tokens),
        "outputTokens must be between 0 and " + MAX + ", was " + tokens);
    assertRefused(
        it -> it.reasoningTokens(tokens),
        "reasoningTokens must be between 0 and " + MAX + ", was " + tokens);
    assertRefused(
        it -> it.amount("images", tokens),
        "images must be between 0 and " + MAX + ", was " + tokens);
  }

  @Test
  void numbersThatContradictEachOtherAreRefused() {
    assertRefused(
        it -> it.totalInputTokens(9).cachedInputTokens(8).cacheWriteInputTokens(2),
        "totalInputTokens must be at least cachedInputTokens + cacheWriteInputTokens, which is 10,"
            + " was 9");
    assertRefused(
        it -> it.cacheWriteInputTokens(2).cacheWrite1hInputTokens(3),
        "cacheWrite1hInputTokens must be at most cacheWriteInputTokens, which is 2, was 3");
    assertRefused(
        it -> it.totalInputTokens(9).inputTokens(8),
        "inputTokens must be absent where totalInputTokens is given, was 8");
    assertRefused(
        it -> it.inputTokens(MAX).cachedInputTokens(MAX).cacheWriteInputTokens(MAX),
        "the sum of all input tokens must be between 0 and " + MAX + ", was " + 3 * MAX);
  }

  @ParameterizedTest
  @CsvSource({"Images", "2x", "''", "_x", "a-b", "output.tokens"})
  void malformedNamesAreRefused(String name) {
    assertRefused(
        it -> it.amount(name, 1),
        "usage name must match [a-z][a-z0-9_]* and have at most 64 characters, was \""
            + name
            + "\"");
  }

  @Test
  void namesOfTokensAndMalformedModelsAreRefused() {
    assertRefused(
        it -> it.amount("output_tokens", 1),
        "usage name must be none of " + UsageReport.NAMES + ", was \"output_tokens\"");
    assertRefused(
        it -> it.model(""),
        "model must be 1 to 200 characters without control characters, was \"\"");
    assertRefused(
        it -> it.model("a\u0000"),
        "model must be 1 to 200 characters without control characters, was \"a\\u0000\"");
    assertRefused(
        it -> it.model("m".repeat(201)),
        "model must be 1 to 200 characters without control characters, was \""
            + "m".repeat(60)
            + "…\"");
  }

  private static void assertRefused(UnaryOperator<UsageReport.Builder> change, String message) {
    assertThatThrownBy(() -> change.apply(UsageReport.builder()).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @Test
  void addsWhatTwoCallsUsed() {
    UsageReport one =
        UsageReport.builder()
            .model("a")
            .totalInputTokens(1_100)
            .cachedInputTokens(300)
            .cacheWriteInputTokens(200)
            .cacheWrite1hInputTokens(50)
            .outputTokens(40)
            .reasoningTokens(7)
            .amount("images", 1)
            .build();
    UsageReport other =
        UsageReport.builder()
            .model("b")
            .inputTokens(5)
            .cachedInputTokens(6)
            .cacheWriteInputTokens(7)
            .cacheWrite1hInputTokens(7)
            .outputTokens(8)
            .reasoningTokens(8)
            .amount("images", 2)
            .amount("seconds", 3)
            .build();
    assertThat(one.plus(other))
        .isEqualTo(
            UsageReport.builder()
                .model("a")
                .inputTokens(605)
                .cachedInputTokens(306)
                .cacheWriteInputTokens(207)
                .cacheWrite1hInputTokens(57)
                .outputTokens(48)
                .reasoningTokens(15)
                .amount("images", 3)
                .amount("seconds", 3)
                .build());
  }

  @Test
  void aSumThatIsTooLargeIsCut() {
    UsageReport most =
        UsageReport.builder()
            .cachedInputTokens(MAX - 2)
            .cacheWriteInputTokens(2)
            .cacheWrite1hInputTokens(2)
            .outputTokens(MAX)
            .amount("images", MAX)
            .build();
    UsageReport sum = most.plus(most).plus(UsageReport.builder().inputTokens(1).build());
    assertThat(sum.totalInputTokens()).isEqualTo(MAX);
    assertThat(sum.outputTokens()).isEqualTo(MAX);
    assertThat(sum.amount("images")).isEqualTo(MAX);
  }
}
