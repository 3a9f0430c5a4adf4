package dev.quota.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.jsoup.Jsoup;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every answer speaks the language of whoever reads it, and writes numbers as they do. */
class PersonsLocaleTest {

  private PageApp app;

  @BeforeEach
  void start() throws Exception {
    app = new PageApp();
  }

  @AfterEach
  void stop() {
    app.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "de | fr | pl | de",
        "de-AT | fr | pl | de",
        "nl | fr | pl | fr",
        "- | fr | pl | fr",
        "- | nl | pl | pl",
        "- | - | nl, pl;q=0.5 | pl",
        "- | - | - | en",
        "nl | nl | nl | en",
        "'' | fr | pl | fr",
        "x-private | - | pl | pl",
        "und | - | pl | pl",
        "zh-Hant-TW | - | - | zh",
        "DE-at | - | - | de",
        "i-klingon | - | ja | ja"
      })
  void isWhatTheyAskForElseReadElseAcceptElseTheDefault(
      String asked, String reads, String accepts, String spoken) {
    String query =
        "quota=chat"
            + (asked == null ? "" : "&locale=" + asked)
            + (reads == null ? "" : "&reads=" + reads);
    String[] headers = accepts == null ? new String[0] : new String[] {"Accept-Language", accepts};
    for (String path : new String[] {"/quota/state?", "/quota/check?cost=1&"}) {
      Answer answer = app.app.get(path + query, headers);
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.header("Content-Language")).isEqualTo(spoken);
      assertThat(answer.json().get("locale").asText()).isEqualTo(spoken);
      assertThat(answer.quota("chat").get("message").get("locale").asText()).isEqualTo(spoken);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"de_AT", "-", "%20", "%00", "a", "de,en", "de;q=1", "%3Cscript%3E", "%0d%0aX-A:b"})
  void refusesATagThatIsNone(String tag) {
    for (String path :
        new String[] {"/quota/state", "/quota/check?quota=chat&cost=1", "/quota/x"}) {
      String url = path + (path.contains("?") ? "&" : "?") + "reads=de&locale=" + tag;
      Answer answer = app.app.get(url);
      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
      assertThat(answer.header("Content-Language")).isEqualTo("de");
      assertThat(answer.header("X-A")).isNull();
      assertThat(answer.json().get("title").asText()).isEqualTo("Ungültige Sprache");
      assertThat(answer.json().get("detail").asText())
          .startsWith("Die Sprache muss ein Kürzel wie de oder pt-BR sein, angegeben war „");
    }
  }

  @Test
  void problemsOfRequestsSpeakItToo() {
    Answer answer = app.app.get("/quota/state?quota=none&reads=fr", "Accept-Language", "de");
    assertThat(answer.header("Content-Language")).isEqualTo("fr");
    assertThat(answer.json().get("title").asText()).isEqualTo("Quota introuvable");
    answer = app.app.get("/quota/check?quota=chat&cost=-1&reads=fr&locale=pl");
    assertThat(answer.header("Content-Language")).isEqualTo("pl");
  }

  @Test
  void labelsAreInTheLanguageOfTheMessage() {
    app.charge("video", 60);
    Answer answer = app.app.get("/quota/state?plan=free&locale=de");
    assertThat(answer.json().get("plan").get("label").asText()).isEqualTo("Kostenlos");
    JsonNode video = answer.quota("video");
    assertThat(video.get("label").asText()).isEqualTo("Videos");
    assertThat(video.get("unit").get("name").asText()).isEqualTo("second");
    assertThat(video.get("unit").get("label").asText()).isEqualTo("Sekunden");
    assertThat(video.get("degraded").get("label").asText()).isEqualTo("ein kleineres Bild");
    assertThat(video.get("limits").get(0).get("label").asText()).isEqualTo("Am Tag");
    assertThat(video.get("message").get("actions").get(0).get("label").asText())
        .isEqualTo("Tarife ansehen");
    JsonNode chat = answer.quota("chat");
    assertThat(chat.get("label").asText()).isEqualTo("Chatnachrichten");
    assertThat(chat.get("unit").get("label").asText()).isEqualTo("Nachrichten");
    assertThat(app.app.get("/quota/state?locale=pl").quota("video").get("degraded").get("label"))
        .as("not translated")
        .hasToString("\"a smaller picture\"");
  }

  @Test
  void numbersAreWrittenAsTheRegionDoes() {
    app.charge("image", 20);
    String cost = "/sized?n=2000000&plan=top";
    String swiss = app.app.get(cost, "Accept-Language", "de-CH").json().get("detail").asText();
    assertThat(swiss).contains("2’000’000 Bilder");
    Answer austrian = app.app.get(cost + "&reads=de-AT");
    assertThat(austrian.header("Content-Language")).isEqualTo("de");
    assertThat(austrian.json().get("detail").asText()).contains("2\u00a0000\u00a0000 Bilder");
    assertThat(austrian.quota("image").get("message").get("detail").asText())
        .as("the state in the document too")
        .contains("2\u00a0000\u00a0000 Bilder");
    assertThat(austrian.json().get("state").get("locale").asText()).isEqualTo("de");
    var page = Jsoup.parse(app.page(cost, "Accept-Language", "de-CH").body());
    assertThat(page.select(".detail").text()).contains("2’000’000 Bilder");
    assertThat(page.select("html").attr("lang")).isEqualTo("de");
  }

  @Test
  void aRefusalWithoutStatesKnowsItsDirection() {
    Answer page = app.page("/chat", "Accept-Language", "ar", "Sec-Purpose", "prefetch");
    assertThat(page.status()).isEqualTo(503);
    assertThat(Jsoup.parse(page.body()).select("html").attr("dir")).isEqualTo("rtl");
  }

  @Test
  void severalHeadersAreOneWish() {
    Answer answer =
        app.app.get("/quota/state", "Accept-Language", "nl", "Accept-Language", "ja;q=0.5");
    assertThat(answer.header("Content-Language")).isEqualTo("ja");
  }
}
