package dev.quota.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServletResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RefusalTest {

  private static final Filter CORS =
      (request, response, chain) -> {
        if (request.getParameter("cors") != null) {
          ((HttpServletResponse) response)
              .setHeader("Access-Control-Allow-Origin", "https://shop.example");
        }
        chain.doFilter(request, response);
      };

  private final TestServlets.Ping ping = new TestServlets.Ping();
  private TestApp app;

  @BeforeEach
  void startAndUseUp() throws Exception {
    app =
        TestApp.with(TestServlets.policies())
            .filter("/*", CORS)
            .servlet("/ping", ping)
            .servlet("/chat", new TestServlets.Chat())
            .start();
    for (int i = 0; i < 5; i++) {
      app.get("/ping", "X-User", "alice");
    }
  }

  @AfterEach
  void stop() {
    app.close();
  }

  @Test
  void isAProblemDocumentThatStandsAlone() {
    Answer refused = app.get("/ping", "X-User", "alice");
    assertThat(refused.header("Content-Type")).isEqualTo("application/problem+json");
    assertThat(refused.header("Cache-Control")).isEqualTo("no-store");
    assertThat(refused.header("Content-Language")).isEqualTo("en");
    assertThat(refused.header("Vary")).contains("Accept").contains("Accept-Language");
    assertThat(refused.header("x-should-retry")).isNull();
    assertThat(refused.header("Quota-Level")).isEqualTo("ping=exhausted");
    assertThat(refused.header("RateLimit")).isEqualTo("\"ping.minute\";r=0;t=12");
    var problem = refused.json();
    assertThat(problem.get("type").asText())
        .isEqualTo("https://iana.org/assignments/http-problem-types#quota-exceeded");
    assertThat(problem.get("status").asInt()).isEqualTo(429);
    assertThat(problem.get("code").asText()).isEqualTo("quota.exhausted.rolling");
    assertThat(problem.get("violated-policies").get(0).asText()).isEqualTo("ping.minute");
    assertThat(problem.get("retryAfterSeconds").asInt()).isEqualTo(12);
    assertThat(problem.get("retryable").asBoolean()).isTrue();
    assertThat(problem.get("detail").asText()).contains("12 seconds");
    assertThat(problem.get("error").toString())
        .isEqualTo(
            "{\"message\":"
                + problem.get("detail")
                + ",\"type\":\"rate_limit_exceeded\",\"code\":\"quota.exhausted.rolling\",\"param\":null}");
    assertThat(refused.quota("ping").get("blockedBy").get(0).asText()).isEqualTo("minute");
    assertThat(refused.quota("ping").get("allowed").asBoolean()).isFalse();
    assertThat(ping.runs).hasValue(5);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/json",
        "*/*",
        "text/event-stream",
        "application/json, text/html",
        "text/html;q=0.4, application/json;q=0.9",
        "text/html;q=0",
        "text/html;q=banana",
        ";;;,,,=",
        "\\\"<>",
        "text/html;q=0.5, */*",
        "*/*, text/html;q=0.9",
        "text/html;q=0.5, application/*",
        "text/*",
        "image/png"
      })
  void staysJsonFor(String accept) {
    assertThat(app.get("/ping", "X-User", "alice", "Accept", accept).header("Content-Type"))
        .isEqualTo("application/problem+json");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "text/html",
        "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8",
        "text/html, */*",
        "*/*, text/html",
        "text/html;q=0.5, application/json;q=0.1, */*",
        "application/xhtml+xml, application/*;q=0.9",
        "TEXT/HTML, application/json"
      })
  void isAPageFor(String accept) {
    Answer refused = app.get("/ping", "X-User", "alice", "Accept", accept);
    assertThat(refused.status()).isEqualTo(429);
    assertThat(refused.header("Content-Type")).startsWith("text/html");
    assertThat(refused.header("Content-Security-Policy"))
        .startsWith("default-src 'none'; style-src 'nonce-");
    String nonce =
        refused.header("Content-Security-Policy").replaceAll(".*'nonce-([^']+)'.*", "$1");
    assertThat(refused.body())
        .contains("<html lang=\"en\" dir=\"ltr\">")
        .contains("<style nonce=\"" + nonce + "\">")
        .contains("12 seconds")
        .contains("<a data-rel=\"retry\" href=\"\"><bdi>Try again</bdi></a>")
        .doesNotContain("<script", "/plans");
    assertThat(app.get("/ping", "X-User", "alice", "Accept", accept).body())
        .as("a nonce is used once")
        .doesNotContain(nonce);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "-", "--;q=1", "xx", "de;q=nope", ",,,", "en-GB, *;q=0.1", "<script>"})
  void survivesTheAcceptLanguage(String wanted) {
    assertThat(
            app.get("/ping", "X-User", "alice", "Accept-Language", wanted)
                .header("Content-Language"))
        .isEqualTo("en");
  }

  @Test
  void answersHeadLikeGetWithoutABody() {
    Answer refused = app.send("HEAD", "/ping", "X-User", "alice");
    assertThat(refused.status()).isEqualTo(429);
    assertThat(refused.header("Retry-After")).isEqualTo("12");
    assertThat(refused.body()).isEmpty();
    assertThat(app.send("HEAD", "/ping", "X-User", "bob").status()).isEqualTo(200);
    assertThat(app.used("bob", "ping")).isEqualTo(1);
  }

  @Test
  void exposesItsHeadersWhereTheApplicationAllowsAnotherOrigin() {
    Answer refused = app.get("/ping?cors", "X-User", "alice", "Origin", "https://shop.example");
    assertThat(String.join(", ", refused.headers("Access-Control-Expose-Headers")))
        .contains("RateLimit", "RateLimit-Policy", "Quota-Level", "Retry-After");
    Answer without = app.get("/ping", "X-User", "alice", "Origin", "https://shop.example");
    assertThat(without.header("Access-Control-Expose-Headers")).isNull();
    assertThat(without.header("Access-Control-Allow-Origin")).isNull();
  }

  @Test
  void aPrefetchIsRefusedUncharged() {
    Answer refused = app.get("/ping", "X-User", "bob", "Sec-Purpose", "prefetch;prerender");
    assertThat(refused.status()).isEqualTo(503);
    assertThat(refused.header("Cache-Control")).isEqualTo("no-store");
    assertThat(refused.json().get("detail").asText()).isNotBlank();
    assertThat(app.used("bob", "ping")).isZero();
    assertThat(ping.runs).hasValue(5);
  }

  @Test
  void aLongWaitTellsClientsNotToRetryByThemselves() {
    for (int i = 0; i < 50; i++) {
      app.get("/chat", "X-User", "alice");
      app.advanceMillis(6_000);
    }
    Answer refused = app.get("/chat", "X-User", "alice", "X-Zone", "Europe/Berlin");
    assertThat(refused.json().get("code").asText()).isEqualTo("quota.exhausted.calendar");
    assertThat(refused.header("x-should-retry")).isEqualTo("false");
    // Clients sleep as long as this header says, and a person would wait for nine hours.
    assertThat(refused.header("Retry-After")).isNull();
    assertThat(refused.json().get("retryAfterSeconds").asInt()).isEqualTo(9 * 3_600 + 30 - 300);
    assertThat(refused.json().get("retryable").asBoolean()).isTrue();
    assertThat(refused.json().get("error").get("type").asText()).isEqualTo("insufficient_quota");
    assertThat(refused.quota("chat").get("resetAt").asText()).isEqualTo("2026-11-24T00:00:00Z");
  }
}
