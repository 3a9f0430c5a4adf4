package dev.quota.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quota.usage.UsageReport;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("once")
final class UsageResultTest {

  private static final UsageReport ESTIMATE =
      UsageReport.builder().inputTokens(70).outputTokens(90).build();

  private static UsageJson read(String text) {
    UsageJson usage = new UsageJson();
    usage.add(text);
    return usage;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"usage\":{\"tokens_in\":5,\"tokens_out\":9}}",
        "{\"usage\":{\"tokens_in\":5,\"tokens_out\":9,\"unit\":\"token\"}}",
        "{\"usageMetadata\":{\"tokens_in\":-5,\"tokens_out\":0.5}}",
        "data: {\"usage\":{\"tokens_in\":5}}\n\ndata: {\"usage\":{\"tokens_out\":9}}\n\n",
      })
  void anUnknownFormatIsNotTheSameAsNothing(String text) {
    UsageJson usage = read(text);

    assertThat(usage.result())
        .isEqualTo(new UsageResult.UnknownShape(List.of("tokens_in", "tokens_out")));
    assertThatThrownBy(usage::report)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("usage must have the names of a known provider, was tokens_in, tokens_out");
    long before = UsageFaults.count("unknown_shape");
    assertThat(usage.reportOr(ESTIMATE)).isEqualTo(ESTIMATE);
    assertThat(UsageFaults.count("unknown_shape")).isEqualTo(before + 1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[DONE]",
        "{}",
        "{\"usage\":null}",
        "{\"usage\":{}}",
        "{\"usage\":{\"unit\":\"token\",\"is_final\":true}}",
        "{\"error\":{\"message\":\"overloaded\",\"usage\":{\"tokens_in\":5}}}",
        "{\"details\":{\"level\":5},\"meta\":{\"pages\":3}}",
      })
  void whatSaysNothingSaysNothing(String text) {
    long before = UsageFaults.count("unknown_shape");

    assertThat(read(text).result()).isEqualTo(new UsageResult.NotReported());
    assertThat(read(text).report()).isEmpty();
    assertThat(read(text).reportOr(ESTIMATE)).isEqualTo(ESTIMATE);
    assertThat(UsageFaults.count("unknown_shape")).isEqualTo(before);
  }

  @Test
  void zeroIsReported() {
    assertThat(read("{\"usage\":{\"prompt_tokens\":0,\"completion_tokens\":0}}").result())
        .isEqualTo(new UsageResult.Reported(UsageReport.builder().build()));
  }

  @Test
  void aKnownFormatBesideAnUnknownOneCounts() {
    assertThat(
            read("{\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":4},\"x_groq\":{\"usage\":{\"a\":1}}}")
                .result())
        .isEqualTo(
            new UsageResult.Reported(UsageReport.builder().inputTokens(3).outputTokens(4).build()));
  }

  /** The sum of a batch is not all, if one of its calls cannot be read. */
  @Test
  void oneUnknownCallOfSeveralIsNotFree() {
    UsageJson usage =
        read(
            """
            {"custom_id":"a","response":{"body":{"usage":{"prompt_tokens":10,"completion_tokens":5}}}}
            {"custom_id":"b","response":{"body":{"usage":{"tokens_out":5}}}}
            """);

    assertThat(usage.result()).isEqualTo(new UsageResult.UnknownShape(List.of("tokens_out")));
    assertThat(usage.reportOr(ESTIMATE).outputTokens()).isEqualTo(90);
  }

  @Test
  void aNameThatMayBePrivateIsNotShown() {
    assertThat(read("{\"usage\":{\"alice@example.com\":5}}").result())
        .isEqualTo(new UsageResult.UnknownShape(List.of("(a name that cannot be shown)")));
  }

  @Test
  void headersOfInvokeModelCountWithoutABody() {
    UsageJson usage = read("{\"completion\":\"x\"}");
    usage.header("X-Amzn-Bedrock-Input-Token-Count", "12");
    usage.header("x-amzn-bedrock-output-token-count", "34");
    usage.header("X-Amzn-Bedrock-Cache-Read-Input-Token-Count", "50");
    usage.header("X-Amzn-Bedrock-Cache-Write-Input-Token-Count", "6");
    usage.header("X-Amzn-Bedrock-Invocation-Latency", "789");

    assertThat(usage.report())
        .contains(
            UsageReport.builder()
                .inputTokens(12)
                .cachedInputTokens(50)
                .cacheWriteInputTokens(6)
                .outputTokens(34)
                .build());
  }

  @Test
  void headersOfInvokeModelRestateTheBody() {
    UsageJson usage = new UsageJson();
    usage.header("X-Amzn-Bedrock-Input-Token-Count", "12");
    usage.header("X-Amzn-Bedrock-Output-Token-Count", "34");
    usage.add(
        "{\"usage\":{\"input_tokens\":12,\"cache_creation_input_tokens\":7,"
            + "\"cache_creation\":{\"ephemeral_1h_input_tokens\":7},\"output_tokens\":34}}");

    assertThat(usage.report().orElseThrow().cacheWrite1hInputTokens()).isEqualTo(7);
    assertThat(usage.report().orElseThrow().totalInputTokens()).isEqualTo(19);
  }

  @Test
  void aHeaderWithAnImpossibleNumberIsAFault() {
    UsageJson usage = new UsageJson();
    usage.header("X-Amzn-Bedrock-Input-Token-Count", "12");
    usage.header("X-Amzn-Bedrock-Output-Token-Count", "many");

    assertThatThrownBy(usage::report).isInstanceOf(IllegalArgumentException.class);
    assertThat(usage.reportOr(ESTIMATE).inputTokens()).isEqualTo(12);
    assertThat(usage.reportOr(ESTIMATE).outputTokens()).isEqualTo(90);
  }

  @ParameterizedTest
  @CsvSource({
    "0.00012, 120",
    "1.2e-4, 120",
    "0.0000001, 1",
    "3, 3000000",
    "0, 0",
    "-1, 0",
    "none, 0",
    "1e99, 9007199254740991",
    "1e-99, 1",
    "1e999999999, 0"
  })
  void theCostInLiteLlmsHeaderIsReported(String dollars, long micros) {
    UsageJson usage = read("{\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":4}}");
    usage.header("x-litellm-response-cost", dollars);

    assertThat(usage.report().orElseThrow().amount("reported_micro_usd")).isEqualTo(micros);
  }

  @Test
  void theCostInTheBodyCountsBeforeTheHeader() {
    UsageJson usage =
        read("{\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":4,\"cost\":0.002}}");
    usage.header("x-litellm-response-cost", "0.001");

    assertThat(usage.report().orElseThrow().amount("reported_micro_usd")).isEqualTo(2_000);
  }

  @Test
  void everyKindOfFaultIsCounted() {
    assertThat(UsageFaults.kinds()).contains("missing", "unknown_shape", "unpriced");
    assertThatThrownBy(() -> UsageFaults.count("other"))
        .hasMessageStartingWith("kind must be one of [contradiction, ");
  }
}
