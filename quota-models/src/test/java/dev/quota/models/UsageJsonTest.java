package dev.quota.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quota.policy.QuotaPolicy;
import dev.quota.usage.UsageReport;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class UsageJsonTest {

  private static final String CHAT =
      """
      {
        "id": "chatcmpl-B9MHDbslfkBeAs8l4bebGdFOJ6PeG",
        "object": "chat.completion",
        "created": 1741570283,
        "model": "gpt-4o-2024-08-06",
        "choices": [
          {
            "index": 0,
            "message": {
              "role": "assistant",
              "content": "My \\"usage\\": {\\"prompt_tokens\\": 1}",
              "tool_calls": [{"function": {"name": "f", "arguments": "{\\"usage\\":1}"}}],
              "usage": {"prompt_tokens": 77},
              "refusal": null
            },
            "logprobs": null,
            "finish_reason": "stop"
          }
        ],
        "usage": {
          "prompt_tokens": 2006,
          "completion_tokens": 300,
          "total_tokens": 2306,
          "prompt_tokens_details": {"cached_tokens": 1500, "audio_tokens": 0, "cache_write_tokens": 420},
          "completion_tokens_details": {
            "reasoning_tokens": 128,
            "audio_tokens": 0,
            "accepted_prediction_tokens": 0,
            "rejected_prediction_tokens": 0
          }
        },
        "service_tier": "default",
        "system_fingerprint": "fp_fc9f1d7035"
      }
      """;

  private static final String RESPONSE =
      """
      {
        "id": "resp_67ccd2bed1ec8190b14f964abc0542670bb6a6b452d3795b",
        "object": "response",
        "status": "completed",
        "error": null,
        "model": "gpt-4o-2024-08-06",
        "output": [{"type": "message", "content": [{"type": "output_text", "text": "In a grove"}]}],
        "reasoning": {"effort": null, "summary": null},
        "usage": {
          "input_tokens": 2006,
          "input_tokens_details": {"cached_tokens": 1500, "cache_write_tokens": 420},
          "output_tokens": 300,
          "output_tokens_details": {"reasoning_tokens": 128},
          "total_tokens": 2306
        },
        "metadata": {}
      }
      """;

  private static final String MESSAGE =
      """
      {
        "id": "msg_013Zva2CMHLNnXjNJJKqJ2EF",
        "type": "message",
        "role": "assistant",
        "model": "claude-sonnet-4-5-20250929",
        "content": [
          {"type": "text", "text": "Hi!"},
          {"type": "tool_use", "id": "toolu_1", "name": "f", "input": {"usage": {"input_tokens": 9}}}
        ],
        "stop_reason": "end_turn",
        "stop_sequence": null,
        "usage": {
          "input_tokens": 86,
          "cache_creation_input_tokens": 420,
          "cache_read_input_tokens": 1500,
          "cache_creation": {"ephemeral_5m_input_tokens": 420, "ephemeral_1h_input_tokens": 0},
          "output_tokens": 300,
          "server_tool_use": {"web_search_requests": 0},
          "service_tier": "standard"
        }
      }
      """;

  private static final UsageReport USED =
      UsageReport.builder()
          .inputTokens(86)
          .cachedInputTokens(1_500)
          .cacheWriteInputTokens(420)
          .outputTokens(300)
          .build();

  private static UsageReport used(String json) {
    return UsageJson.read(json).orElseThrow();
  }

  @Test
  void readsAChatCompletion() {
    assertThat(used(CHAT))
        .isEqualTo(USED.toBuilder().model("gpt-4o-2024-08-06").reasoningTokens(128).build());
  }

  @Test
  void readsAResponse() {
    assertThat(used(RESPONSE)).isEqualTo(used(CHAT));
  }

  @Test
  void readsAMessage() {
    assertThat(used(MESSAGE))
        .isEqualTo(USED.toBuilder().model("claude-sonnet-4-5-20250929").build());
  }

  @Test
  void oneFormulaCostsTheSameWhoeverAnswered() {
    QuotaPolicy policy =
        QuotaPolicy.builder("tokens")
            .limit("daily", "50 per calendar day")
            .cost("input_tokens + 0.1 * cached_input_tokens + 1.25 * cache_write_input_tokens")
            .build();

    assertThat(policy.costOf(used(CHAT)))
        .isEqualTo(policy.costOf(used(RESPONSE)))
        .isEqualTo(policy.costOf(used(MESSAGE)))
        .isEqualTo(86 + 150 + 525);
  }

  @ParameterizedTest
  @ValueSource(strings = {CHAT, RESPONSE, MESSAGE})
  void readsTheUsageAloneAndBytes(String document) {
    UsageReport whole = used(document);
    int start = document.indexOf('{', document.lastIndexOf("\"usage\": {\n"));
    int end = document.indexOf("\n  }", start) + 4;
    ByteArrayInputStream bytes =
        new ByteArrayInputStream(document.getBytes(StandardCharsets.UTF_8));

    assertThat(
            used(document.substring(start, end)).toBuilder()
                .model(whole.model().orElseThrow())
                .build())
        .isEqualTo(whole);
    assertThat(UsageJson.read(bytes)).contains(whole);
  }

  @Test
  void readsTheEventsOfAChatCompletion() {
    UsageJson usage = new UsageJson();
    String chunk = "{\"object\":\"chat.completion.chunk\",\"model\":\"gpt-4o-2024-08-06\",";

    usage.add(chunk + "\"choices\":[{\"delta\":{\"content\":\"Hi\"}}],\"usage\":null}");
    assertThat(usage.report()).isEmpty();
    usage.add(
        chunk
            + "\"choices\":[],\"usage\":{\"prompt_tokens\":19,\"completion_tokens\":10,\"total_tokens\":29}}");
    usage.add("[DONE]");

    assertThat(usage.report())
        .contains(
            UsageReport.builder()
                .model("gpt-4o-2024-08-06")
                .inputTokens(19)
                .outputTokens(10)
                .build());
  }

  @Test
  void readsTheEventsOfAResponse() {
    UsageJson usage = new UsageJson();

    usage.add(
        "{\"type\":\"response.created\",\"response\":{\"model\":\"gpt-5-mini\",\"usage\":null}}");
    usage.add("{\"type\":\"response.output_text.delta\",\"delta\":\"Hi\"}");
    usage.add("{\"type\":\"response.completed\",\"response\":" + RESPONSE + "}");

    assertThat(usage.report()).contains(used(RESPONSE));
  }

  /** The first event says what the input was, the last one what the output was. */
  @Test
  void readsTheEventsOfAMessage() {
    UsageJson usage = new UsageJson();

    for (String data :
        List.of(
            "{\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"type\":\"message\",\"model\":"
                + "\"claude-sonnet-4-5-20250929\",\"content\":[],\"usage\":{\"input_tokens\":86,"
                + "\"cache_creation_input_tokens\":420,\"cache_read_input_tokens\":1500,"
                + "\"output_tokens\":1}}}",
            "{\"type\":\"ping\"}",
            "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"text\":\"Hello\"}}",
            "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":{"
                + "\"cache_read_input_tokens\":null,\"output_tokens\":200}}",
            "{\"type\":\"message_delta\",\"delta\":{},\"usage\":{\"input_tokens\":0,\"output_tokens\":300}}",
            "{\"type\":\"message_stop\"}")) {
      usage.add(data);
    }

    assertThat(usage.report()).contains(used(MESSAGE));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "{}",
        "[]",
        "null",
        "7",
        "\"usage\"",
        "[DONE]",
        " [DONE]\n",
        "{\"usage\":null}",
        "{\"usage\":{}}",
        "{\"model\":\"gpt-4o\",\"choices\":[]}",
        "{\"usage\":{\"prompt_tokens\":null,\"prompt_tokens_details\":null}}",
        "{\"error\":{\"message\":\"usage limit\",\"usage\":{\"prompt_tokens\":1}}}",
        "{\"usage\":{\"trafficType\":\"ON_DEMAND\"}}",
        "{\"content\":[{\"input\":{\"usage\":{\"input_tokens\":1}}}]}",
        "{\"output\":{\"message\":{\"content\":[{\"toolUse\":{\"input\":{\"usage\":{\"inputTokens\":1}}}}]}}}",
        "{\"choices\":[{\"message\":{\"usage\":{\"prompt_tokens\":1}}}]}",
        "data: {\"usage\":{}}",
        "data: ping",
        ": comment",
        "{\"message\":{\"message\":{\"usage\":{\"prompt_tokens\":1}}}}"
      })
  void whatSaysNothingIsEmpty(String json) {
    assertThat(UsageJson.read(json)).isEmpty();
  }

  @Test
  void zeroIsSomethingThatWasSaid() {
    assertThat(used("{\"prompt_tokens\":0}")).isEqualTo(UsageReport.builder().build());
  }

  @Test
  void servicesThatGiveBothNamesOfANumberAreUnderstood() {
    UsageReport expected =
        UsageReport.builder().inputTokens(7).cachedInputTokens(3).outputTokens(5).build();

    assertThat(
            used(
                "{\"prompt_tokens\":10,\"completion_tokens\":5,\"input_tokens\":0,\"output_tokens\":0,"
                    + "\"prompt_tokens_details\":{\"cached_tokens\":3},\"input_tokens_details\":null}"))
        .isEqualTo(expected);
    // The total of one family beside the parts of the other: the total says which it is.
    assertThat(
            used(
                "{\"prompt_tokens\":10,\"completion_tokens\":5,\"prompt_tokens_details\":"
                    + "{\"cached_tokens\":3},\"cache_read_input_tokens\":3}"))
        .isEqualTo(expected);
    assertThat(
            used(
                "{\"prompt_tokens\":0,\"input_tokens\":7,\"output_tokens\":5,"
                    + "\"cache_read_input_tokens\":3}"))
        .isEqualTo(expected);
  }

  /** A request's own metadata comes back in the answer; it must not choose the price. */
  @Test
  void whatARequestSaidIsNotWhatTheAnswerSays() {
    UsageReport used =
        used(
            "{\"model\":\"dear\",\"usage\":{\"prompt_tokens\":4},\"metadata\":{\"model\":\"cheap\","
                + "\"usage\":\"7\",\"custom_id\":\"x\",\"prompt_tokens\":\"1\"},"
                + "\"choices\":[{\"model\":\"cheap\"}],\"delta\":{\"model\":\"cheap\"}}");

    assertThat(used).isEqualTo(UsageReport.builder().model("dear").inputTokens(4).build());
    assertThat(
            used("{\"usage\":{\"prompt_tokens\":4},\"metadata\":{\"usage\":{\"prompt_tokens\":1}}}")
                .inputTokens())
        .isEqualTo(4);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"prompt_tokens":-1}                    | prompt_tokens must be a whole number from 0 to 9007199254740991, was -1
          {"prompt_tokens":1.5}                   | prompt_tokens must be a whole number from 0 to 9007199254740991, was 1.5
          {"prompt_tokens":1e16}                  | prompt_tokens must be a whole number from 0 to 9007199254740991, was 1e16
          {"prompt_tokens":"-1"}                  | prompt_tokens must be a whole number from 0 to 9007199254740991, was -1
          {"prompt_tokens":"alice"}               | prompt_tokens must be a whole number from 0 to 9007199254740991, was a string
          {"prompt_tokens":true}                  | prompt_tokens must be a whole number from 0 to 9007199254740991, was a boolean
          {"prompt_tokens":[1]}                   | prompt_tokens must be a whole number from 0 to 9007199254740991, was an array
          {"prompt_tokens":{}}                    | prompt_tokens must be a whole number from 0 to 9007199254740991, was an object
          {"output_tokens":9007199254740992}      | output_tokens must be a whole number from 0 to 9007199254740991, was 9007199254740992
          {"usage":{"input_tokens":99999999999999999999}} | input_tokens must be a whole number from 0 to 9007199254740991, was 99999999999999999999
          {"usage":{"input_tokens_details":{"cached_tokens":-5}}} | input_tokens_details.cached_tokens must be a whole number from 0 to 9007199254740991, was -5
          {"usage":{"input_tokens_details":7}}    | input_tokens_details must be an object, was 7
          {"usage":"much"}                        | usage must be an object, was a string
          {"usage":[]}                            | usage must be an object, was an array
          {"prompt_tokens":10,"input_tokens":11}  | prompt_tokens and input_tokens must not contradict each other, was 10 and 11
          {"prompt_tokens":10,"prompt_tokens_details":{"cached_tokens":11}} | input tokens must be at least the cached ones, which are a part of them and 11, was 10
          {"input_tokens":10,"input_tokens_details":{"cached_tokens":3},"cache_read_input_tokens":4} | input_tokens_details.cached_tokens and cache_read_input_tokens must not contradict each other, was 3 and 4
          {"completion_tokens":5,"completion_tokens_details":{"reasoning_tokens":6}} | reasoning tokens must be at most the output tokens, which are 5, was 6
          {"input_tokens":1,"cache_creation_input_tokens":5,"cache_creation":{"ephemeral_1h_input_tokens":6}} | tokens that are cached for an hour must be at most those written to a cache, which are 5, was 6
          {"input_tokens":9007199254740991,"cache_read_input_tokens":1} | the sum of all input tokens must be between 0 and 9007199254740991, was 9007199254740992
          """)
  void numbersThatCannotBeRightAreRefused(String json, String message) {
    assertThatThrownBy(() -> UsageJson.read(json))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"secret":"of alice                     | the response must be JSON, was malformed in line 1, column
          data: {"usage":{}                       | the response must be JSON, was malformed in line 1, column
          {"usage":{"prompt_tokens":NaN}}         | the response must be JSON, was malformed in line 1, column
          {"usage":{"prompt_tokens":1             | the response must be JSON, was malformed in line 1, column
          {"usage":{}} alice                      | the response must be JSON, was malformed in line 1, column
          """)
  void whatIsNoJsonIsRefusedAndNotShown(String json, String message) {
    assertThatThrownBy(() -> UsageJson.read(json))
        .isInstanceOf(IllegalArgumentException.class)
        .hasNoCause()
        .hasMessageStartingWith(message)
        .hasMessageNotContaining("alice");
  }

  @Test
  void depthAndLengthHaveABound() {
    String deep = "{\"a\":".repeat(1_001) + "1" + "}".repeat(1_001);
    String digits = "{\"prompt_tokens\":" + "9".repeat(1_001) + "}";

    for (String excessive : List.of(deep, digits)) {
      assertThatThrownBy(() -> UsageJson.read(excessive))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith(
              "the response must be JSON without excess, was too deep or too long");
    }
    assertThat(
            used("{\"a\":"
                    + "[".repeat(900)
                    + "]".repeat(900)
                    + ",\"usage\":{\"prompt_tokens\":1}}")
                .inputTokens())
        .isEqualTo(1);
  }

  @Test
  void aStreamIsLeftOpenAndItsFailureIsNotAMalformedResponse() {
    assertThat(UsageJson.read(unclosed("{\"prompt_tokens\":1}"))).isPresent();
    assertThatThrownBy(() -> UsageJson.read(failing()))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessage("the response cannot be read")
        .hasRootCauseMessage("the line is dead");
  }

  @Test
  void aModelWithoutANameIsNone() {
    assertThat(used("{\"model\":\"\",\"usage\":{\"prompt_tokens\":1}}").model()).isEmpty();
    assertThat(used("{\"model\":null,\"usage\":{\"prompt_tokens\":1}}").model()).isEmpty();
    assertThatThrownBy(
            () ->
                UsageJson.read(
                    "{\"model\":\"" + "m".repeat(201) + "\",\"usage\":{\"prompt_tokens\":1}}"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("model must be 1 to 200 characters");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  @Timeout(60)
  void changedDocumentsAreReadOrRefusedInOneWay(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int refused = 0;
    for (int i = 0; i < 2_000; i++) {
      StringBuilder json =
          new StringBuilder(List.of(CHAT, RESPONSE, MESSAGE).get(random.nextInt(3)));
      for (int changes = random.nextInt(1, 4); changes > 0; changes--) {
        int at = random.nextInt(json.length());
        json.replace(
            at,
            at + random.nextInt(2),
            String.valueOf("{}[]:,\"-0.9e \\\u0000\ud83d".charAt(random.nextInt(16))));
      }
      try {
        Optional<UsageReport> report = UsageJson.read(json.toString());
        report.ifPresent(it -> assertThat(it.totalInputTokens()).isNotNegative());
      } catch (IllegalArgumentException e) {
        refused++;
        assertThat(e).as("seed %d, case %d: %s", seed, i, json).message().isNotBlank();
      }
    }
    assertThat(refused).as("seed %d", seed).isBetween(400, 1_950);
  }

  private static InputStream failing() {
    return new InputStream() {
      @Override
      public int read() throws IOException {
        throw new IOException("the line is dead");
      }

      @Override
      public int read(byte[] buffer, int offset, int length) throws IOException {
        return read();
      }
    };
  }

  private static InputStream unclosed(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)) {
      @Override
      public void close() {
        throw new AssertionError("closed");
      }
    };
  }
}
