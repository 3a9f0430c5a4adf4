package dev.quota.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** No answer of the demo ends without its last word: why it ended, and what was charged. */
class StreamEndsTest {

  private static final Pattern FRAME = Pattern.compile("event: (\\w+)\ndata: (.*)\n\n");

  private RunningDemo demo = new RunningDemo();

  private record Event(String name, JsonNode data) {}

  @AfterEach
  void stop() {
    demo.close();
  }

  private void restart(Duration pace, Duration timeout) {
    demo.close();
    demo = new RunningDemo(pace, timeout);
  }

  private static String asking(int maxTokens) {
    return "{\"prompt\": \"Hello there\", \"maxTokens\": " + maxTokens + "}";
  }

  private static List<Event> events(String body) {
    List<Event> events = new ArrayList<>();
    for (MatchResult frame : FRAME.matcher(body).results().toList()) {
      try {
        events.add(new Event(frame.group(1), new ObjectMapper().readTree(frame.group(2))));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return events;
  }

  private List<Event> complete(int maxTokens) {
    HttpResponse<String> response = demo.post("/api/complete", "alice", asking(maxTokens));
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return events(response.body());
  }

  private static List<String> notices(List<Event> events) {
    return events.stream()
        .filter(event -> event.name().equals("quota"))
        .map(event -> event.data().get("reason").textValue())
        .toList();
  }

  /** Asserts that the last frames say why it ended and what was charged, and that it is so. */
  private void assertEnds(List<Event> events, String reason) {
    Event usage = events.get(events.size() - 1);
    assertThat(usage.name()).isEqualTo("usage");
    assertThat(usage.data().get("end").textValue()).isEqualTo(reason);
    long charged = usage.data().get("charged").longValue();
    assertThat(charged)
        .isEqualTo(
            usage.data().get("inputTokens").longValue()
                + usage.data().get("outputTokens").longValue());
    assertThat(demo.quota("alice", "tokens").get("used").longValue()).isEqualTo(charged);
    assertThat(demo.quota("alice", "tokens").get("reserved").longValue()).isZero();
  }

  @Test
  void theLongestAnswerIsFasterThanTheTimeOut() {
    for (String language : PageLanguage.TAGS) {
      Duration needed =
          new SimulatedModel(SimulatedModel.PACE)
              .longAnswer("Hello there", language, Completion.MAX_TOKENS).stream()
                  .map(SimulatedModel.Word::pause)
                  .reduce(Duration.ZERO, Duration::plus);
      assertThat(needed)
          .as(language)
          .isLessThanOrEqualTo(SimulatedModel.LONGEST_ANSWER)
          .isGreaterThan(Duration.ofSeconds(30));
    }
  }

  @Test
  void anAnswerOfTheMostTokensEndsAsADoneOne() {
    List<Event> events = complete(4_000);
    assertEnds(events, "done");
    assertThat(events).extracting(Event::name).doesNotContain("cut");
    assertThat(events.get(events.size() - 1).data().get("outputTokens").longValue())
        .isEqualTo(4_000);
  }

  @Test
  void timeThatIsUpIsSaidAndWhatWasWrittenIsCharged() {
    restart(Duration.ofMillis(20), Duration.ofMillis(700));
    List<Event> events = complete(4_000);
    Event cut = events.get(events.size() - 3);
    assertThat(cut.name()).isEqualTo("cut");
    assertThat(cut.data().get("reason").textValue()).isEqualTo("time");
    assertThat(cut.data().get("detail").textValue()).startsWith("The answer took too long");
    assertThat(notices(events)).containsExactly("settled");
    assertEnds(events, "time");
  }

  @Test
  void timeThatIsUpBeforeTheFirstWordChargesThePromptAlone() {
    restart(Duration.ofSeconds(5), Duration.ofMillis(300));
    List<Event> events = complete(1);
    assertThat(events).extracting(Event::name).containsExactly("cut", "quota", "usage");
    assertEnds(events, "time");
    assertThat(demo.quota("alice", "tokens").get("used").longValue()).isEqualTo(3);
  }

  @Test
  void theLimitIsSaidInBothWaysAfterItsGrace() {
    demo.spend("alice", "tokens", 9_000);
    List<Event> events = events(demo.post("/api/complete", "alice", asking(4_000)).body());
    assertThat(notices(events)).containsExactly("grace", "cut", "settled");
    assertThat(events.get(events.size() - 3).data().toString()).isEqualTo("{\"reason\":\"limit\"}");
    JsonNode usage = events.get(events.size() - 1).data();
    assertThat(usage.get("end").textValue()).isEqualTo("limit");
    assertThat(usage.get("charged").longValue()).isBetween(1_500L, 1_510L);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/api/complete", "/api/chat"})
  void aServerThatStopsSaysSo(String path) throws Exception {
    restart(Duration.ofMillis(50), Duration.ofMinutes(1));
    CompletableFuture<String> answer = new CompletableFuture<>();
    Thread reading = new Thread(() -> answer.complete(read(path)), "reading");
    reading.start();
    Eventually.holds("an answer has begun", () -> begun);
    demo.close();
    String body = answer.get();
    assertThat(body).contains("The server is stopping, so the answer was cut off.");
    if (path.equals("/api/complete")) {
      List<Event> events = events(body);
      assertThat(events.get(events.size() - 1).name()).isEqualTo("usage");
      assertThat(events.get(events.size() - 1).data().get("end").textValue()).isEqualTo("shutdown");
    }
  }

  private volatile boolean begun;

  /** Reads what comes, also of an answer whose connection is cut at its end. */
  private String read(String path) {
    StringBuilder body = new StringBuilder();
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(
                demo.stream(path, "alice", asking(400)), StandardCharsets.UTF_8))) {
      for (int next = in.read(); next >= 0; next = in.read()) {
        body.append((char) next);
        begun = true;
      }
    } catch (IOException e) {
      body.append("");
    }
    return body.toString();
  }

  @Test
  void anAnswerOfTheChatSaysThatItsTimeIsUp() {
    restart(Duration.ofMillis(100), Duration.ofMillis(500));
    assertThat(demo.chat("alice").body())
        .endsWith(
            "\n\nThe answer took too long, so it was cut off. What was written is kept and charged.");
  }
}
