package dev.quota.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.quota.http.answer.HeaderDialect;
import dev.quota.policy.Capacity;
import dev.quota.policy.LimitOverride;
import dev.quota.policy.LimitPolicy;
import dev.quota.policy.Plan;
import dev.quota.policy.Policies;
import dev.quota.policy.QuotaPolicy;
import dev.quota.policy.Rollover;
import dev.quota.policy.Unit;
import dev.quota.policy.WhenExhausted;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StateEndpointTest {

  private TestApp app;

  @BeforeEach
  void start() throws Exception {
    app =
        TestApp.with(TestServlets.policies())
            .servlet("/chat", new TestServlets.Chat())
            .servlet("/ping", new TestServlets.Ping())
            .start();
  }

  @AfterEach
  void stop() {
    app.close();
  }

  @Test
  void reportsEveryQuotaOfTheCaller() {
    for (int i = 0; i < 42; i++) {
      app.get("/chat", "X-User", "alice");
      app.advanceMillis(6_000);
    }
    app.nowMillis.set(TestApp.START.toEpochMilli() + 42 * 6_000);
    Answer answer = app.get("/quota/state", "X-User", "alice");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("Content-Type")).startsWith("application/json");
    assertThat(answer.header("Cache-Control")).isEqualTo("private, no-store");
    assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
    assertThat(answer.header("Content-Language")).isEqualTo("en");
    assertThat(answer.header("ETag")).isNull();
    JsonNode root = answer.json();
    assertThat(root.get("version").asInt()).isEqualTo(1);
    assertThat(root.get("now").asText()).isEqualTo("2026-11-23T15:03:42Z");
    assertThat(root.get("plan").get("label").asText()).isEqualTo("Free");
    assertThat(root.get("zone").get("id").asText()).isEqualTo("UTC");
    assertThat(root.get("zone").get("source").asText()).isEqualTo("default");
    assertThat(root.get("quotas")).hasSize(3);
    JsonNode chat = answer.quota("chat");
    assertThat(chat.get("level").asText()).isEqualTo("warning");
    assertThat(chat.get("limit").asInt()).isEqualTo(50);
    assertThat(chat.get("used").asInt()).isEqualTo(42);
    assertThat(chat.get("remaining").asInt()).isEqualTo(8);
    assertThat(chat.get("remainingShare").asDouble()).isEqualTo(0.16);
    assertThat(chat.get("thresholds").toString())
        .isEqualTo(
            "[{\"usedShare\":0.8,\"remaining\":10,\"crossed\":true},"
                + "{\"usedShare\":0.95,\"remaining\":2,\"crossed\":false}]");
    assertThat(chat.get("resetAt").asText()).isEqualTo("2026-11-24T00:00:00Z");
    assertThat(chat.get("unit").get("style").asText()).isEqualTo("count");
    assertThat(chat.get("limits").get(0).get("window").toString())
        .isEqualTo("{\"kind\":\"rolling\",\"period\":\"PT1M\"}");
    assertThat(chat.get("limits").get(1).get("window").toString())
        .isEqualTo(
            "{\"kind\":\"calendar\",\"unit\":\"day\",\"zone\":\"UTC\","
                + "\"startsAt\":\"2026-11-23T00:00:00Z\"}");
  }

  @Test
  void saysThatACapacityIsNotThatOfThePlan() throws Exception {
    Policies policies =
        Policies.builder()
            .quota(QuotaPolicy.builder("chat").limit("daily", "50 per calendar day").build())
            .override(
                new LimitOverride(
                    LimitOverride.user("alice"),
                    "chat",
                    "daily",
                    Capacity.of(200),
                    Instant.parse("2100-01-01T00:00:00Z"),
                    "a conference"))
            .build();
    try (TestApp other = TestApp.with(policies).servlet("/chat", new TestServlets.Chat()).start()) {
      JsonNode limit =
          other.get("/quota/state", "X-User", "alice").quota("chat").get("limits").get(0);
      assertThat(limit.get("limit").asInt()).isEqualTo(200);
      assertThat(limit.get("override").toString())
          .isEqualTo(
              "{\"by\":\"operator\",\"usual\":50,\"until\":\"2100-01-01T00:00:00Z\","
                  + "\"reason\":\"a conference\"}");
      JsonNode others =
          other.get("/quota/state", "X-User", "bob").quota("chat").get("limits").get(0);
      assertThat(others.has("override")).isFalse();
    }
  }

  @Test
  void saysWhenADayBeginsThatDoesNotBeginAtMidnight() throws Exception {
    Policies policies =
        Policies.builder()
            .quota(
                QuotaPolicy.builder("chat")
                    .limit("daily", "50 per calendar day from 04:00")
                    .build())
            .build();
    try (TestApp other = TestApp.with(policies).servlet("/chat", new TestServlets.Chat()).start()) {
      JsonNode limit =
          other.get("/quota/state", "X-User", "alice").quota("chat").get("limits").get(0);

      assertThat(limit.get("window").toString())
          .isEqualTo(
              "{\"kind\":\"calendar\",\"unit\":\"day\",\"zone\":\"UTC\","
                  + "\"startsAt\":\"2026-11-23T04:00:00Z\",\"dayStart\":\"04:00\"}");
      assertThat(limit.get("resetAt").asText()).isEqualTo("2026-11-24T04:00:00Z");
    }
  }

  @Test
  void saysWhatRolledOverOnlyWhereSomethingCan() throws Exception {
    Policies policies =
        Policies.builder()
            .quota(
                QuotaPolicy.builder("chat")
                    .limit(
                        LimitPolicy.of("daily", "50 per calendar day")
                            .withRollover(new Rollover(50)))
                    .build())
            .build();
    try (TestApp other = TestApp.with(policies).servlet("/chat", new TestServlets.Chat()).start()) {
      other.get("/chat", "X-User", "alice");
      other.advanceMillis(86_400_000);

      JsonNode limit =
          other.get("/quota/state", "X-User", "alice").quota("chat").get("limits").get(0);
      assertThat(limit.get("limit").asInt()).isEqualTo(75);
      assertThat(limit.get("rolledOver").asInt()).isEqualTo(25);
      assertThat(limit.get("window").get("rolloverShare").asDouble()).isEqualTo(0.5);
    }
    assertThat(app.get("/quota/state", "X-User", "alice").quota("chat").has("rolledOver"))
        .isFalse();
  }

  @Test
  void saysOfEachLimitWhenThereIsMoreOfItAgain() {
    for (int i = 0; i < 10; i++) {
      app.get("/chat", "X-User", "alice");
    }
    JsonNode limits = app.get("/quota/state", "X-User", "alice").quota("chat").get("limits");
    JsonNode minute = limits.get(0);
    assertThat(minute.get("detail").asText()).isEqualTo("One more in 6 seconds");
    assertThat(minute.get("detailTemplate").asText()).isEqualTo("One more {when}");
    assertThat(minute.get("when")).isEqualTo(minute.get("nextAvailableAt"));
    assertThat(minute.get("inPlan").asBoolean()).isTrue();
    assertThat(minute.get("window").has("startsAt")).as("a rolling limit has no window").isFalse();
    JsonNode day = limits.get(1);
    assertThat(day.get("detail").asText()).isEqualTo("Resets at midnight UTC (in about 9 hours)");
    assertThat(day.get("detailTemplate").asText()).isEqualTo("Resets {when}");
    assertThat(day.get("when")).isEqualTo(day.get("resetAt"));
  }

  @Test
  void offersThePlanThatHasMoreAndSaysWhatItGives() {
    JsonNode action = message().get("actions").get(0);
    assertThat(action.get("rel").asText()).isEqualTo("upgrade");
    assertThat(action.get("plan").asText()).isEqualTo("pro");
    assertThat(action.get("gives").asText()).isEqualTo("Pro: 500 a day");
    Answer answer = app.get("/quota/state", "X-User", "alice");
    assertThat(answer.quota("ping").get("message").get("actions"))
        .as("the same on all plans")
        .isEmpty();
    for (int i = 0; i < 10; i++) {
      app.get("/chat", "X-User", "alice");
    }
    assertThat(message().get("actions")).as("a wait of seconds").isEmpty();
  }

  @Test
  void tellsWhatIsReservedGrantedAndOwed() {
    JsonNode chat = app.get("/quota/state", "X-User", "alice").quota("chat");
    for (String number : new String[] {"granted", "reserved", "overage"}) {
      assertThat(chat.get(number).asLong()).as(number).isZero();
      assertThat(chat.get("limits").get(1).get(number).asLong()).as(number).isZero();
    }
  }

  @Test
  void saysWhenTheMeterWillBeUsedUpAtThePresentPace() {
    app.nowMillis.set(Instant.parse("2026-11-23T08:00:00Z").toEpochMilli());
    assertThat(projected().isNull()).isTrue();
    for (int i = 0; i < 40; i++) {
      app.advanceMillis(600_000);
      app.get("/chat", "X-User", "alice");
    }
    assertThat(projected().asText()).isEqualTo("2026-11-23T16:20:00Z");
    assertThat(message().get("detail").asText())
        .endsWith("At the present pace, your messages last for about 2 hours.");
    JsonNode refused = app.get("/quota/check?quota=chat&cost=30", "X-User", "alice").quota("chat");
    assertThat(refused.get("projectedExhaustionAt").isNull()).isTrue();
  }

  private JsonNode projected() {
    return app.get("/quota/state", "X-User", "alice").quota("chat").get("projectedExhaustionAt");
  }

  private JsonNode message() {
    return app.get("/quota/state", "X-User", "alice").quota("chat").get("message");
  }

  @Test
  void readingCostsNothingAndCreatesNothing() {
    for (int i = 0; i < 20; i++) {
      app.get("/quota/state", "X-User", "user" + i);
      app.get("/quota/check?quota=chat&cost=3", "X-User", "user" + i);
    }
    assertThat(app.quotas.health().detail()).contains("Counting 0 keys");
    assertThat(app.used("user1", "chat")).isZero();
  }

  @Test
  void daysBeginInTheSubjectsZone() {
    Answer answer = app.get("/quota/state?quota=chat", "X-User", "a", "X-Zone", "Asia/Tokyo");
    assertThat(answer.json().get("zone").get("source").asText()).isEqualTo("subject");
    assertThat(answer.quota("chat").get("resetAt").asText()).isEqualTo("2026-11-23T15:00:00Z");
  }

  @Test
  void aCheckSaysWhetherACostWouldBeGranted() {
    JsonNode fits = app.get("/quota/check?quota=chat&cost=10", "X-User", "alice").quota("chat");
    assertThat(fits.get("allowed").asBoolean()).isTrue();
    assertThat(fits.get("cost").asInt()).isEqualTo(10);
    assertThat(fits.get("largestFittingCost").asInt()).isEqualTo(10);
    JsonNode never = app.get("/quota/check?quota=chat&cost=11", "X-User", "alice").quota("chat");
    assertThat(never.get("allowed").asBoolean()).isFalse();
    assertThat(never.get("retryAfterSeconds").isNull()).isTrue();
    app.get("/chat", "X-User", "alice");
    JsonNode later = app.get("/quota/check?quota=chat&cost=10", "X-User", "alice").quota("chat");
    assertThat(later.get("allowed").asBoolean()).isFalse();
    assertThat(later.get("retryAfterSeconds").asInt()).isEqualTo(6);
    assertThat(later.get("blockedBy").toString()).isEqualTo("[\"burst\"]");
    assertThat(later.get("primary").asText()).isEqualTo("daily");
    assertThat(later.get("binding").asText()).isEqualTo("burst");
    JsonNode nothing = app.get("/quota/check?quota=chat&cost=0", "X-User", "alice").quota("chat");
    assertThat(nothing.get("allowed").asBoolean()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "&cost=",
        "&cost=-1",
        "&cost=1.5",
        "&cost=1e3",
        "&cost=9007199254740992",
        "&cost=99999999999999999999",
        "&cost=%00",
        "&cost=NaN",
        "&cost=٣"
      })
  void aBadCostIsAProblem(String cost) {
    Answer answer = app.get("/quota/check?quota=chat" + encoded(cost), "X-User", "alice");
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
    assertThat(answer.json().get("detail").asText()).isNotBlank();
  }

  private static String encoded(String text) {
    return text.replace("٣", "%D9%A3");
  }

  @Test
  void anUnknownQuotaIsAProblemThatNamesTheKnownOnes() {
    Answer answer = app.get("/quota/state?quota=caht", "X-User", "alice");
    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.json().get("detail").asText()).contains("caht").contains("chat, ping, image");
    assertThat(app.get("/quota/check?cost=1", "X-User", "alice").status()).isEqualTo(400);
    assertThat(app.get("/quota/else", "X-User", "alice").status()).isEqualTo(404);
    assertThat(app.get("/quota/", "X-User", "alice").status()).isEqualTo(404);
  }

  @Test
  void onlyReadingIsOffered() {
    assertThat(app.send("POST", "/quota/state", "X-User", "alice").status()).isEqualTo(405);
    Answer head = app.send("HEAD", "/quota/state", "X-User", "alice");
    assertThat(head.status()).isEqualTo(200);
    assertThat(head.body()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"en", "xx-invalid-locale-tag-that-is-far-too-long", "", "nl"})
  void survivesTheLocaleParameter(String locale) {
    assertThat(
            app.get("/quota/state?locale=" + locale, "X-User", "alice").header("Content-Language"))
        .isEqualTo("en");
  }

  @Test
  void aDegradedQuotaSaysSoAndStaysOpen() throws Exception {
    Policies degrading =
        Policies.builder()
            .quota(
                QuotaPolicy.builder("chat")
                    .limit("daily", "2 per calendar day")
                    .whenExhausted(WhenExhausted.DEGRADE)
                    .degradedLabel("a smaller model")
                    .build())
            .build();
    try (TestApp degraded =
        TestApp.with(degrading).servlet("/chat", new TestServlets.Chat()).start()) {
      degraded.get("/chat", "X-User", "alice");
      degraded.get("/chat", "X-User", "alice");
      Answer third = degraded.get("/chat", "X-User", "alice");
      assertThat(third.status()).isEqualTo(200);
      assertThat(third.header("Quota-Level")).isEqualTo("chat=degraded");
      JsonNode chat = degraded.get("/quota/state", "X-User", "alice").quota("chat");
      assertThat(chat.get("allowed").asBoolean()).isTrue();
      assertThat(chat.get("degraded").get("label").asText()).isEqualTo("a smaller model");
      assertThat(chat.get("degraded").get("until").asText()).isEqualTo("2026-11-24T00:00:00Z");
      assertThat(chat.get("used").asInt()).isEqualTo(2);
    }
  }

  @Test
  void theSchemasRefuseWhatBreaksTheContract() {
    JsonNode state = app.get("/quota/state", "X-User", "alice").json();
    assertThat(Schemas.STATE.validate(state)).isEmpty();
    ObjectNode withId = state.deepCopy();
    ((ObjectNode) withId.get("subject")).put("id", "alice");
    assertThat(Schemas.STATE.validate(withId)).isNotEmpty();
    ObjectNode badLevel = state.deepCopy();
    ((ObjectNode) badLevel.get("quotas").get(0)).put("level", "angry");
    assertThat(Schemas.STATE.validate(badLevel)).isNotEmpty();
    ObjectNode badProblem =
        JsonNodeFactory.instance.objectNode().put("type", "x").put("status", 200);
    assertThat(Schemas.PROBLEM.validate(badProblem)).isNotEmpty();
  }

  @Test
  void theBaseCanBeMoved() throws Exception {
    try (TestApp moved =
        TestApp.with(TestServlets.policies())
            .customise(filter -> filter.base("/api/limits").headers(HeaderDialect.off()))
            .servlet("/chat", new TestServlets.Chat())
            .start()) {
      assertThat(moved.get("/api/limits/state", "X-User", "alice").status()).isEqualTo(200);
      Answer chat = moved.get("/chat", "X-User", "alice");
      assertThat(chat.header("RateLimit")).isNull();
      assertThat(chat.header("Quota-Level")).isEqualTo("chat=ok");
    }
  }

  @Test
  void namesThingsInTheLanguageOfTheWords() throws Exception {
    try (TestApp app = TestApp.with(translated("Chat")).start()) {
      JsonNode root =
          app.get("/quota/state?locale=de", "X-User", "alice", "X-Plan", "small").json();
      assertThat(root.get("plan").get("label").asText()).isEqualTo("Klein");
      JsonNode chat = root.get("quotas").get(0);
      assertThat(chat.get("label").asText()).isEqualTo("Gespräche");
      assertThat(chat.get("unit").get("label").asText()).isEqualTo("Nachrichten");
      assertThat(chat.get("degraded").get("label").asText()).isEqualTo("ein kleineres Modell");
      JsonNode french =
          app.get("/quota/state?locale=fr", "X-User", "alice", "X-Plan", "small").json();
      assertThat(french.get("plan").get("label").asText()).isEqualTo("Small");
      assertThat(french.get("quotas").get(0).get("label").asText()).isEqualTo("Chat");
    }
  }

  private static Policies translated(String label) {
    return Policies.builder()
        .plan(new Plan("small", "Small", List.of(), Map.of(Locale.GERMAN, "Klein")))
        .quota(
            QuotaPolicy.builder("chat")
                .label(label)
                .labels(Map.of(Locale.GERMAN, "Gespräche"))
                .unit(Unit.count("message", "messages"))
                .limit("daily", "0 per calendar day")
                .whenExhausted(WhenExhausted.DEGRADE)
                .degradedLabel("a smaller model")
                .degradedLabels(Map.of(Locale.GERMAN, "ein kleineres Modell"))
                .build())
        .build();
  }

  @Test
  void aPageCanCarryTheState() throws Exception {
    AtomicReference<QuotaFilter> filter = new AtomicReference<>();
    HttpServlet page =
        new HttpServlet() {
          private static final long serialVersionUID = 1L;

          @Override
          protected void doGet(HttpServletRequest request, HttpServletResponse response)
              throws IOException {
            response.setContentType("application/json;charset=UTF-8");
            response.getWriter().print(filter.get().stateJson(request));
          }
        };
    try (TestApp app =
        TestApp.with(translated("</script><!--<script>"))
            .installed(filter::set)
            .servlet("/page", page)
            .start()) {
      Answer inlined = app.get("/page", "X-User", "alice");
      assertThat(inlined.body()).contains("script>").doesNotContain("<");
      assertThat(inlined.json()).isEqualTo(app.get("/quota/state", "X-User", "alice").json());
      String[] german = {"X-User", "alice", "Accept-Language", "de"};
      assertThat(app.get("/page", german).json()).isEqualTo(app.get("/quota/state", german).json());
    }
  }
}
