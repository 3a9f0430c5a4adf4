package dev.quota.models;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.usage.UsageReport;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every family of providers is read by its own rules, however its answer arrives. */
@Tag("once")
final class UsageFamiliesTest {

  private static final UsageReport ESTIMATE =
      UsageReport.builder().inputTokens(77_777).outputTokens(88_888).build();

  static List<UsageAnswers.Sample> answers() {
    return UsageAnswers.all();
  }

  private static UsageReport withoutModel(UsageReport report) {
    UsageReport.Builder bare =
        UsageReport.builder()
            .inputTokens(report.inputTokens())
            .cachedInputTokens(report.cachedInputTokens())
            .cacheWriteInputTokens(report.cacheWriteInputTokens())
            .cacheWrite1hInputTokens(report.cacheWrite1hInputTokens())
            .outputTokens(report.outputTokens())
            .reasoningTokens(report.reasoningTokens());
    for (String name : AMOUNTS) {
      if (report.amount(name) > 0) {
        bare.amount(name, report.amount(name));
      }
    }
    return bare.build();
  }

  private static final List<String> AMOUNTS =
      List.of(
          "audio_seconds",
          "audio_input_tokens",
          "audio_output_tokens",
          "image_input_tokens",
          "image_output_tokens",
          "web_search_requests",
          "search_queries",
          "search_units",
          "images",
          "classifications",
          "reported_micro_usd");

  @ParameterizedTest
  @MethodSource("answers")
  void isReadAsAWhole(UsageAnswers.Sample sample) {
    assertThat(withoutModel(UsageJson.read(sample.text()).orElseThrow())).isEqualTo(sample.used());
    assertThat(withoutModel(UsageJson.read(sample.text().replace("\n", "\r\n")).orElseThrow()))
        .isEqualTo(sample.used());
  }

  @ParameterizedTest
  @MethodSource("answers")
  void isReadFromBytes(UsageAnswers.Sample sample) {
    byte[] bytes = ("\uFEFF" + sample.text()).getBytes(StandardCharsets.UTF_8);

    assertThat(withoutModel(UsageJson.read(new ByteArrayInputStream(bytes)).orElseThrow()))
        .isEqualTo(sample.used());
  }

  @ParameterizedTest
  @MethodSource("answers")
  void isReadEventByEvent(UsageAnswers.Sample sample) {
    UsageJson usage = new UsageJson();
    if (sample.text().startsWith("[")) {
      usage.add(sample.text());
    } else {
      sample
          .text()
          .lines()
          .map(it -> it.startsWith("data:") ? it.substring(5).strip() : it)
          .forEach(usage::add);
    }

    assertThat(withoutModel(usage.report().orElseThrow())).isEqualTo(sample.used());
  }

  @ParameterizedTest
  @MethodSource("answers")
  void takesNothingOfTheEstimateThatTheAnswerSays(UsageAnswers.Sample sample) {
    UsageReport used = withoutModel(UsageJson.readOr(sample.text(), ESTIMATE));

    boolean isWithoutTokens =
        sample.used().totalInputTokens() == 0
            && (sample.used().amount("audio_seconds") > 0
                || sample.used().amount("reported_micro_usd") > 0);
    if (isWithoutTokens) {
      assertThat(used.inputTokens()).as("no tokens are said").isEqualTo(77_777);
    } else {
      assertThat(used).isEqualTo(sample.used());
    }
  }
}
