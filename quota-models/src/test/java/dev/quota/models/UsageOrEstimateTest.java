package dev.quota.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quota.usage.UsageReport;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * An answer never costs an exception: what is sound in it counts, and the estimate for the rest.
 */
@Tag("once")
final class UsageOrEstimateTest {

  private static final UsageReport ESTIMATE =
      UsageReport.builder()
          .model("asked")
          .inputTokens(70)
          .cachedInputTokens(7)
          .outputTokens(90)
          .reasoningTokens(9)
          .amount("images", 2)
          .build();

  private static UsageReport read(@Nullable String text) {
    return UsageJson.readOr(text, ESTIMATE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{}",
        "null",
        "upstream error",
        "<html>502</html>",
        "{\"error\":{\"message\":\"overloaded\"}}",
        "{\"usage\":",
        "{\"usage\":null}",
        "{\"usage\":\"much\"}",
        "{\"usage\":[1,2]}",
        "data: {\"usage\":",
        "\u0000\u0001\ud800",
        "{\"usage\":{\"prompt_tokens\":-1,\"completion_tokens\":1.5}}",
        "{\"usage\":{\"prompt_tokens\":99999999999999999999,\"completion_tokens\":1e300}}"
      })
  void whatSaysNothingSoundIsTheEstimate(String text) {
    assertThat(read(text)).isEqualTo(ESTIMATE);
    assertThat(
            UsageJson.readOr(
                new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), ESTIMATE))
        .isEqualTo(ESTIMATE);
  }

  @Test
  void nothingAtAllIsTheEstimate() {
    assertThat(read(null)).isEqualTo(ESTIMATE);
    assertThat(UsageJson.readOr((InputStream) null, ESTIMATE)).isEqualTo(ESTIMATE);
    assertThat(new UsageJson().reportOr(ESTIMATE)).isEqualTo(ESTIMATE);
  }

  @Test
  void whatTheAnswerSaysReplacesTheEstimateAndNothingElse() {
    assertThat(read("{\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":20}}"))
        .isEqualTo(
            UsageReport.builder()
                .model("asked")
                .inputTokens(10)
                .outputTokens(20)
                .amount("images", 2)
                .build());
    assertThat(read("{\"model\":\"answered\",\"usage\":{\"prompt_tokens\":10}}").model())
        .contains("answered");
  }

  /** One number that cannot be is told by the total, or else by the estimate. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"prompt_tokens":1200,"completion_tokens":-7,"total_tokens":1193}                | 1200 | 0 | 90  | 9
          {"prompt_tokens":1200,"completion_tokens":-7,"total_tokens":1250}                | 1200 | 0 | 50  | 0
          {"prompt_tokens":-3,"completion_tokens":40,"total_tokens":100}                   | 60   | 0 | 40  | 0
          {"prompt_tokens":-3,"completion_tokens":40}                                      | 77   | 7 | 40  | 0
          {"prompt_tokens":10.5,"completion_tokens":40}                                    | 77   | 7 | 40  | 0
          {"prompt_tokens":9007199254740992,"completion_tokens":40}                        | 77   | 7 | 40  | 0
          {"prompt_tokens":100,"completion_tokens":40,"total_tokens":-1}                   | 100  | 0 | 40  | 0
          {"prompt_tokens":100,"completion_tokens":40,"prompt_tokens_details":{"cached_tokens":101}} | 100 | 0 | 40 | 0
          {"prompt_tokens":100,"completion_tokens":40,"prompt_tokens_details":{"cached_tokens":-1}}  | 100 | 0 | 40 | 0
          {"prompt_tokens":100,"completion_tokens":40,"prompt_tokens_details":7}                     | 100 | 0 | 40 | 0
          {"prompt_tokens":100,"completion_tokens":40,"total_tokens":140,"completion_tokens_details":{"reasoning_tokens":41}} | 100 | 0 | 40 | 0
          {"prompt_tokens":100,"completion_tokens":40,"prompt_tokens_details":{"text_tokens":-35}}   | 100 | 0 | 40 | 0
          {"input_tokens":10,"output_tokens":-5,"cache_read_input_tokens":30}              | 40   | 30 | 90 | 9
          {"input_tokens":-10,"output_tokens":5,"cache_read_input_tokens":30}              | 77   | 7  | 5  | 0
          {"input_tokens":10,"output_tokens":5,"cache_read_input_tokens":-30}              | 10   | 0  | 5  | 0
          {"input_tokens":1,"output_tokens":5,"cache_creation_input_tokens":5,"cache_creation":{"ephemeral_1h_input_tokens":6}} | 6 | 0 | 5 | 0
          {"inputTokens":10,"outputTokens":-5,"cacheWriteInputTokens":0}                   | 10   | 0  | 90 | 9
          {"prompt_eval_count":10,"eval_count":-5}                                         | 10   | 0  | 90 | 9
          {"billed_units":{"input_tokens":-1,"output_tokens":5}}                           | 77   | 7  | 5  | 0
          {"usageMetadata":{"promptTokenCount":10,"candidatesTokenCount":-1,"totalTokenCount":30}} | 10 | 0 | 20 | 0
          {"usageMetadata":{"promptTokenCount":-10,"candidatesTokenCount":4}}              | 77   | 7  | 4  | 0
          """)
  void whatIsSoundCountsAndTheEstimateForTheRest(
      String json, long input, long cached, long output, long reasoning) {
    UsageReport used = read(json);

    assertThat(used.totalInputTokens()).isEqualTo(input);
    assertThat(used.cachedInputTokens()).isEqualTo(cached);
    assertThat(used.outputTokens()).isEqualTo(output);
    assertThat(used.reasoningTokens()).isEqualTo(reasoning);
  }

  @Test
  void anEventThatIsBrokenDoesNotTakeTheOthersAlong() {
    UsageJson usage = new UsageJson();
    usage.add("{\"type\":\"message_start\",\"message\":{\"usage\":{\"input_tokens\":5}}}");
    usage.add("{\"delta\":\"of alice");
    usage.add("{\"type\":\"message_delta\",\"usage\":{\"output_tokens\":8}}");

    assertThat(usage.reportOr(ESTIMATE).outputTokens()).isEqualTo(8);
    assertThat(
            read("{\"done\":false}\n{\"of alice\n{\"prompt_eval_count\":5,\"eval_count\":8}")
                .outputTokens())
        .isEqualTo(8);
    assertThatThrownBy(usage::report)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("the response must be JSON, was malformed")
        .hasMessageNotContaining("alice");
  }

  /** The first event says one token of output, and nobody knows how many came before the end. */
  @Test
  void aStreamThatIsCutCostsTheEstimatedOutput() {
    String start =
        "{\"type\":\"message_start\",\"message\":{\"usage\":{\"input_tokens\":5,\"output_tokens\":1}}}";
    UsageJson usage = new UsageJson();
    usage.add(start);

    assertThat(usage.reportOr(ESTIMATE).inputTokens()).isEqualTo(5);
    assertThat(usage.reportOr(ESTIMATE).outputTokens()).isEqualTo(90);
    assertThat(usage.report().map(UsageReport::outputTokens)).isEqualTo(Optional.of(1L));
    usage.add("{\"type\":\"message_delta\",\"usage\":{\"output_tokens\":3}}");
    assertThat(usage.reportOr(ESTIMATE).outputTokens()).isEqualTo(3);
  }

  @Test
  void aStreamThatBreaksCostsWhatItSaidSoFar() {
    byte[] start = "data: {\"usage\":{\"prompt_tokens\":4}}\n\n".getBytes(StandardCharsets.UTF_8);
    InputStream breaks =
        new ByteArrayInputStream(start) {
          @Override
          public synchronized int read(byte[] buffer, int offset, int length) {
            int read = super.read(buffer, offset, length);
            if (read < 0) {
              throw new IllegalStateException("the line of alice is dead");
            }
            return read;
          }
        };

    assertThat(UsageJson.readOr(breaks, ESTIMATE).inputTokens()).isEqualTo(4);
    assertThat(UsageJson.readOr(InputStream.nullInputStream(), ESTIMATE)).isEqualTo(ESTIMATE);
    assertThat(
            UsageJson.readOr(
                new InputStream() {
                  @Override
                  public int read() throws IOException {
                    throw new IOException("dead");
                  }

                  @Override
                  public int read(byte[] buffer, int offset, int length) throws IOException {
                    return read();
                  }
                },
                ESTIMATE))
        .isEqualTo(ESTIMATE);
  }

  @Test
  @Timeout(60)
  void depthLengthAndNumberAreBounded() {
    String usage = "\"usage\":{\"prompt_tokens\":4,\"completion_tokens\":2}";
    for (String text :
        List.of(
            "{\"a\":".repeat(200_000),
            "[".repeat(1_000_000),
            "{\"usage\":".repeat(100_000),
            "{\"message\":".repeat(100_000),
            "{\"usage\":{\"a\":" + "[{\"b\":".repeat(100_000),
            "{\"usage\":{\"prompt_tokens\":" + "9".repeat(1_000_000) + "}}",
            "data: ".repeat(100_000),
            "data: {\n".repeat(100_000),
            "\n".repeat(1_000_000))) {
      assertThat(read(text)).isEqualTo(ESTIMATE);
    }
    String many = "{\"a\":1,".repeat(1) + "\"x\":[" + "{\"usage\":1},".repeat(50_000) + "0],";
    assertThat(read(many + usage + "}").inputTokens()).isEqualTo(4);
    StringBuilder names = new StringBuilder("{\"usage\":{");
    for (int i = 0; i < 100_000; i++) {
      names.append("\"n").append(i).append("\":1,");
    }
    assertThat(read(names + "\"z\":1}}")).isEqualTo(ESTIMATE);
    StringBuilder calls = new StringBuilder();
    for (int i = 0; i < 20_000; i++) {
      calls.append("{\"custom_id\":\"").append(i).append("\",").append(usage).append("}\n");
    }
    assertThat(read(calls.toString()).inputTokens()).isEqualTo(4 * 10_000);
  }
}
