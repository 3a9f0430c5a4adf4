package dev.quota.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quota.Quota;
import dev.quota.servlet.TestServlets.Answering;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class IdempotentTest {

  private TestApp app;

  /** Says whether it was asked before. */
  @Quota(value = "chat", idempotent = true)
  private static class Storing extends Answering {
    private static final long serialVersionUID = 1L;

    @Override
    protected void doPost(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      runs.incrementAndGet();
      if (request.getHeader("X-Fail") != null) {
        response.sendError(503);
        return;
      }
      response.getWriter().print(QuotaExchange.of(request).isRepetition() ? "again" : "first");
    }
  }

  @Quota(value = "chat", idempotent = true)
  @Quota("ping")
  private static final class Mixed extends Answering {
    private static final long serialVersionUID = 1L;
  }

  @BeforeEach
  void start() throws Exception {
    app =
        TestApp.with(TestServlets.policies())
            .servlet("/store/*", new Storing())
            .servlet("/chat", new TestServlets.Chat())
            .start();
  }

  @AfterEach
  void stop() {
    app.close();
  }

  private Answer post(String path, String key) {
    return app.send("POST", path, "X-User", "alice", "Idempotency-Key", key);
  }

  private Answer failing(String key) {
    return app.send("POST", "/store/a", "X-User", "alice", "Idempotency-Key", key, "X-Fail", "yes");
  }

  private long used() {
    return app.used("alice", "chat");
  }

  @Test
  void aRepeatedKeyIsChargedOnce() {
    assertThat(post("/store/a", "k-1").body()).isEqualTo("first");
    assertThat(post("/store/a", "k-1").body()).isEqualTo("again");
    assertThat(post("/store/a", "\"k-1\"").body()).as("quoted").isEqualTo("again");
    assertThat(used()).isEqualTo(1);
  }

  @Test
  void anotherKeyPathOrPersonIsAnotherCharge() {
    post("/store/a", "k-1");
    assertThat(post("/store/b", "k-1").body()).isEqualTo("first");
    assertThat(post("/store/a", "k-2").body()).isEqualTo("first");
    assertThat(app.send("POST", "/store/a", "X-User", "bob", "Idempotency-Key", "k-1").body())
        .isEqualTo("first");
    assertThat(used()).isEqualTo(3);
  }

  @Test
  void withoutTheAnnotationTheHeaderMeansNothing() {
    post("/chat", "k-1");
    post("/chat", "k-1");
    post("/chat", "k".repeat(10_240).substring(0, 4_000));
    assertThat(used()).isEqualTo(3);
  }

  @Test
  void withoutTheHeaderEachRequestIsCharged() {
    app.send("POST", "/store/a", "X-User", "alice");
    app.send("POST", "/store/a", "X-User", "alice");
    assertThat(used()).isEqualTo(2);
  }

  @Test
  void aFailureForgetsTheKey() {
    assertThat(failing("k-1").status()).isEqualTo(503);
    assertThat(used()).isZero();
    assertThat(post("/store/a", "k-1").body()).isEqualTo("first");
    assertThat(used()).isEqualTo(1);
  }

  @Test
  void aRepetitionThatFailsTakesNothingBack() {
    post("/store/a", "k-1");
    assertThat(failing("k-1").status()).isEqualTo(503);
    assertThat(used()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "two words", "\"", "\"open", "cl\u00e9", "a\tb"})
  void malformedKeysAreRefusedAndCostNothing(String key) throws IOException {
    String answer =
        app.raw(
            "POST /store/a HTTP/1.1",
            "X-User: alice",
            "Content-Length: 0",
            "Idempotency-Key: " + key);
    assertThat(answer).startsWith("HTTP/1.1 400");
    assertThat(used()).isZero();
  }

  @Test
  void longAndRepeatedKeysAreRefused() {
    assertThat(post("/store/a", "k".repeat(255)).status()).isEqualTo(200);
    Answer tooLong = post("/store/a", "k".repeat(256));
    assertThat(tooLong.status()).isEqualTo(400);
    assertThat(tooLong.json().get("detail").asText())
        .isEqualTo(
            "The Idempotency-Key header must be there once, with 1 to 255 visible ASCII characters.");
    Answer twice =
        app.send(
            "POST", "/store/a", "X-User", "alice", "Idempotency-Key", "a", "Idempotency-Key", "b");
    assertThat(twice.status()).isEqualTo(400);
    assertThat(used()).isEqualTo(1);
  }

  @Test
  void annotationsThatDisagreeFailAtTheStart() {
    assertThatThrownBy(
            () -> TestApp.with(TestServlets.policies()).servlet("/mixed", new Mixed()).start())
        .hasStackTraceContaining("idempotent must be set on all @Quota of one endpoint");
  }

  @Test
  void theWindowCanBeSet() throws Exception {
    app.close();
    app =
        TestApp.with(TestServlets.policies())
            .servlet("/store/*", new Storing())
            .customise(filter -> filter.idempotencyWindow(Duration.ofMinutes(5)))
            .start();
    post("/store/a", "k-1");
    app.advanceMillis(Duration.ofMinutes(5).toMillis());
    assertThat(post("/store/a", "k-1").body()).isEqualTo("first");
  }
}
