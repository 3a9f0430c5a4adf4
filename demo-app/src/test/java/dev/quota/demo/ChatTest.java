package dev.quota.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChatTest {

  private final RunningDemo demo = new RunningDemo();

  @AfterEach
  void stop() {
    demo.close();
  }

  @Test
  void answersAndSaysThatTheAnswerIsSimulated() {
    HttpResponse<String> answer = demo.chat("alice");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type")).contains("text/plain;charset=utf-8");
    assertThat(answer.body()).startsWith(SimulatedModel.PREFACE).hasSizeGreaterThan(60);
    assertThat(answer.headers().firstValue("Quota-Level")).contains("chat=ok");
    assertThat(demo.quota("alice", "chat").get("used").intValue()).isEqualTo(1);
  }

  @Test
  void sendsEachWordWhenItIsReady() throws IOException {
    try (RunningDemo slow = new RunningDemo(Duration.ofMillis(20));
        Socket client = asked(slow)) {
      String first = new String(client.getInputStream().readNBytes(40), StandardCharsets.UTF_8);
      String rest = readUntil("\r\n0\r\n\r\n", client);

      assertThat(first).startsWith("HTTP/1.1 200");
      assertThat(rest)
          .contains("Transfer-Encoding: chunked")
          // A chunk for each word: its size in hexadecimal, the word and its space.
          .contains("\r\nB\r\n(Simulated \r\n", "\r\n9\r\nanswer.) \r\n");
    }
  }

  @Test
  void survivesAClientThatLeaves() throws IOException {
    try (RunningDemo slow = new RunningDemo(Duration.ofMillis(5))) {
      try (Socket client = asked(slow)) {
        assertThat(client.getInputStream().read()).isEqualTo('H');
        client.setSoLinger(true, 0);
      }
      assertThat(slow.chat("bob").statusCode()).isEqualTo(200);
      assertThat(slow.quota("alice", "chat").get("used").intValue()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "hello",
        "[]",
        "\"hello\"",
        "{}",
        "{\"prompt\": 7}",
        "{\"prompt\": null}",
        "{\"prompt\": {\"prompt\": \"x\"}}",
        "{\"prompt\": \"\"}",
        "{\"prompt\": \" \\n\"}",
        "{\"prompt\": \"x\"",
        "{\"prompt\": \"x\"} more",
        "{\"prompt\": \"x\", \"prompt\": \"y\"}",
        "{\"prompt\": \"\\ud8\"}",
        "\u0000"
      })
  void takesNothingForAPromptThatIsNone(String body) {
    assertIsBadPrompt(demo.post("/api/chat", "alice", body));
  }

  @Test
  void takesNothingForAHugePrompt() {
    String longest = "x".repeat(Prompt.MAX_CHARACTERS);

    assertIsBadPrompt(demo.post("/api/chat", "alice", "{\"prompt\": \"" + longest + "x\"}"));
    assertIsBadPrompt(demo.post("/api/chat", "alice", "{\"a\": \"" + "x".repeat(100_000) + "\"}"));
    assertIsBadPrompt(demo.post("/api/chat", "alice", "[".repeat(30_000)));
    assertThat(demo.post("/api/chat", "alice", "{\"prompt\": \"" + longest + "\"}").statusCode())
        .isEqualTo(200);
  }

  @Test
  void ignoresMembersItDoesNotKnow() {
    String body = "{\"model\": {\"name\": [1, 2]}, \"prompt\": \"Hi\", \"n\": 1}";

    assertThat(demo.post("/api/chat", "alice", body).statusCode()).isEqualTo(200);
  }

  @Test
  void takesNothingForAGet() {
    assertThat(demo.get("/api/chat", "alice").statusCode()).isEqualTo(405);
    assertThat(demo.quota("alice", "chat").get("used").intValue()).isZero();
  }

  @Test
  void keepsTheMeterHonestAfterNineChatsInAMinute() {
    for (int i = 0; i < 9; i++) {
      assertThat(demo.chat("alice").statusCode()).isEqualTo(200);
    }

    JsonNode chat = demo.quota("alice", "chat");

    assertThat(chat.get("primary").textValue()).isEqualTo("daily");
    assertThat(chat.get("remaining").intValue()).isEqualTo(41);
    assertThat(chat.at("/message/title").textValue()).startsWith("41 of 50");
    assertThat(chat.get("remainingShare").doubleValue()).isEqualTo(0.82);
  }

  @Test
  void warnsBeforeTheWallAndRefusesAtIt() {
    for (int i = 0; i < 50; i++) {
      HttpResponse<String> answer = demo.chat("alice");
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.headers().firstValue("Quota-Level"))
          .contains(i < 39 ? "chat=ok" : i < 49 ? "chat=warning" : "chat=exhausted");
      demo.pass(Duration.ofSeconds(6));
    }

    HttpResponse<String> refusal = demo.chat("alice");

    assertThat(refusal.statusCode()).isEqualTo(429);
    JsonNode problem = RunningDemo.json(refusal);
    assertThat(problem.get("code").textValue()).isEqualTo("quota.exhausted.calendar");
    assertThat(problem.at("/violated-policies/0").textValue()).isEqualTo("chat.daily");
    assertThat(problem.at("/state/quotas/0/message/actions/0/href").textValue())
        .isEqualTo("/plans");
    assertThat(demo.chat("bob").statusCode()).isEqualTo(200);
  }

  @Test
  void letsASmallerModelAnswerWhenTheLargeOneIsUsedUpAndSaysSo() {
    for (int i = 0; i < 3; i++) {
      HttpResponse<String> large = demo.post("/api/chat/large", "alice", "{\"prompt\": \"Hi\"}");
      assertThat(large.statusCode()).isEqualTo(200);
      assertThat(large.body()).startsWith(SimulatedModel.PREFACE);
      assertThat(large.headers().firstValue(ChatServlet.MODEL_HEADER)).isEmpty();
    }

    HttpResponse<String> small = demo.post("/api/chat/large", "alice", "{\"prompt\": \"Hi\"}");

    assertThat(small.statusCode()).isEqualTo(200);
    assertThat(small.headers().firstValue("Quota-Level").orElseThrow())
        .contains("large-model=degraded", "chat=ok");
    assertThat(small.headers().firstValue(ChatServlet.MODEL_HEADER)).contains("smaller");
    assertThat(small.body()).startsWith("(Simulated answer, smaller model.) ").endsWith(".");
    assertThat(small.body().length())
        .isLessThan(demo.chat("alice").body().length() / 2 + SimulatedModel.PREFACE.length());
    JsonNode large = demo.quota("alice", "large-model");
    assertThat(large.get("used").intValue()).isEqualTo(3);
    assertThat(large.at("/degraded/label").textValue()).isEqualTo("a smaller model");
    assertThat(demo.quota("alice", "chat").get("used").intValue()).isEqualTo(5);
  }

  @Test
  void worksWithPoliciesThatKnowNoLargeModel() {
    try (RunningDemo plain = RunningDemo.without("large-model")) {
      assertThat(plain.chat("alice").statusCode()).isEqualTo(200);
      assertThat(plain.post("/api/chat/large", "alice", "{\"prompt\": \"Hi\"}").statusCode())
          .isEqualTo(405);
    }
  }

  @ParameterizedTest
  @MethodSource("dev.quota.demo.PageTest#languages")
  void answersInTheLanguageOfThePage(String language) {
    HttpRequest.Builder request =
        demo.request("/api/chat/large")
            .header("Cookie", "demo-user=bob; demo-locale=" + language)
            .POST(HttpRequest.BodyPublishers.ofString("{\"prompt\": \"?\"}"));

    HttpResponse<String> answer = demo.send(request);

    assertThat(answer.headers().firstValue("Content-Language")).contains(language);
    Answers known = Answers.in(language);
    assertThat(answer.body()).startsWith(known.preface());
    assertThat(known.topics().get(known.topics().size() - 1).answers())
        .contains(answer.body().substring(known.preface().length()));
  }

  @Test
  void grantsExactlyTheCapacityToParallelRequests() {
    List<CompletableFuture<HttpResponse<String>>> answers =
        IntStream.range(0, 200).mapToObj(i -> demo.chatLater("alice")).toList();

    List<Integer> statuses = answers.stream().map(answer -> answer.join().statusCode()).toList();

    assertThat(statuses).filteredOn(status -> status == 200).hasSize(10);
    assertThat(statuses).filteredOn(status -> status == 429).hasSize(190);
    assertThat(demo.quota("alice", "chat").get("used").intValue()).isEqualTo(10);
  }

  private void assertIsBadPrompt(HttpResponse<String> response) {
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
    assertThat(response.headers().firstValue("RateLimit")).isEmpty();
    assertThat(RunningDemo.json(response).get("detail").textValue())
        .contains("Nothing was charged");
    assertThat(demo.quota("alice", "chat").get("used").intValue()).isZero();
  }

  private static String readUntil(String end, Socket client) throws IOException {
    StringBuilder text = new StringBuilder();
    while (text.length() < end.length()
        || !text.substring(text.length() - end.length()).equals(end)) {
      int next = client.getInputStream().read();
      assertThat(next).as("what follows " + text).isNotNegative();
      text.append((char) next);
    }
    return text.toString();
  }

  private static Socket asked(RunningDemo demo) throws IOException {
    URI uri = demo.uri("/api/chat");
    Socket client = new Socket(uri.getHost(), uri.getPort());
    client.setSoTimeout(20_000);
    String body = "{\"prompt\": \"Hello\"}";
    String request =
        "POST /api/chat HTTP/1.1\r\nHost: localhost\r\nX-Demo-User: alice\r\n"
            + "Content-Length: "
            + body.length()
            + "\r\n\r\n"
            + body;
    client.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    return client;
  }
}
