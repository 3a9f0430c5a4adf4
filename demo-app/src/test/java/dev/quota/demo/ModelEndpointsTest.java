package dev.quota.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.quota.models.UsageJson;
import dev.quota.usage.UsageReport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The simulated model as clients of OpenAI and of Anthropic call it. */
class ModelEndpointsTest {

  private static final String CHAT = "/v1/chat/completions";
  private static final String MESSAGES = "/v1/messages";
  private static final String HELLO =
      "\"messages\": [{\"role\": \"user\", \"content\": \"Hello\"}]";
  private static final Pattern DATA = Pattern.compile("data: (\\{.*})\n\n");

  private RunningDemo demo = new RunningDemo();

  @AfterEach
  void stop() {
    demo.close();
  }

  private static List<JsonNode> events(HttpResponse<String> response) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Type"))
        .contains("text/event-stream;charset=utf-8");
    List<JsonNode> events = new ArrayList<>();
    for (MatchResult frame : DATA.matcher(response.body()).results().toList()) {
      try {
        events.add(new ObjectMapper().readTree(frame.group(1)));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return events;
  }

  private long used(String user) {
    JsonNode state = demo.quota(user, "tokens");
    assertThat(state.get("reserved").longValue()).isZero();
    return state.get("used").longValue();
  }

  @Test
  void aCompletionTellsTheUsageThatIsCharged() {
    JsonNode answer =
        RunningDemo.json(demo.post(CHAT, "alice", "{\"model\": \"any\", " + HELLO + "}"));

    assertThat(answer.get("object").textValue()).isEqualTo("chat.completion");
    assertThat(answer.at("/choices/0/message/content").textValue())
        .startsWith("(Simulated answer.) ");
    assertThat(answer.at("/choices/0/finish_reason").textValue()).isEqualTo("stop");
    JsonNode usage = answer.get("usage");
    assertThat(usage.get("prompt_tokens").longValue()).isEqualTo(2);
    assertThat(usage.get("completion_tokens").longValue()).isPositive();
    assertThat(usage.get("total_tokens").longValue())
        .isEqualTo(2 + usage.get("completion_tokens").longValue())
        .isEqualTo(used("alice"));
  }

  @Test
  void aMessageTellsTheUsageThatIsCharged() {
    String body =
        "{\"model\": \"any\", \"max_tokens\": 9, \"system\": \"Be brief\", \"messages\": [{\"role\":"
            + " \"user\", \"content\": [{\"type\": \"image\", \"source\": {\"text\": 1}}, {\"type\":"
            + " \"text\", \"text\": \"What is it?\"}]}]}";
    JsonNode answer = RunningDemo.json(demo.post(MESSAGES, "alice", body));

    assertThat(answer.get("type").textValue()).isEqualTo("message");
    assertThat(answer.at("/content/0/text").textValue()).startsWith("(Simulated answer.) ");
    assertThat(answer.get("stop_reason").textValue()).isEqualTo("max_tokens");
    assertThat(answer.at("/usage/input_tokens").longValue()).isEqualTo(5);
    assertThat(answer.at("/usage/output_tokens").longValue()).isEqualTo(9);
    assertThat(used("alice")).isEqualTo(14);
  }

  @Test
  void theReaderOfUsageReadsBothStreamsAsTheyAreCharged() {
    String stream =
        "{\"stream\": true, \"stream_options\": {\"include_usage\": true}, " + HELLO + "}";
    for (String path : new String[] {CHAT, MESSAGES}) {
      String user = path.equals(CHAT) ? "ann" : "ben";
      UsageJson usage = new UsageJson();
      events(demo.post(path, user, stream)).forEach(event -> usage.add(event.toString()));
      UsageReport report = usage.report().orElseThrow();
      assertThat(report.totalInputTokens() + report.outputTokens())
          .as(path)
          .isEqualTo(used(user))
          .isGreaterThan(2);
    }
  }

  @Test
  void aStreamOfOpenAiTellsUsageOnlyIfAsked() {
    HttpResponse<String> response = demo.post(CHAT, "alice", "{\"stream\": true, " + HELLO + "}");
    List<JsonNode> events = events(response);

    assertThat(response.body()).endsWith("data: [DONE]\n\n").doesNotContain("\"usage\"");
    assertThat(events.get(0).at("/choices/0/delta/role").textValue()).isEqualTo("assistant");
    assertThat(events.get(events.size() - 1).at("/choices/0/finish_reason").textValue())
        .isEqualTo("stop");
    assertThat(events).extracting(it -> it.get("id").textValue()).doesNotContainNull();
    assertThat(events.stream().map(it -> it.get("id")).distinct()).hasSize(1);
    assertThat(used("alice")).isPositive();
  }

  @Test
  void aStreamOfAnthropicHasTheEventsInTheirOrder() {
    List<JsonNode> events =
        events(demo.post(MESSAGES, "alice", "{\"stream\": true, " + HELLO + "}"));

    assertThat(events.stream().map(it -> it.get("type").textValue()).distinct())
        .containsExactly(
            "message_start",
            "content_block_start",
            "content_block_delta",
            "content_block_stop",
            "message_delta",
            "message_stop");
  }

  @ParameterizedTest
  @CsvSource({CHAT + ", /error/message", MESSAGES + ", /error/message"})
  void aSpentDayIsSaidWhereTheClientsLook(String path, String where) {
    demo.spend("alice", "tokens", 9_999);
    HttpResponse<String> refused = demo.post(path, "alice", "{\"stream\": true, " + HELLO + "}");

    assertThat(refused.statusCode()).isEqualTo(429);
    assertThat(RunningDemo.json(refused).at(where).textValue()).contains("token");
    assertThat(RunningDemo.json(refused).get("code").textValue())
        .isEqualTo("quota.not_enough.calendar");
  }

  @Test
  void aSpentDayGoesOnSmallerOnPro() {
    demo.spend("bob", "tokens", 9_999);
    HttpResponse<String> smaller = demo.post(CHAT, "bob", "{" + HELLO + "}");

    assertThat(RunningDemo.json(smaller).get("model").textValue()).isEqualTo("simulated-small");
    assertThat(smaller.headers().firstValue("X-Demo-Model")).contains("smaller");
  }

  @Test
  void aStreamThatIsCutByTheEndOfItsTimeEndsWithAnError() {
    demo.close();
    demo = new RunningDemo(Duration.ofSeconds(1), Duration.ofMillis(200));
    List<JsonNode> chat = events(demo.post(CHAT, "alice", "{\"stream\": true, " + HELLO + "}"));
    List<JsonNode> messages =
        events(demo.post(MESSAGES, "bob", "{\"stream\": true, " + HELLO + "}"));

    assertThat(chat.get(chat.size() - 1).at("/error/type").textValue()).isEqualTo("server_error");
    JsonNode error = messages.get(messages.size() - 1);
    assertThat(error.get("type").textValue()).isEqualTo("error");
    assertThat(error.at("/error/type").textValue()).isEqualTo("api_error");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{",
        "{} {}",
        "{\"messages\": []}",
        "{\"messages\": 1}",
        "{\"messages\": [1]}",
        "{\"messages\": [{\"content\": \" \"}]}",
        "{\"max_tokens\": 0, " + HELLO + "}",
        "{\"max_tokens\": -1, " + HELLO + "}",
        "{\"max_tokens\": 1.5, " + HELLO + "}",
        "{\"max_tokens\": \"9\", " + HELLO + "}",
        "{\"stream\": \"yes\", " + HELLO + "}",
        "{\"n\": 2, " + HELLO + "}"
      })
  void aCallThatCannotBeReadIsFreeAndSaysWhy(String body) {
    for (String path : new String[] {CHAT, MESSAGES}) {
      HttpResponse<String> response = demo.post(path, "alice", body);
      assertThat(response.statusCode()).isEqualTo(400);
      JsonNode error = RunningDemo.json(response);
      assertThat(error.at("/error/type").textValue()).isEqualTo("invalid_request_error");
      assertThat(error.at("/error/message").textValue()).endsWith(". Nothing was charged.");
      assertThat(error.path("type").textValue()).isEqualTo(path.equals(CHAT) ? null : "error");
    }
    assertThat(used("alice")).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"max_tokens\": 99999999999999999999999, " + HELLO + "}",
        "{\"max_tokens\": null, \"max_completion_tokens\": 4000000000, " + HELLO + "}",
        "{\"stream\": null, \"stream_options\": null, \"n\": 1, \"tools\": [{\"a\": [1]}], "
            + HELLO
            + "}"
      })
  void aCallWithMoreThanTheModelReadsIsAnswered(String body) {
    assertThat(demo.post(CHAT, "alice", body).statusCode()).isEqualTo(200);
  }

  @Test
  void aNameThatIsNoneIsSaidWhereTheClientsLook() {
    HttpResponse<String> response = demo.post(CHAT, "-", "{" + HELLO + "}");
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(RunningDemo.json(response).at("/error/message").textValue()).contains("X-Demo-User");
  }
}
