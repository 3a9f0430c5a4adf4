package dev.quota.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.quota.Quotas;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Instant;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The page that a person gets instead of what they opened. */
class BlockPageTest {

  private PageApp app;

  @BeforeEach
  void start() throws Exception {
    app = new PageApp();
  }

  @AfterEach
  void stop() {
    app.close();
  }

  private Document open(String path, String... headers) {
    Answer answer = app.page(path, headers);
    assertThat(answer.header("Content-Type")).isEqualToIgnoringCase("text/html;charset=utf-8");
    return Jsoup.parse(answer.body());
  }

  private static List<String> links(Document page) {
    return page.select("nav a").eachAttr("href");
  }

  private static String text(Document page, String selector) {
    return page.select(selector).text();
  }

  @ParameterizedTest
  @CsvSource({
    "en, ltr", "de, ltr", "fr, ltr", "es, ltr", "pl, ltr", "ar, rtl", "ja, ltr", "zh, ltr"
  })
  void speaksEveryLanguage(String language, String direction) {
    app.useDay();
    Answer answer = app.page("/chat?plan=free", "Accept-Language", language);
    Document page = Jsoup.parse(answer.body());
    assertThat(answer.header("Content-Language")).isEqualTo(language);
    assertThat(page.select("html").attr("lang")).isEqualTo(language);
    assertThat(page.select("html").attr("dir")).isEqualTo(direction);
    assertThat(page.title()).isEqualTo(text(page, "h1")).isNotBlank();
    assertThat(page.text()).doesNotContain("{", "null");
    boolean english = language.equals("en");
    assertThat(text(page, "h1").equals("No messages left today")).isEqualTo(english);
    assertThat(text(page, "h2").equals("What is left")).isEqualTo(english);
    assertThat(page.select("nav").attr("aria-label").equals("What you can do")).isEqualTo(english);
    assertThat(text(page, ".plan").startsWith("Your plan")).isEqualTo(english);
  }

  @Test
  void isOneLandmarkWithHeadingsInOrder() {
    app.useDay();
    Document page = open("/both?plan=free");
    assertThat(page.select("body > *").eachAttr("class")).isEmpty();
    assertThat(page.select("body > *")).hasSize(1).allMatch(it -> it.tagName().equals("main"));
    assertThat(page.select("h1, h2, h3, h4").stream().map(Element::tagName))
        .containsExactly("h1", "h2", "h3", "h3");
    assertThat(page.select("section").attr("aria-labelledby"))
        .isEqualTo(page.select("h2").attr("id"));
    assertThat(page.select("[tabindex], [style], script")).isEmpty();
    assertThat(text(page, "h3")).isEqualTo("Chat messages Images");
  }

  @Test
  void saysTheTimeToProgramsToo() {
    app.useDay();
    Element time = open("/chat").select(".detail time").first();
    assertThat(time).isNotNull();
    assertThat(Instant.parse(time.attr("datetime"))).isEqualTo("2026-11-24T00:00:00Z");
    assertThat(time.text()).isEqualTo("at midnight UTC (in about 9 hours)");
    assertThat(time.parent().text())
        .isEqualTo(
            "All 50 messages for today are used. Your message limit resets at midnight UTC (in about 9 hours).");
    assertThat(open("/sized?n=24").select("time")).as("no time helps").isEmpty();
  }

  @Test
  void isAnswerEnoughWithoutTheAddressesThatStandInThePlan() {
    app.useDay();
    assertThat(text(open("/chat?plan=free"), ".detail")).doesNotContain("http", "See plans");
  }

  @Test
  void offersToTryAgainFirstWhereThatIsSoonPossible() {
    app.useMinute();
    Document page = open("/chat?plan=free");
    assertThat(text(page, "h1")).isEqualTo("Next message in 6 seconds");
    assertThat(page.select("nav a").eachText())
        .as("no plan for a wait of seconds")
        .containsExactly("Try again", "Ask for more");
    assertThat(links(page)).containsExactly("", "mailto:help@example.com");
    assertThat(page.select("nav a").eachAttr("data-rel")).containsExactly("retry", "help");
    assertThat(text(page, ".note")).isEqualTo("Nothing was used up by this attempt.");
  }

  @Test
  void doesNotOfferToTryAgainWhatTakesHours() {
    app.useDay();
    Document page = open("/chat?plan=free");
    assertThat(page.select("nav a").eachText()).containsExactly("See plans", "Ask for more");
    assertThat(page.select("nav li").eachText())
        .containsExactly("See plans Large: 500 a day", "Ask for more");
    assertThat(page.select(".note")).as("nothing was left to use up").isEmpty();
    Document top = open("/chat?plan=top");
    assertThat(top.select("nav")).as("nothing can be done on the top plan but to wait").isEmpty();
  }

