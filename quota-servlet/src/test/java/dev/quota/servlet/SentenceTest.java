package dev.quota.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.http.internal.refusal.Sentence;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The sentence alone, for programs that show a person the body as it is. */
final class SentenceTest {

  private TestApp app;

  @BeforeEach
  void startAndUseUp() throws Exception {
    app =
        TestApp.with(TestServlets.policies())
            .servlet("/ping", new TestServlets.Ping())
            .servlet("/image", new TestServlets.SizedImage())
            .start();
    for (int i = 0; i < 5; i++) {
      app.get("/ping", "X-User", "alice");
    }
  }

  @AfterEach
  void stop() {
    app.close();
  }

  private Answer refused(String accept, String... more) {
    String[] headers = new String[more.length + 4];
    System.arraycopy(more, 0, headers, 4, more.length);
    headers[0] = "X-User";
    headers[1] = "alice";
    headers[2] = "Accept";
    headers[3] = accept;
    return app.get("/ping", headers);
  }

  private static void isSentence(Answer answer) {
    assertThat(answer.header("Content-Type")).isEqualToIgnoringCase("text/plain;charset=utf-8");
    assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
    assertThat(answer.header("Vary")).contains("Accept, Accept-Language");
    assertThat(answer.body())
        .isNotBlank()
        .doesNotContain("\n", "{")
        .isEqualTo(answer.body().strip());
    assertThat(answer.header("Content-Length"))
        .isEqualTo(String.valueOf(answer.body().getBytes(StandardCharsets.UTF_8).length));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "text/plain",
        "TEXT/Plain; charset=utf-8",
        "text/plain, */*; q=0.01",
        "text/plain, */*",
        "*/*, text/plain",
        "text/plain, application/json",
        "text/plain, application/json;q=0.9",
        "application/json;q=0.5, text/plain;q=0.6",
        "text/plain, text/html",
        "text/html;q=0.5, text/plain",
        "text/plain;q=0.1, application/json;q=0",
        "application/problem+json;q=0, text/plain;q=0.5"
      })
  void isTheBodyFor(String accept) {
    Answer refused = refused(accept);
    isSentence(refused);
    assertThat(refused.status()).isEqualTo(429);
    assertThat(refused.header("Retry-After")).isEqualTo("12");
    assertThat(refused.header("Quota-Level")).isEqualTo("ping=exhausted");
    assertThat(refused.header("Cache-Control")).isEqualTo("no-store");
    assertThat(refused.body()).isEqualTo(refused("application/json").json().get("detail").asText());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/json, text/plain, */*",
        "application/json, text/plain",
        "text/plain;q=0",
        "text/plain;q=0.5, */*",
        "text/plain;q=banana",
        "text/plain;q=0.4, application/json;q=0.9",
        "text/plain;q=0.4, text/event-stream",
        "text/*",
        "text/markdown",
        "text/plainer",
        "*/*"
      })
  void isNotTheBodyFor(String accept) {
    assertThat(refused(accept).header("Content-Type")).isEqualTo("application/problem+json");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "text/html, text/plain",
        "text/html, text/plain;q=0.9, */*;q=0.8",
        "text/plain;q=0.8, application/xhtml+xml",
        "text/xml,application/xml,application/xhtml+xml,text/html;q=0.9,text/plain;q=0.8,*/*;q=0.5"
      })
  void givesWayToThePageFor(String accept) {
    assertThat(refused(accept).header("Content-Type")).startsWith("text/html");
  }

  @ParameterizedTest
  @CsvSource({
    "'application/problem+json;q=0, application/json', application/json",
    "'application/problem+json;q=0, */*', application/json",
    "application/problem+json;q=0, application/json",
    "'application/json, application/problem+json;q=0.0', application/json",
    "'application/problem+json;q=0, application/problem+json', application/problem+json",
    "application/json, application/problem+json",
    "application/json;q=0, application/problem+json"
  })
  void aProblemDocumentIsPlainJsonForWhoRefusesItsType(String accept, String type) {
    Answer refused = refused(accept);
    assertThat(refused.header("Content-Type")).isEqualTo(type);
    assertThat(refused.json().get("code").asText()).isEqualTo("quota.exhausted.rolling");
  }

  @ParameterizedTest
  @CsvSource({"ja, 12", "zh, 12", "ar, ''", "pl, 12"})
  void speaksTheLanguageOfTheReader(String language, String number) {
    Answer refused = refused("text/plain", "Accept-Language", language);
    isSentence(refused);
    assertThat(refused.header("Content-Language")).isEqualTo(language);
    assertThat(refused.body())
        .contains(number)
        .isEqualTo(refused("*/*", "Accept-Language", language).json().get("detail").asText());
  }

  @Test
  void answersHeadWithTheSameHeadersAndNoBody() {
    Answer head = app.send("HEAD", "/ping", "X-User", "alice", "Accept", "text/plain");
    assertThat(head.status()).isEqualTo(429);
    assertThat(head.header("Content-Type")).isEqualToIgnoringCase("text/plain;charset=utf-8");
    assertThat(head.body()).isEmpty();
  }

  @Test
  void isThereForEveryKind() {
    Answer large = app.get("/image?n=21", "X-User", "alice", "Accept", "text/plain");
    isSentence(large);
    assertThat(large.status()).isEqualTo(422);
    assertThat(large.header("x-should-retry")).isEqualTo("false");
    isSentence(app.get("/image?n=1", "X-User", "a", "X-Plan", "trial", "Accept", "text/plain"));
    isSentence(app.get("/ping", "X-User", "a", "Accept", "text/plain", "Sec-Purpose", "prefetch"));
    Answer malformed =
        app.get("/ping", "X-User", "a", "Accept", "text/plain", "Quota-Conversation", "forged");
    assertThat(malformed.status()).isEqualTo(400);
    isSentence(malformed);
    app.quotas.close();
    isSentence(app.get("/ping", "X-User", "a", "Accept", "text/plain"));
  }

  @Test
  void isOneLineWhateverAnApplicationsOwnWordsAre() {
    assertThat(Sentence.bytes(" Pings\r\nof\u2028 the\t  day.\n"))
        .asString(StandardCharsets.UTF_8)
        .isEqualTo("Pings of the day.");
  }
}
