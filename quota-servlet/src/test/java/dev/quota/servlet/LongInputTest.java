package dev.quota.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a client sends is read as far as a client means it, however long it is. */
final class LongInputTest {

  private TestApp app;

  @BeforeEach
  void start() throws Exception {
    app = TestApp.with(TestServlets.policies()).servlet("/chat", new TestServlets.Chat()).start();
  }

  @AfterEach
  void stop() {
    app.close();
  }

  private String language(String accepts) {
    Answer answer = app.get("/quota/state", "X-User", "alice", "Accept-Language", accepts);
    assertThat(answer.status()).isEqualTo(200);
    return answer.header("Content-Language");
  }

  @Test
  void aRangeOfManySubtagsIsPassedOver() {
    assertThat(language("fr" + "-a".repeat(490) + ", pl;q=0.5")).isEqualTo("pl");
    assertThat(language("fr-aaaaaaaa".repeat(20) + ", pl;q=0.5")).isEqualTo("pl");
    assertThat(language("de-Latn-DE-1996, pl;q=0.5")).isEqualTo("de");
  }

  @Test
  void whatStandsAtTheEndOfALongListIsNotRead() {
    assertThat(language("x, ".repeat(500) + "pl")).isEqualTo("en");
    assertThat(language("pl, " + "x, ".repeat(1_500))).isEqualTo("pl");
  }

  @Test
  void aLongLocaleIsRefusedAndEchoedShort() {
    String half = "a".repeat(59);
    Answer answer = app.get("/quota/state?locale=" + half + "%F0%9F%98%80b", "X-User", "alice");
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.json().get("detail").asText()).contains(half + "\u2026");
    Answer tag = app.get("/quota/state?locale=x" + "-a".repeat(2_000), "X-User", "alice");
    assertThat(tag.status()).isEqualTo(400);
    assertThat(tag.body().length()).isLessThan(600);
  }
}
