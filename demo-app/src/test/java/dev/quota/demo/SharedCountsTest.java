package dev.quota.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two demos on one Redis, which is killed and comes back. */
class SharedCountsTest {

  @TempDir private Path directory;
  private LocalRedis redis;
  private RunningDemo one;
  private RunningDemo other;

  @BeforeEach
  void start() {
    redis = new LocalRedis(directory);
    one = RunningDemo.on(redis, 2);
    other = RunningDemo.on(redis, 2);
  }

  @AfterEach
  void stop() {
    one.close();
    other.close();
    redis.close();
  }

  @Test
  void countsSixPingsOverTwoDemosTogether() {
    for (int i = 1; i <= 5; i++) {
      HttpResponse<String> pong = (i % 2 == 0 ? one : other).get("/api/ping", "alice");
      assertThat(pong.statusCode()).isEqualTo(200);
      assertThat(pong.headers().firstValue("Quota-Level"))
          .contains(i < 4 ? "ping=ok" : i < 5 ? "ping=warning" : "ping=exhausted");
    }

    assertThat(one.get("/api/ping", "alice").statusCode()).isEqualTo(429);
    assertThat(other.get("/api/ping", "alice").statusCode()).isEqualTo(429);
    assertThat(other.get("/api/ping", "bob").statusCode()).isEqualTo(200);
  }

  @Test
  void saysThatRedisAnswers() {
    JsonNode store = health(one);

    assertThat(store.get("name").textValue()).isEqualTo("redis");
    assertThat(store.get("available").booleanValue()).isTrue();
    assertThat(store.get("detail").textValue()).startsWith("Answering;");
  }

  @Test
  void doesWhatEachPolicySaysWhileRedisIsAwayAndRecovers() {
    assertThat(one.chat("alice").statusCode()).isEqualTo(200);
    redis.kill();
    awaitAvailable(one, false);

    assertThat(health(one).get("detail").textValue()).startsWith("Not asked for");
    for (int i = 0; i < 5; i++) {
      HttpResponse<String> answer = one.chat("alice");
      assertThat(answer.statusCode()).as("chat %d: half of 10 on each node", i).isEqualTo(200);
    }
    assertThat(one.chat("alice").statusCode()).isEqualTo(429);
    assertThat(one.quota("alice", "chat").get("accuracy").textValue()).isEqualTo("approximate");
    for (int i = 0; i < 7; i++) {
      assertThat(one.get("/api/ping", "alice").statusCode()).as("uncounted").isEqualTo(200);
    }
    HttpResponse<String> picture = one.post("/api/image", "alice", "{\"prompt\": \"hills\"}");
    assertThat(picture.statusCode()).isEqualTo(503);
    assertThat(RunningDemo.json(picture).get("code").textValue()).isEqualTo("quota.unavailable");
    assertThat(one.quota("alice", "image").get("level").textValue()).isEqualTo("unknown");
    assertThat(one.get("/", "alice").statusCode()).isEqualTo(200);

    redis.start();
    awaitAvailable(one, true);
    awaitAvailable(other, true);

    assertThat(one.chat("alice").statusCode()).isEqualTo(200);
    assertThat(other.quota("alice", "chat").get("accuracy").textValue()).isEqualTo("exact");
    assertThat(other.quota("alice", "chat").get("used").intValue()).isEqualTo(1);
    assertThat(one.post("/api/image", "alice", "{\"prompt\": \"hills\"}").statusCode())
        .isEqualTo(200);
  }

  @Test
  void servesFromTheStartWithoutRedisAndFindsItLater() {
    redis.kill();
    try (RunningDemo late = RunningDemo.on(redis, 2)) {
      assertThat(health(late).get("available").booleanValue()).isFalse();
      assertThat(late.chat("alice").statusCode()).isEqualTo(200);
      assertThat(late.get("/api/ping", "alice").statusCode()).isEqualTo(200);
      assertThat(late.post("/api/image", "alice", "").statusCode()).isEqualTo(503);

      redis.start();
      awaitAvailable(late, true);

      assertThat(late.post("/api/image", "alice", "").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void answersWithTheFailureOfAnEndpointAlsoWithoutRedis() {
    redis.kill();

    assertThat(one.get("/api/flaky", "alice").statusCode()).isEqualTo(500);
  }

  /** Charges until the store has noticed; looks at states never decide that Redis is away. */
  private static void awaitAvailable(RunningDemo demo, boolean expected) {
    Eventually.holds(
        "available is " + expected,
        () -> {
          assertThat(demo.get("/api/ping", "zoe").statusCode()).isIn(200, 429);
          return health(demo).get("available").booleanValue() == expected;
        });
  }

  private static JsonNode health(RunningDemo demo) {
    HttpResponse<String> response = demo.send(demo.request("/health"));
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("Cache-Control")).contains("no-store");
    assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
    return RunningDemo.json(response).get("store");
  }
}
