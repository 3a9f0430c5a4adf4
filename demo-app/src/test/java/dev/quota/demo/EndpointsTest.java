package dev.quota.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EndpointsTest {

  private final RunningDemo demo = new RunningDemo();

  @AfterEach
  void stop() {
    demo.close();
  }

  @Test
  void warnsAtTheFourthPingAndRefusesTheSixth() {
    for (int i = 1; i <= 5; i++) {
      HttpResponse<String> pong = demo.get("/api/ping", "alice");
      assertThat(pong.statusCode()).isEqualTo(200);
      assertThat(pong.headers().firstValue("Quota-Level"))
          .contains(i < 4 ? "ping=ok" : i < 5 ? "ping=warning" : "ping=exhausted");
      assertThat(pong.headers().firstValue("RateLimit").orElseThrow())
          .startsWith("\"ping.burst\";r=");
    }

    HttpResponse<String> refusal = demo.get("/api/ping", "alice");

    assertThat(refusal.statusCode()).isEqualTo(429);
    assertThat(refusal.headers().firstValue("Content-Type"))
        .hasValueSatisfying(type -> assertThat(type).startsWith("application/problem+json"));
    assertThat(refusal.headers().firstValue("Retry-After")).contains("12");
    JsonNode problem = RunningDemo.json(refusal);
    assertThat(problem.get("code").textValue()).isEqualTo("quota.exhausted.rolling");
    assertThat(problem.get("detail").textValue()).contains("12 seconds");
    assertThat(problem.at("/state/quotas/0/allowed").booleanValue()).isFalse();
  }

  @Test
  void grantsAPingAfterExactlyTheWaitItNamed() {
    spendPings("alice");
    demo.pass(Duration.ofMillis(11_999));
    assertThat(demo.get("/api/ping", "alice").statusCode()).isEqualTo(429);

    demo.pass(Duration.ofMillis(1));

    assertThat(demo.get("/api/ping", "alice").statusCode()).isEqualTo(200);
  }

  @Test
  void leavesOthersUntouched() {
    spendPings("alice");

    assertThat(demo.quota("bob", "ping").get("remaining").intValue()).isEqualTo(5);
    assertThat(demo.get("/api/ping", "bob").statusCode()).isEqualTo(200);
    assertThat(demo.send(demo.request("/api/ping")).statusCode()).isEqualTo(200);
  }

  @Test
  void showsAPageToAPersonWhoNavigates() {
    spendPings("alice");
    HttpRequest.Builder browser =
        RunningDemo.as(demo.request("/api/ping"), "alice")
            .header("Accept", "text/html,application/xhtml+xml,*/*;q=0.8");

    HttpResponse<String> page = demo.send(browser);

    assertThat(page.statusCode()).isEqualTo(429);
    assertThat(page.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/html");
    assertThat(page.body())
        .contains("in 12 seconds")
        .as("no plan shortens this")
        .doesNotContain("/plans");
  }

  @Test
  void givesTheChargeOfAFailureBack() {
    for (int i = 0; i < 7; i++) {
      HttpResponse<String> failure = demo.get("/api/flaky", "alice");
      assertThat(failure.statusCode()).isEqualTo(500);
      assertThat(failure.headers().firstValue("RateLimit")).isEmpty();
      assertThat(RunningDemo.json(failure).get("detail").textValue()).contains("comes back");
    }

    assertThat(demo.quota("alice", "ping").get("used").intValue()).isZero();
  }

  @Test
  void refusesTheFlakyEndpointToo() {
    spendPings("alice");

    assertThat(demo.get("/api/flaky", "alice").statusCode()).isEqualTo(429);
  }

  @Test
  void leavesTheOpenEndpointAlone() {
    for (int i = 0; i < 20; i++) {
      HttpResponse<String> open = demo.get("/api/open", "alice");
      assertThat(open.statusCode()).isEqualTo(200);
      assertThat(open.headers().firstValue("Quota-Level")).isEmpty();
    }
  }

  @Test
  void saysWhereCountsLive() {
    HttpResponse<String> health = demo.send(demo.request("/health"));

    assertThat(health.statusCode()).isEqualTo(200);
    assertThat(health.headers().firstValue("Cache-Control")).contains("no-store");
    assertThat(health.headers().firstValue("Quota-Level")).isEmpty();
    JsonNode store = RunningDemo.json(health).get("store");
    assertThat(store.get("name").textValue()).isEqualTo("in process");
    assertThat(store.get("available").booleanValue()).isTrue();
    assertThat(store.get("detail").textValue()).isNotEmpty();
  }

  @Test
  void drawsFivePicturesAMonth() {
    for (int i = 1; i <= 5; i++) {
      HttpResponse<String> picture = demo.post("/api/image", "alice", "{\"prompt\": \"hills\"}");
      assertThat(picture.statusCode()).isEqualTo(200);
      assertThat(picture.headers().firstValue("Content-Type")).contains("image/svg+xml");
      assertThat(picture.body()).startsWith("<svg ").endsWith("</svg>");
      assertThat(demo.quota("alice", "image").get("remaining").intValue()).isEqualTo(20 - 4 * i);
    }

    HttpResponse<String> refusal = demo.post("/api/image", "alice", "");

    assertThat(refusal.statusCode()).isEqualTo(429);
    assertThat(RunningDemo.json(refusal).get("code").textValue())
        .isEqualTo("quota.exhausted.calendar");
    demo.pass(Duration.ofDays(8)); // December has begun
    assertThat(demo.post("/api/image", "alice", "").statusCode()).isEqualTo(200);
  }

  @Test
  void drawsOnceWhatIsAskedForTwice() {
    String first = picture("alice", "hills").body();
    assertThat(picture("alice", "hills").body()).isEqualTo(first);
    assertThat(demo.quota("alice", "image").get("remaining").intValue()).isEqualTo(16);
    assertThat(picture("alice", "lakes").statusCode()).isEqualTo(422);
    assertThat(picture("bob", "lakes").body()).isNotEqualTo(first);
  }

  private HttpResponse<String> picture(String user, String prompt) {
    return demo.send(
        RunningDemo.as(demo.request("/api/image"), user)
            .header("Idempotency-Key", "a-key")
            .POST(BodyPublishers.ofString("{\"prompt\": \"" + prompt + "\"}")));
  }

  @Test
  void saysBeforehandWhetherAPictureFits() {
    assertThat(demo.quota("alice", "image").get("cost").intValue()).isEqualTo(4);
    assertThat(demo.quota("alice", "image").get("allowed").booleanValue()).isTrue();
  }

  @Test
  void takesNothingForAPictureOfNonsense() {
    assertThat(demo.post("/api/image", "alice", "{").statusCode()).isEqualTo(400);
    assertThat(demo.quota("alice", "image").get("remaining").intValue()).isEqualTo(20);
  }

  private void spendPings(String user) {
    for (int i = 0; i < 5; i++) {
      assertThat(demo.get("/api/ping", user).statusCode()).isEqualTo(200);
    }
  }
}