  @Test
  void leadsBackOverHttp2Too() throws Exception {
    app.useDay();
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(app.url("/chat?plan=top")))
            .headers("Accept", "text/html", "Referer", app.url("/start"))
            .build();
    HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build();
    client.send(request, BodyHandlers.discarding());
    HttpResponse<String> page = client.send(request, BodyHandlers.ofString());
    assertThat(page.version()).isEqualTo(HttpClient.Version.HTTP_2);
    assertThat(links(Jsoup.parse(page.body()))).containsExactly("/start");
  }

  @Test
  void leadsBackToThePageBeforeIfItIsOnThisSite() {
    app.useDay();
    String here = app.url("");
    assertThat(links(open("/chat?plan=top", "Referer", here + "/start?a=b&c=<"))).isEmpty();
    assertThat(links(open("/chat?plan=top", "Referer", here + "/start?a=b&c=%3C")))
        .containsExactly("/start?a=b&c=%3C");
    assertThat(text(open("/chat?plan=top", "Referer", here + "/start"), "nav a"))
        .isEqualTo("Go back");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://elsewhere.example/start",
        "HERE//elsewhere.example/start",
        "HERE/chat?plan=top",
        "HERE",
        "javascript:alert(1)",
        "about:blank",
        "HERE/\\elsewhere.example",
        "::",
        "mailto:a@b"
      })
  void leadsNowhereElse(String referer) {
    app.useDay();
    String sent = referer.replace("HERE", app.url(""));
    assertThat(links(open("/chat?plan=top", "Referer", sent))).isEmpty();
  }

  @Test
  void doesNotPretendThatAFormCanBeSentAgainByALink() {
    app.useMinute();
    Answer answer =
        app.app.send("POST", "/chat?plan=top", "Accept", "text/html", "Referer", app.url("/start"));
    Document page = Jsoup.parse(answer.body());
    assertThat(answer.status()).isEqualTo(429);
    assertThat(page.select("nav")).isEmpty();
    assertThat(page.select(".note").eachText())
        .containsExactly(
            "Nothing was used up by this attempt.",
            "Your browser's back button takes you back to what you entered.");
  }

  @Test
  void showsWhatIsLeftInWordsAndAsABar() {
    app.useMinute();
    Document page = open("/chat?plan=free");
    assertThat(page.select("dt").eachText()).containsExactly("Per minute", "Today");
    assertThat(page.select("dd").eachText())
        .containsExactly("Next message in 6 seconds", "40 of 50 messages left today");
    assertThat(page.select("meter").eachAttr("value")).containsExactly("0.0", "0.8");
    assertThat(page.select("meter").eachAttr("aria-hidden")).containsExactly("true", "true");
    app.app.advanceMillis(60_000);
    app.charge("chat", 10).app.advanceMillis(60_000);
    app.charge("chat", 10).app.advanceMillis(60_000);
    app.charge("chat", 10).app.advanceMillis(60_000);
    app.charge("chat", 10).app.advanceMillis(60_000);
    assertThat(open("/chat?plan=free").select("dt").eachText())
        .as("that the minute is free is no comfort")
        .containsExactly("Today");
  }

  @Test
  void saysNothingOfLimitsThatAPlanDoesNotHave() {
    Answer answer = app.page("/image?plan=trial");
    Document page = Jsoup.parse(answer.body());
    assertThat(answer.status()).isEqualTo(403);
    assertThat(text(page, "h1")).isEqualTo("Not in your plan: Images");
    assertThat(page.select("nav a").eachText()).containsExactly("See plans");
    assertThat(page.select("section, .note")).isEmpty();
    assertThat(text(page, ".plan")).isEqualTo("Your plan: Trial");
    Document both = open("/both?plan=trial");
    assertThat(text(both, "h1")).isEqualTo("Not in your plan: Images");
    assertThat(both.select("section")).isEmpty();
  }

  @Test
  void claimsNothingWhileTheStoreIsAway() {
    app.app.store.goAway();
    Answer answer = app.page("/chat?plan=free");
    Document page = Jsoup.parse(answer.body());
    assertThat(answer.status()).isEqualTo(503);
    assertThat(text(page, "h1")).isEqualTo("Limits cannot be checked right now");
    assertThat(page.select("nav a").eachText()).containsExactly("Try again");
    assertThat(page.select("section, .note, time")).isEmpty();
  }

  @Test
  void takesTheApplicationsStyleUnderTheSameNonce() throws Exception {
    String css = ":root { --quota-accent: #0a7d33 }";
    try (PageApp styled = new PageApp(filter -> filter.pageStyle(css))) {
      Answer answer = styled.useMinute().page("/chat");
      Element style = Jsoup.parse(answer.body()).select("style").first();
      assertThat(style).isNotNull();
      assertThat(style.data()).contains("--quota-accent: #1d5bb8").endsWith(css);
      assertThat(answer.header("Content-Security-Policy")).contains(style.attr("nonce"));
    }
  }

  @Test
  void givesWayToAPageOfTheApplicationAndToNothingElse() throws Exception {
    RefusalRenderer own =
        (refusal, request, response) -> {
          response.setContentType("text/html;charset=utf-8");
          response.getWriter().print("<p>" + refusal.message().orElseThrow().title());
        };
    try (PageApp owned = new PageApp(filter -> filter.page(own))) {
      Answer page = owned.useMinute().page("/chat", "Accept-Language", "de");
      assertThat(page.status()).isEqualTo(429);
      assertThat(page.body()).isEqualTo("<p>Weiter geht es in 6 Sekunden");
      assertThat(page.header("Retry-After")).isEqualTo("6");
      assertThat(page.header("Content-Language")).isEqualTo("de");
      assertThat(owned.app.get("/chat").json().get("code").asText())
          .isEqualTo("quota.exhausted.rolling");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"</style>", "a{}</STYLE ><script>", "/* </Style */"})
  void refusesStyleThatEndsItself(String css) {
    refuses(filter -> filter.pageStyle(css), "css must not contain \"</style\"");
  }

  @Test
  void refusesSettingsThatReplaceEachOther() {
    RefusalRenderer own = (refusal, request, response) -> {};
    refuses(it -> it.page(own).refusals(own), "page must not be set together with refusals");
    refuses(
        it -> it.pageStyle("a{}").refusals(own),
        "pageStyle must not be set together with refusals");
    refuses(it -> it.pageStyle("a{}").page(own), "pageStyle must not be set together with page");
  }

  private static void refuses(UnaryOperator<QuotaFilterBuilder> settings, String why) {
    try (Quotas quotas = Quotas.builder().policies(PageApp.policies()).build()) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> settings.apply(QuotaFilter.builder(quotas)).build())
          .withMessageStartingWith(why);
    }
  }
}
