package dev.quota.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CompleteTest {

  private static final String HELLO = "{\"prompt\": \"Hello there\", \"maxTokens\": 400}";
  private static final Pattern FRAME = Pattern.compile("event: (\\w+)\ndata: (.*)\n\n");

  private RunningDemo demo = new RunningDemo();

  private record Event(String name, JsonNode data) {}

  @AfterEach
  void stop() {
    demo.close();
  }

  private List<Event> complete(String user, String body) {
    HttpResponse<String> response = demo.post("/api/complete", user, body);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Type"))
        .contains("text/event-stream;charset=utf-8");
    List<Event> events = new ArrayList<>();
    for (MatchResult frame : FRAME.matcher(response.body()).results().toList()) {
      try {
        events.add(new Event(frame.group(1), new ObjectMapper().readTree(frame.group(2))));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return events;
  }

  private static Event last(List<Event> events) {
    return events.get(events.size() - 1);
  }

  private long used(String user, String quota) {
    JsonNode state = demo.quota(user, quota);
    assertThat(state.get("reserved").longValue()).isZero();
    return state.get("used").longValue();
  }

  @Test
  void itsLastFrameTellsWhatWasUsedAndExactlyThatIsCharged() {
    List<Event> events = complete("alice", HELLO);

    Event usage = last(events);
    assertThat(usage.name()).isEqualTo("usage");
    assertThat(usage.data().get("inputTokens").longValue()).isEqualTo(3);
    assertThat(usage.data().get("outputTokens").longValue()).isEqualTo(400);
    assertThat(usage.data().get("charged").longValue()).isEqualTo(403);
    assertThat(used("alice", "tokens")).isEqualTo(403);
    JsonNode settled = events.get(events.size() - 2).data();
    assertThat(settled.get("reason").textValue()).isEqualTo("settled");
    assertThat(settled.at("/state/quotas/0/used").longValue()).isEqualTo(403);
    assertThat(events).extracting(Event::name).startsWith("word").doesNotContain("error");
  }

  @Test
  void theEstimateIsReservedWhileItStreams() throws Exception {
    demo.close();
    demo = new RunningDemo(Duration.ofMillis(50));
    try (Socket client = streaming("alice")) {
      JsonNode state = demo.quota("alice", "tokens");
      assertThat(state.get("reserved").longValue()).isEqualTo(403);
      assertThat(state.at("/limits/2/text").textValue()).isEqualTo("1 of 2 running");
      client.setSoLinger(true, 0);
    }
    Eventually.holds(
        "nothing is reserved any more",
        () -> demo.quota("alice", "tokens").get("reserved").longValue() == 0);
    assertThat(used("alice", "tokens"))
        .as("somebody who leaves pays what was used")
        .isBetween(4L, 402L);
  }

  private Socket streaming(String user) throws IOException {
    Socket client = new Socket("localhost", demo.uri("/").getPort());
    client
        .getOutputStream()
        .write(
            ("POST /api/complete HTTP/1.1\r\nHost: localhost\r\nX-Demo-User: "
                    + user
                    + "\r\nContent-Type: application/json\r\nContent-Length: "
                    + HELLO.length()
                    + "\r\n\r\n"
                    + HELLO)
                .getBytes(StandardCharsets.US_ASCII));
    assertThat(client.getInputStream().read()).isPositive();
    return client;
  }

  @Test
  void theThirdAtOnceIsToldThatOneMustFinishFirst() throws Exception {
    demo.close();
    demo = new RunningDemo(Duration.ofMillis(200));
    try (Socket first = streaming("alice");
        Socket second = streaming("alice")) {
      HttpResponse<String> third = demo.post("/api/complete", "alice", HELLO);
      assertThat(third.statusCode()).isEqualTo(429);
      assertThat(RunningDemo.json(third).get("code").textValue())
          .isEqualTo("quota.exhausted.concurrent");
      first.setSoLinger(true, 0);
      second.setSoLinger(true, 0);
    }
  }

  @Test
  void aSpentDayRefusesOnFreeAndGoesOnSmallerOnPro() {
    demo.spend("alice", "tokens", 9_900);
    demo.spend("bob", "tokens", 9_900);

    HttpResponse<String> refused = demo.post("/api/complete", "alice", HELLO);
    assertThat(refused.statusCode()).isEqualTo(429);
    assertThat(RunningDemo.json(refused).get("code").textValue())
        .isEqualTo("quota.not_enough.calendar");

    HttpResponse<String> smaller = demo.post("/api/complete", "bob", HELLO);
    assertThat(smaller.statusCode()).isEqualTo(200);
    assertThat(smaller.headers().firstValue("X-Demo-Model")).contains("smaller");
    assertThat(used("bob", "tokens")).isEqualTo(9_900);
    assertThat(used("bob", "small-tokens")).isPositive();
    assertThat(demo.quota("bob", "tokens").at("/degraded").isNull()).isTrue();
  }

  @Test
  void membersOfAnOrganisationShareAMonth() {
    complete("carol", HELLO);
    JsonNode shared = demo.quota("dave", "tokens").at("/limits/1");
    assertThat(shared.get("shared").booleanValue()).isTrue();
    assertThat(shared.get("used").isNull()).as("nobody's use can be worked out").isTrue();
    assertThat(shared.get("remainingShare").doubleValue()).isEqualTo(0.95);
    assertThat(demo.quota("alice", "tokens").at("/limits/1/level").textValue())
        .isEqualTo("unlimited");
  }

  @Test
  void aGrantTakesEffectAtOnce() {
    demo.spend("alice", "tokens", 9_900);
    assertThat(demo.post("/api/complete", "alice", HELLO).statusCode()).isEqualTo(429);

    HttpResponse<String> grant =
        demo.post("/demo/grant", "alice", "{\"quota\":\"tokens\",\"amount\":1000}");
    assertThat(grant.statusCode()).as(grant.body()).isEqualTo(200);
    JsonNode tokens = demo.quota("alice", "tokens");
    assertThat(tokens.get("granted").longValue()).isEqualTo(1_000);
    assertThat(tokens.get("limit").longValue()).isEqualTo(11_000);
    assertThat(last(complete("alice", HELLO)).data().get("charged").longValue()).isEqualTo(403);
    assertThat(demo.quota("bob", "tokens").get("granted").longValue()).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{\"quota\":\"tokens\"}",
        "{\"quota\":\"tokens\",\"amount\":0}",
        "{\"quota\":\"tokens\",\"amount\":1e9}",
        "{\"quota\":\"nothing\",\"amount\":5}",
        "{\"quota\":\"ping\",\"amount\":5}"
      })
  void grantsThatMakeNoSenseAreRefused(String body) {
    HttpResponse<String> answer = demo.post("/demo/grant", "alice", body);
    assertThat(answer.statusCode()).isIn(400, 409);
    assertThat(RunningDemo.json(answer).get("detail").textValue()).isNotBlank();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "prompt",
        "{\"prompt\": \"\"}",
        "{\"prompt\": 7}",
        "{\"prompt\": \"Hi\", \"maxTokens\": 0}",
        "{\"prompt\": \"Hi\", \"maxTokens\": -1}",
        "{\"prompt\": \"Hi\", \"maxTokens\": 4001}",
        "{\"prompt\": \"Hi\", \"maxTokens\": \"many\"}",
        "{\"prompt\": \"Hi\", \"maxTokens\": 1e400}",
        "{\"prompt\": \"Hi\"} more"
      })
  void whatIsNoCompletionCostsNothing(String body) {
    HttpResponse<String> answer = demo.post("/api/complete", "alice", body);
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(RunningDemo.json(answer).get("detail").textValue()).endsWith("Nothing was charged.");
    assertThat(used("alice", "tokens")).isZero();
  }

  @Test
  void twoAgentsInACircleAreStoppedAtTheTwelfthCall() {
    String path = "/api/agent/writer";
    String conversation = "";
    int calls = 0;
    while (true) {
      var request = RunningDemo.as(demo.request(path), "alice");
      if (!conversation.isEmpty()) {
        request.header("Quota-Conversation", conversation);
      }
      HttpResponse<String> answer = demo.send(request.POST(BodyPublishers.noBody()));
      conversation = answer.headers().firstValue("Quota-Conversation").orElseThrow();
      if (answer.statusCode() != 200) {
        assertThat(RunningDemo.json(answer).get("detail").textValue())
            .startsWith("This conversation went back and forth between agents 12 times");
        break;
      }
      calls++;
      path = RunningDemo.json(answer).get("next").textValue();
    }
    assertThat(calls).isEqualTo(12);
  }
}
