package dev.quota.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PeopleTest {

  private final RunningDemo demo = new RunningDemo();

  @AfterEach
  void stop() {
    demo.close();
  }

  @ParameterizedTest
  @CsvSource({
    "alice, free, Europe/Berlin, 50",
    "bob, pro, UTC, 500",
    "zoe, free, UTC, 50",
    "Alice, free, UTC, 50"
  })
  void knowsWhoHasWhichPlanAndZone(String user, String plan, String zone, int daily) {
    JsonNode state = demo.state(user);

    assertThat(state.at("/plan/name").textValue()).isEqualTo(plan);
    assertThat(state.at("/zone/id").textValue()).isEqualTo(zone);
    assertThat(state.at("/subject/kind").textValue()).isEqualTo("user");
    assertThat(demo.quota(user, "chat").get("limit").intValue()).isEqualTo(daily);
  }

  @ParameterizedTest
  @ValueSource(strings = {"carol", "dave"})
  void givesTheEnterpriseUnlimitedDays(String user) {
    assertThat(demo.state(user).at("/plan/name").textValue()).isEqualTo("enterprise");
    for (JsonNode limit : demo.quota(user, "chat").get("limits")) {
      boolean isDaily = limit.get("name").textValue().equals("daily");
      assertThat(limit.get("level").textValue()).isEqualTo(isDaily ? "unlimited" : "ok");
    }
  }

  @Test
  void countsByAddressWithoutAName() {
    HttpResponse<String> state = demo.send(demo.request("/quota/state"));

    assertThat(RunningDemo.json(state).at("/subject/kind").textValue()).isEqualTo("address");
  }

  @Test
  void readsTheCookieOfThePage() {
    assertThat(cookie("/quota/state", "bob").statusCode()).isEqualTo(200);
    assertThat(RunningDemo.json(cookie("/quota/state", "bob")).at("/plan/name").textValue())
        .isEqualTo("pro");
    assertThat(RunningDemo.json(cookie("/quota/state", "%62ob")).at("/plan/name").textValue())
        .isEqualTo("pro");
  }

  @Test
  void prefersTheHeaderToTheCookie() {
    HttpRequest.Builder both = RunningDemo.as(demo.request("/quota/state"), "carol");

    JsonNode state = RunningDemo.json(demo.send(both.header("Cookie", "demo-user=bob")));

    assertThat(state.at("/plan/name").textValue()).isEqualTo("enterprise");
  }

  @ParameterizedTest
  @CsvSource({"bob", "''"})
  void answersInTheLanguageThatWasPicked(String user) {
    String cookies = (user.isEmpty() ? "" : "demo-user=" + user + "; ") + "demo-locale=pl";
    HttpRequest.Builder request = demo.request("/api/ping").header("Accept-Language", "de");
    for (int i = 0; i < 5; i++) {
      assertThat(demo.send(request.copy().header("Cookie", cookies)).statusCode()).isEqualTo(200);
    }

    HttpResponse<String> refusal = demo.send(request.copy().header("Cookie", cookies));

    assertThat(refusal.headers().firstValue("Content-Language")).contains("pl");
    assertThat(RunningDemo.json(refusal).get("detail").textValue()).endsWith("za 12 sekund.");
  }

  @Test
  void leavesTheLanguageToTheBrowserUnlessAKnownOneWasPicked() {
    for (String cookies : new String[] {"demo-user=bob", "demo-user=bob; demo-locale=tlh"}) {
      HttpRequest.Builder request =
          demo.request("/quota/state").header("Accept-Language", "de").header("Cookie", cookies);

      assertThat(demo.send(request).headers().firstValue("Content-Language")).contains("de");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "two words",
        "-dash",
        "a\tb",
        "<script>",
        "x/../y",
        "\u00e9t\u00e9",
        "100%"
      })
  void refusesNamesThatCannotBeNames(String name) {
    assertIsBadName(demo.get("/api/ping", name));
  }

  @Test
  void refusesLongNamesAndKeepsTheLongestGoodOne() {
    assertThat(demo.get("/api/ping", "x".repeat(64)).statusCode()).isEqualTo(200);
    assertIsBadName(demo.get("/api/ping", "x".repeat(65)));
    assertIsBadName(demo.get("/api/ping", "x".repeat(5_000)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"%00", "a%0d%0ab", "%zz", "a%20b", "%F0%9F%98%80"})
  void refusesNamesHiddenInTheCookie(String value) {
    assertIsBadName(cookie("/api/ping", value));
  }

  @Test
  void refusesTwoNames() {
    HttpRequest.Builder two = RunningDemo.as(RunningDemo.as(demo.request("/api/ping"), "a"), "b");

    assertIsBadName(demo.send(two));
  }

  @Test
  void servesThePageToABadNameSoThatAnotherCanBeChosen() {
    assertThat(cookie("/", "a%20b").statusCode()).isEqualTo(200);
    assertIsBadName(cookie("/quota/state", "a%20b"));
  }

  private HttpResponse<String> cookie(String path, String value) {
    return demo.send(demo.request(path).header("Cookie", "demo-user=" + value));
  }

  private static void assertIsBadName(HttpResponse<String> response) {
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
    assertThat(response.headers().firstValue("RateLimit")).isEmpty();
    assertThat(RunningDemo.json(response).get("status").intValue()).isEqualTo(400);
    assertThat(RunningDemo.json(response).get("detail").textValue())
        .contains("1 to 64", "X-Demo-User");
  }
}
