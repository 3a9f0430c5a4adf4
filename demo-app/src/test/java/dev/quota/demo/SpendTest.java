package dev.quota.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SpendTest {

  private final RunningDemo demo = new RunningDemo();

  @AfterEach
  void stop() {
    demo.close();
  }

  @Test
  void usesUpWhatIsAskedAsIfItHadTakenSomeMinutes() {
    JsonNode spent = spend("alice", "chat", 40);

    assertThat(spent.get("taken").intValue()).isEqualTo(40);
    assertThat(spent.get("clockAheadSeconds").intValue()).isEqualTo(240);
    JsonNode chat = demo.quota("alice", "chat");
    assertThat(chat.get("level").textValue()).isEqualTo("warning");
    assertThat(chat.get("remaining").intValue()).isEqualTo(10);
    assertThat(chat.get("allowed").booleanValue()).isTrue();
    assertThat(chat.at("/limits/0/remaining").intValue()).as("the pace is fresh").isEqualTo(10);
    assertThat(Instant.parse(demo.state("alice").get("now").textValue()))
        .isEqualTo(Instant.parse("2026-11-23T15:03:30Z"));
  }

  @Test
  void usesUpAtOnceWhatThePaceAllows() {
    JsonNode spent = post("{\"quota\": \"chat\", \"amount\": 40, \"atOnce\": true}", "alice", 200);

    assertThat(spent.get("taken").intValue()).isEqualTo(10);
    assertThat(spent.get("clockAheadSeconds").intValue()).isZero();
    HttpResponse<String> refusal = demo.chat("alice");
    assertThat(refusal.statusCode()).isEqualTo(429);
    assertThat(refusal.headers().firstValue("Retry-After")).contains("6");
  }

  @Test
  void takesNoMoreThanThereIsAndNothingOfOthers() {
    assertThat(spend("alice", "chat", 9_999).get("taken").intValue()).isEqualTo(50);
    assertThat(spend("alice", "chat", 1).get("taken").intValue()).isZero();
    assertThat(spend("alice", "ping", 9).get("taken").intValue()).isEqualTo(5);
    assertThat(spend("alice", "image", 7).get("taken").intValue()).isEqualTo(7);
    assertThat(spend("alice", "large-model", 9).get("taken").intValue()).isEqualTo(3);

    assertThat(demo.quota("alice", "large-model").get("level").textValue()).isEqualTo("degraded");
    for (JsonNode quota : demo.state("bob").get("quotas")) {
      assertThat(quota.get("used").intValue()).isZero();
    }
  }

  @Test
  void countsAlsoWhereNothingEnds() {
    assertThat(spend("carol", "chat", 1_000).get("taken").intValue()).isEqualTo(1_000);
    assertThat(demo.quota("carol", "chat").get("used").intValue()).isEqualTo(1_000);
  }

  @Test
  void takesWhatFitsNowWhereRedisHasAClockOfItsOwn(@TempDir Path directory) {
    try (LocalRedis redis = new LocalRedis(directory);
        RunningDemo shared = RunningDemo.on(redis, 1)) {
      HttpResponse<String> spent =
          shared.post("/demo/spend", "alice", "{\"quota\": \"chat\", \"amount\": 40}");

      assertThat(RunningDemo.json(spent).get("taken").intValue()).isEqualTo(10);
      assertThat(shared.quota("alice", "chat").get("used").intValue()).isEqualTo(10);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "40",
        "{",
        "{}",
        "{\"quota\": \"chat\"}",
        "{\"quota\": \"chat\", \"amount\": 0}",
        "{\"quota\": \"chat\", \"amount\": -1}",
        "{\"quota\": \"chat\", \"amount\": 1.5}",
        "{\"quota\": \"chat\", \"amount\": \"5\"}",
        "{\"quota\": \"chat\", \"amount\": 10001}",
        "{\"quota\": \"chat\", \"amount\": 99999999999999999999}",
        "{\"quota\": \"nothing\", \"amount\": 1}",
        "{\"quota\": 7, \"amount\": 1}",
        "{\"amount\": 1}"
      })
  void saysWhatToSendInsteadOfNonsense(String body) {
    JsonNode problem = post(body, "alice", 400);

    assertThat(problem.get("detail").textValue()).contains("Send {\"quota\": \"chat\"");
    assertThat(demo.quota("alice", "chat").get("used").intValue()).isZero();
  }

  @Test
  void refusesNamesThatCannotBeNames() {
    post("{\"quota\": \"chat\", \"amount\": 1}", "two words", 400);
  }

  private JsonNode spend(String user, String quota, int amount) {
    return post("{\"quota\": \"" + quota + "\", \"amount\": " + amount + "}", user, 200);
  }

  private JsonNode post(String body, String user, int status) {
    HttpResponse<String> response = demo.post("/demo/spend", user, body);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    return RunningDemo.json(response);
  }
}
