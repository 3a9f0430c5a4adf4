package dev.quota.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PageTest {

  private final RunningDemo demo = new RunningDemo();

  @AfterEach
  void stop() {
    demo.close();
  }

  @ParameterizedTest
  @CsvSource({
    "/, text/html;charset=utf-8, Simulated model",
    "/plans, text/html;charset=utf-8, Plans",
    "/demo.css, text/css;charset=utf-8, prefers-reduced-motion",
    "/demo.js, text/javascript;charset=utf-8, /quota/quota.js",
    "/chat.js, text/javascript;charset=utf-8, /api/chat",
    "/drawer.js, text/javascript;charset=utf-8, /demo/spend",
    "/texts.js, text/javascript;charset=utf-8, /texts/",
    "/store.js, text/javascript;charset=utf-8, /health",
    "/plans.js, text/javascript;charset=utf-8, /api/plans",
    "/texts/ar.json, application/json, إرسال",
    "/icon.svg, image/svg+xml, <svg"
  })
  void isServedWithTheRightType(String path, String type, String content) {
    HttpResponse<String> file = demo.send(demo.request(path));

    assertThat(file.statusCode()).isEqualTo(200);
    assertThat(file.headers().firstValue("Content-Type")).contains(type);
    assertThat(file.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
    assertThat(file.headers().firstValue("Content-Security-Policy").orElseThrow())
        .contains("default-src 'none'")
        .doesNotContain("unsafe");
    assertThat(file.body()).contains(content);
  }

  @ParameterizedTest
  @CsvSource({"/", "/plans"})
  void loadsNothingFromElsewhereAndKeepsToItsContentPolicy(String path) {
    String page = demo.send(demo.request(path)).body();

    assertThat(page).doesNotContain("https:", "src=\"//", "style=\"", "onclick", "<style");
    assertThat(page).doesNotContainPattern("<script(?![^>]*src=)");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/demo.js", "/chat.js", "/drawer.js", "/texts.js", "/store.js", "/plans.js"})
  void neverTurnsTextIntoMarkup(String path) {
    assertThat(demo.send(demo.request(path)).body()).doesNotContain("innerHTML", "insertAdjacent");
  }

  @ParameterizedTest
  @CsvSource({
    "'', en, ltr, Send",
    "de-AT, de, ltr, Senden",
    "'nl, pl;q=0.8', pl, ltr, Wyślij",
    "'xx, -', en, ltr, Send",
    "ar, ar, rtl, إرسال"
  })
  void isWrittenInTheLanguageOfTheBrowser(
      String wanted, String language, String direction, String send) {
    HttpResponse<String> page = demo.send(demo.request("/").header("Accept-Language", wanted));

    assertThat(page.headers().firstValue("Content-Language")).contains(language);
    assertThat(page.body())
        .contains("<html lang=\"" + language + "\" dir=\"" + direction + "\">")
        .contains("data-text=\"send\">" + send + "<")
        .contains("href=\"/quota/state?locale=" + language + "\"")
        .contains("href=\"/texts/" + language + ".json\"");
  }

  @Test
  void isWrittenInTheLanguageAndColoursThatWerePicked() {
    String picked = withCookies("demo-locale=ja; demo-theme=dark").body();

    assertThat(picked).contains("<html data-theme=\"dark\" lang=\"ja\"").contains(">送信<");
  }

  @Test
  void ignoresPickedNonsense() {
    String page = withCookies("demo-locale=\"><b>; demo-theme=pink").body();

    assertThat(page).contains("<html lang=\"de\" dir=\"ltr\">").doesNotContain("pink", "<b>");
  }

  private HttpResponse<String> withCookies(String cookies) {
    return demo.send(demo.request("/").header("Accept-Language", "de").header("Cookie", cookies));
  }

  @Test
  void beginsAsAliceOnceAndLeavesEveryLaterChoiceAlone() {
    assertThat(demo.send(demo.request("/")).headers().allValues("Set-Cookie"))
        .anyMatch(cookie -> cookie.startsWith("demo-user=alice;"))
        .anyMatch(cookie -> cookie.startsWith("demo-visited=1;"));
    assertThat(withCookies("demo-user=bob").headers().allValues("Set-Cookie"))
        .noneMatch(cookie -> cookie.startsWith("demo-user="));
    assertThat(withCookies("demo-visited=1").headers().allValues("Set-Cookie")).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("languages")
  void hasEveryTextInEveryLanguage(String language) {
    Map<String, String> english = Texts.in("en");
    Map<String, String> texts = Texts.in(language);

    assertThat(texts.keySet()).isEqualTo(english.keySet());
    texts.forEach(
        (key, text) -> {
          assertThat(text).as(key).isNotBlank();
          assertThat(arguments(text)).as(key).isEqualTo(arguments(english.get(key)));
        });
    assertThat(Translation.of("<p data-text=\"cut\"></p>", language))
        .isEqualTo("<p data-text=\"cut\">" + texts.get("cut") + "</p>");
  }

  static List<String> languages() {
    return PageLanguage.TAGS;
  }

  private static Set<String> arguments(String text) {
    return Pattern.compile("\\{\\w+}")
        .matcher(text)
        .results()
        .map(MatchResult::group)
        .collect(Collectors.toSet());
  }

  @ParameterizedTest
  @ValueSource(strings = {"/demo.js", "/chat.js", "/drawer.js", "/store.js", "/plans.js"})
  void asksOnlyForTextsThatAreThere(String path) {
    String script = demo.send(demo.request(path)).body();

    List<String> keys =
        Pattern.compile("\\btext\\('([\\w.]+)'")
            .matcher(script)
            .results()
            .map(found -> found.group(1))
            .toList();

    assertThat(keys).isNotEmpty();
    assertThat(Texts.in("en").keySet()).containsAll(keys);
  }

  @Test
  void doesNotServeWhatIsNotThere() {
    HttpResponse<String> missing = demo.send(demo.request("/nothing"));

    assertThat(missing.statusCode()).isEqualTo(404);
    assertThat(missing.body()).doesNotContain("Exception");
    assertThat(missing.headers().firstValue("Server")).isEmpty();
  }

  @Test
  void listsThePlansInForce() {
    JsonNode plans = RunningDemo.json(demo.send(demo.request("/api/plans"))).get("plans");

    assertThat(plans)
        .extracting(plan -> plan.get("label").textValue())
        .containsExactly("Free", "Pro", "Enterprise");
    assertThat(plans)
        .extracting(plan -> plan.at("/quotas/0/limits/1").textValue())
        .containsExactly(
            "50 messages per day", "500 messages per day", "unlimited messages per day");
    assertThat(plans.at("/0/quotas/0/limits/0").textValue()).isEqualTo("10 messages per minute");
    assertThat(plans.at("/0/quotas/1/limits/0").textValue()).isEqualTo("20 credits per month");
    assertThat(plans.at("/0/quotas/0/amounts/1").toString())
        .isEqualTo("{\"units\":50,\"window\":\"day\"}");
    assertThat(plans.at("/2/quotas/0/amounts/1/units").isNull()).isTrue();
  }

  @Test
  void marksTheCallersPlanAndWhatIsShared() {
    for (String[] person :
        new String[][] {{"alice", "free"}, {"bob", "pro"}, {"carol", "enterprise"}}) {
      JsonNode plans =
          RunningDemo.json(
                  demo.send(demo.request("/api/plans").header("Cookie", "demo-user=" + person[0])))
              .get("plans");
      assertThat(plans)
          .filteredOn(plan -> plan.get("current").booleanValue())
          .extracting(plan -> plan.get("name").textValue())
          .containsExactly(person[1]);
    }
    JsonNode tokens =
        RunningDemo.json(demo.send(demo.request("/api/plans"))).at("/plans/2/quotas/4");
    assertThat(tokens.at("/amounts/1").toString())
        .isEqualTo("{\"units\":50000,\"window\":\"month\",\"sharedBy\":\"org\"}");
  }

  @ParameterizedTest
  @CsvSource({
    "en, there is no limit per day",
    "de, 'kein Limit pro Tag, Woche oder Monat'",
    "ja, 日、週、月ごとの上限がない"
  })
  void whatCannotBeGrantedIsSaidToPeopleInTheirLanguage(String language, String words) {
    HttpResponse<String> answer =
        demo.send(
            RunningDemo.as(demo.request("/demo/grant"), "alice")
                .header("Cookie", "demo-locale=" + language)
                .POST(
                    java.net.http.HttpRequest.BodyPublishers.ofString(
                        "{\"quota\":\"ping\",\"amount\":5}")));
    assertThat(answer.statusCode()).isEqualTo(409);
    assertThat(RunningDemo.json(answer).get("detail").textValue()).contains(words);
  }

  @Test
  void namesThePlansInTheLanguageThatWasPicked() {
    JsonNode plans =
        RunningDemo.json(demo.send(demo.request("/api/plans").header("Cookie", "demo-locale=de")))
            .get("plans");

    assertThat(plans.at("/0/label").textValue()).isEqualTo("Gratis");
    assertThat(plans.at("/0/quotas/0/label").textValue()).isEqualTo("Chatnachrichten");
    assertThat(plans.at("/0/quotas/0/unit").textValue()).isEqualTo("Nachrichten");
  }
}
