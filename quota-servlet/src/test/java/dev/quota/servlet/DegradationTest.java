package dev.quota.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.quota.Quota;
import dev.quota.policy.Policies;
import dev.quota.policy.QuotaPolicy;
import dev.quota.policy.QuotaPolicyBuilder;
import dev.quota.policy.Unit;
import dev.quota.policy.WhenExhausted;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An endpoint that runs in a reduced form says so wherever somebody looks. */
final class DegradationTest {

  /** Says which form of it ran. */
  @Quota("chat")
  private static final class Model extends HttpServlet {

    private static final long serialVersionUID = 1L;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      boolean reduced = QuotaExchange.of(request).isDegraded();
      response.getWriter().print(reduced ? "small model" : "large model");
    }
  }

  private TestApp app;

  private void start(String phrase, boolean labelled) throws Exception {
    QuotaPolicyBuilder chat =
        QuotaPolicy.builder("chat")
            .unit(Unit.count("message", "messages"))
            .limit("only", phrase)
            .whenExhausted(WhenExhausted.DEGRADE);
    if (labelled) {
      chat.degradedLabel("a smaller model")
          .degradedLabels(Map.of(Locale.GERMAN, "ein kleineres Modell"));
    }
    app =
        TestApp.with(Policies.builder().quota(chat.build()).build())
            .servlet("/chat", new Model())
            .start();
  }

  @AfterEach
  void stop() {
    app.close();
  }

  private Answer chat() {
    return app.get("/chat", "X-User", "alice");
  }

  private JsonNode state(String language) {
    return app.get("/quota/state", "X-User", "alice", "Accept-Language", language).quota("chat");
  }

  @Test
  void runsInItsReducedFormUntilMidnight() throws Exception {
    start("2 per calendar day", true);
    assertThat(chat().body()).isEqualTo("large model");
    Answer second = chat();
    assertThat(second.body()).isEqualTo("large model");
    assertThat(second.header("Quota-Level")).as("what comes next").isEqualTo("chat=degraded");
    for (int i = 0; i < 3; i++) {
      Answer reduced = chat();
      assertThat(reduced.status()).isEqualTo(200);
      assertThat(reduced.body()).isEqualTo("small model");
      assertThat(reduced.header("Quota-Level")).isEqualTo("chat=degraded");
    }
    JsonNode state = state("en");
    assertThat(state.get("level").asText()).isEqualTo("degraded");
    assertThat(state.get("allowed").asBoolean()).isTrue();
    assertThat(state.get("blockedBy")).isEmpty();
    assertThat(state.get("used").asInt()).as("uncharged").isEqualTo(2);
    assertThat(state.get("degraded").get("to").isNull()).isTrue();
    assertThat(state.get("degraded").get("label").asText()).isEqualTo("a smaller model");
    assertThat(state.get("degraded").get("until").asText()).isEqualTo("2026-11-24T00:00:00Z");
    app.nowMillis.set(Instant.parse("2026-11-24T00:00:00Z").toEpochMilli());
    assertThat(state("en").get("degraded").isNull()).isTrue();
    assertThat(chat().body()).isEqualTo("large model");
  }

  @Test
  void aRollingLimitIsWholeAgainExactlyWhenItSaid() throws Exception {
    start("2 per minute", false);
    chat();
    chat();
    assertThat(chat().body()).isEqualTo("small model");
    JsonNode degraded = state("en").get("degraded");
    assertThat(degraded.get("label").isNull()).isTrue();
    assertThat(degraded.get("until").asText()).isEqualTo("2026-11-23T15:00:00Z");
    app.advanceMillis(29_999);
    assertThat(chat().body()).isEqualTo("small model");
    app.advanceMillis(1);
    assertThat(chat().body()).isEqualTo("large model");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "en | 2 per calendar day | true  | Using a smaller model for about 9 hours",
        "en | 2 per calendar day | false | Using a reduced version for about 9 hours",
        "en | 2 per minute       | true  | Using a smaller model for 30 seconds",
        "de | 2 per calendar day | true  | Für etwa 9 Stunden gibt es: ein kleineres Modell",
        "de | 2 per minute       | false | Für 30 Sekunden gibt es: eine vereinfachte Version",
        "fr | 2 per calendar day | false | Pendant environ 9 heures, on obtient\u202f: une version réduite",
        "es | 2 per calendar day | false | Durante unas 9 horas hay una versión reducida",
        "pl | 2 per calendar day | false | Przez około 9 godzin dostępne jest: uproszczona wersja",
        "ja | 2 per calendar day | false | 約9時間、簡易版になります",
        "zh | 2 per calendar day | false | 暂时改用简化版（持续约9小时）",
      })
  void titlesSayWhatChangedAndForHowLong(
      String language, String phrase, boolean labelled, String title) throws Exception {
    start(phrase, labelled);
    chat();
    chat();
    JsonNode message = state(language).get("message");
    assertThat(message.get("code").asText()).isEqualTo("quota.degraded");
    assertThat(message.get("severity").asText()).isEqualTo("warning");
    assertThat(message.get("title").asText()).isEqualTo(title);
    assertThat(message.get("detailTemplate").asText()).contains("{when}");
    assertThat(message.get("when").asText())
        .isEqualTo(state(language).get("degraded").get("until").asText());
  }
}
