package dev.quota.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quota.usage.UsageReport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ComputedCostTest {

  private static QuotaPolicyBuilder tokens() {
    return QuotaPolicy.builder("tokens").limit("daily", "50 per calendar day");
  }

  private static UsageReport used(String model) {
    return UsageReport.builder().model(model).outputTokens(10).build();
  }

  @Test
  void isTheFormulaOfWhatWasUsed() {
    QuotaPolicy policy =
        tokens().cost("input_tokens + 4 * output_tokens + 0.1 * cached_input_tokens").build();
    UsageReport.Builder used = UsageReport.builder().cachedInputTokens(1_920).outputTokens(300);

    assertThat(policy.costOf(used.inputTokens(86).build())).isEqualTo(86 + 1200 + 192);
    assertThat(policy.costOf(UsageReport.builder().build())).isZero();
  }

  @Test
  void isTheSameHoweverAProviderCountsItsCache() {
    QuotaPolicy policy =
        tokens()
            .cost("3 * input_tokens + 0.3 * cached_input_tokens + 3.75 * cache_write_input_tokens")
            .build();

    assertThat(
            policy.costOf(
                UsageReport.builder()
                    .totalInputTokens(2_006)
                    .cachedInputTokens(1_500)
                    .cacheWriteInputTokens(420)
                    .build()))
        .isEqualTo(
            policy.costOf(
                UsageReport.builder()
                    .inputTokens(86)
                    .cachedInputTokens(1_500)
                    .cacheWriteInputTokens(420)
                    .build()))
        .isEqualTo(258 + 450 + 1575);
  }

  /** What a formula without the newer name charges stays what it was. */
  @Test
  void whatIsWrittenForAnHourIsAPartOfWhatIsWritten() {
    UsageReport used =
        UsageReport.builder().cacheWriteInputTokens(800).cacheWrite1hInputTokens(500).build();

    assertThat(tokens().cost("3.75 * cache_write_input_tokens").build().costOf(used))
        .isEqualTo(3_000);
    assertThat(
            tokens()
                .cost("3.75 * cache_write_input_tokens + 2.25 * cache_write_1h_input_tokens")
                .build()
                .costOf(used))
        .isEqualTo(300 * 375 / 100 + 500 * 6);
    assertThat(
            tokens()
                .cost("3.75 * cache_write_5m_input_tokens + 6 * cache_write_1h_input_tokens")
                .build()
                .costOf(used))
        .isEqualTo(300 * 375 / 100 + 500 * 6);
  }

  @ParameterizedTest
  @CsvSource({
    "gpt-4o-mini-2024-07-18, 20",
    "gpt-4o-mini, 20",
    "gpt-4o-2024-08-06, 30",
    "gpt-4o, 30",
    "gpt-4o-mini-2025, 40",
    "gpt-4o-mini-2025-01-01, 20",
    "gpt-4, 10",
    "GPT-4o, 10",
    "models/gemini-2.5-pro, 50",
    "models/gemini-2.5-pro-preview, 10",
    "ft:gpt-4o-mini:acme::abc, 10",
    "anthropic.claude-sonnet-4-5@2025-v1:0, 60"
  })
  void theLongestNameOfAModelCounts(String model, long cost) {
    QuotaPolicy policy =
        tokens()
            .cost("output_tokens")
            .modelCost("gpt-4o*", "3 * output_tokens")
            .modelCost("gpt-4o-mini*", "2 * output_tokens")
            .modelCost("gpt-4o-mini-2025", "4 * output_tokens")
            .modelCost("models/gemini-2.5-pro", "5 * output_tokens")
            .modelCost("anthropic.*", "6 * output_tokens")
            .build();

    assertThat(policy.costOf(used(model))).isEqualTo(cost);
  }

  @Test
  void aModelThatNothingNamesIsRefusedIfThereIsNoCostForOthers() {
    QuotaPolicy policy = tokens().modelCost("gpt-4o*", "output_tokens").build();

    assertThat(policy.costOf(used("gpt-4o"))).isEqualTo(10);
    assertThatThrownBy(() -> policy.costOf(used("gpt-5")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "model must be one of those of quota tokens, which has no cost for others, was"
                + " \"gpt-5\"");
    assertThatThrownBy(() -> policy.costOf(UsageReport.builder().build()))
        .hasMessage(
            "model must be one of those of quota tokens, which has no cost for others, was absent");
  }

  @Test
  void aReportWithoutAModelCostsWhatModelsWithoutANameDo() {
    QuotaPolicy policy = tokens().cost("7").modelCost("a*", "1").build();

    assertThat(policy.costOf(UsageReport.builder().build())).isEqualTo(7);
  }

  @Test
  void aQuotaWithoutFormulasCostsWhatItUsuallyDoes() {
    assertThat(tokens().usualCost(4).build().costOf(used("gpt-5"))).isEqualTo(4);
  }

  @Test
  void namesOfOnesOwnMayComeAfterTheFormula() {
    QuotaPolicy policy =
        tokens().cost("500 * images + pages").usageNames("images", "pages").build();

    assertThat(policy.costOf(UsageReport.builder().amount("images", 3).build())).isEqualTo(1500);
    assertThat(policy.usageNames()).containsExactlyInAnyOrder("images", "pages");
  }

  @Test
  void malformedFormulasAreRefusedAtOnceAndUnknownNamesInTheEnd() {
    assertThatThrownBy(() -> tokens().cost("4 output_tokens"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("cost: expected +, -, * or /, was \"output_tokens\", in \"4 output_tokens\"");
    assertThatThrownBy(() -> tokens().modelCost("gpt-4o*", ""))
        .hasMessage("cost of model gpt-4o*: expected a number, a name or ( at the end, in \"\"");
    assertThatThrownBy(() -> tokens().modelCost("gpt-*-mini", "1"))
        .hasMessage(
            "model must have its * at the end, after at least one character, was \"gpt-*-mini\"");
    assertThatThrownBy(() -> tokens().cost("input_tokens + image").usageNames("images").build())
        .hasMessage(
            "quota tokens: cost must name nothing but [input_tokens, cached_input_tokens,"
                + " cache_write_input_tokens, cache_write_5m_input_tokens, cache_write_1h_input_tokens, total_input_tokens, output_tokens, reasoning_tokens,"
                + " images], was \"image\"");
    assertThatThrownBy(() -> tokens().modelCost("m", "x").build())
        .hasMessageStartingWith("quota tokens: cost of model m must name nothing but [");
  }

  @Test
  void policiesDifferByWhatACallCosts() {
    QuotaPolicy policy = tokens().cost("input_tokens").modelCost("m", "1").build();

    assertThat(policy).isEqualTo(tokens().cost("input_tokens").modelCost("m", "1").build());
    assertThat(policy.cost()).contains("input_tokens");
    assertThat(policy.modelCosts()).containsOnlyKeys("m").containsEntry("m", "1");
    assertThat(policy)
        .isNotEqualTo(tokens().cost("output_tokens").modelCost("m", "1").build())
        .isNotEqualTo(tokens().cost("input_tokens").modelCost("m", "2").build())
        .isNotEqualTo(tokens().cost("input_tokens").build())
        .isNotEqualTo(
            tokens().cost("input_tokens").modelCost("m", "1").usageNames("images").build());
  }
}
