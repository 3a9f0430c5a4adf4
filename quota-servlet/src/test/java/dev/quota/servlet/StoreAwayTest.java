package dev.quota.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.quota.Quota;
import dev.quota.policy.Action;
import dev.quota.policy.OnStoreFailure;
import dev.quota.policy.Plan;
import dev.quota.policy.Policies;
import dev.quota.policy.QuotaPolicy;
import dev.quota.policy.Unit;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client sees while the store is away: by each choice, in JSON, headers and the page. */
class StoreAwayTest {

  private static final String[] ALICE = {"X-User", "alice"};
  private static final int NODES = 4;

  private final Deny deny = new Deny();
  private final Local local = new Local();
  private TestApp app;

  @Quota("deny")
  private static final class Deny extends TestServlets.Answering {
    private static final long serialVersionUID = 1L;
  }

  @Quota("allow")
  private static final class Allow extends TestServlets.Answering {
    private static final long serialVersionUID = 1L;
  }

  @Quota("local")
  private static final class Local extends TestServlets.Answering {
    private static final long serialVersionUID = 1L;
  }

  @Quota(value = "local", cost = 3)
  private static final class LocalAboveTheShare extends TestServlets.Answering {
    private static final long serialVersionUID = 1L;
  }

  @Quota(value = "deny", cost = 60)
  private static final class TooLarge extends TestServlets.Answering {
    private static final long serialVersionUID = 1L;
  }

  @Quota("allow")
  @Quota("local")
  private static final class Both extends TestServlets.Answering {
    private static final long serialVersionUID = 1L;
  }

  @Quota("allow")
  @Quota("local")
  @Quota("deny")
  private static final class All extends TestServlets.Answering {
    private static final long serialVersionUID = 1L;
  }

  /** Says what its exchange knows, or fails. */
  @Quota("local")
  private static final class Telling extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
        throws ServletException, IOException {
      if (request.getParameter("fail") != null) {
        throw new ServletException("on purpose");
      }
      QuotaExchange exchange = QuotaExchange.of(request);
      response.getWriter().print(exchange.states().binding().accuracy());
      if (request.getParameter("back") != null) {
        response.getWriter().print(" " + exchange.refund());
      }
    }
  }

  /** Fails together with the store. */
  @Quota("deny")
  private static final class Leaving extends HttpServlet {
    private static final long serialVersionUID = 1L;
    private final transient Runnable goAway;

    Leaving(Runnable goAway) {
      this.goAway = goAway;
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
        throws ServletException {
      goAway.run();
      throw new ServletException("on purpose");
    }
  }

  private static QuotaPolicy quota(OnStoreFailure choice) {
    return QuotaPolicy.builder(choice.text())
        .label("Chat messages")
        .unit(Unit.count("message", "messages"))
        .limit("burst", "10 per minute")
        .limit("daily", "50 per calendar day")
        .planCapacity("trial", "daily", 0)
        .warnAt("80%", "95%")
        .onStoreFailure(choice)
        .build();
  }

  @BeforeEach
  void startAndGoAway() throws Exception {
    Policies.Builder policies =
        Policies.builder()
            .plan(new Plan("free", "Free", List.of(new Action("upgrade", "See plans", "/plans"))))
            .plan(Plan.of("trial"));
    for (OnStoreFailure choice : OnStoreFailure.values()) {
      policies.quota(quota(choice));
    }
    app =
        TestApp.with(policies.build())
            .engine(engine -> engine.nodes(NODES))
            .servlet("/deny", deny)
            .servlet("/allow", new Allow())
            .servlet("/local", local)
            .servlet("/above", new LocalAboveTheShare())
            .servlet("/large", new TooLarge())
            .servlet("/both", new Both())
            .servlet("/all", new All())
            .servlet("/telling", new Telling())
            .servlet("/leaving", new Leaving(() -> app.store.goAway()))
            .start();
    app.store.goAway();
  }

  @AfterEach
  void stop() {
    app.close();
  }

  private static void assertNothingIsKnown(JsonNode quota) {
    assertThat(quota.get("level").asText()).isEqualTo("unknown");
    assertThat(quota.get("accuracy").asText()).isEqualTo("unknown");
    assertNull(
        quota,
        "own",
        "largestFittingCost",
        "nextAvailableAt",
        "limit",
        "used",
        "remaining",
        "remainingShare",
        "resetAt",
        "fullAt",
        "degraded");
    assertThat(quota.get("thresholds")).isEmpty();
    assertThat(quota.get("blockedBy")).isEmpty();
    assertThat(quota.get("limits")).hasSize(2);
    for (JsonNode limit : quota.get("limits")) {
      assertThat(limit.get("level").asText()).isEqualTo("unknown");
      assertThat(limit.get("text").asText()).isEqualTo("Not known right now");
      assertNull(
          limit,
          "limit",
          "used",
          "remaining",
          "remainingShare",
          "resetAt",
          "fullAt",
          "nextAvailableAt");
    }
    JsonNode message = quota.get("message");
    assertThat(message.get("code").asText()).isEqualTo("quota.unavailable");
    assertThat(message.get("title").asText()).isEqualTo("Limits cannot be checked right now");
    assertThat(message.get("detail").asText()).doesNotContain("used").doesNotContainPattern("\\d");
    assertThat(message.get("actions")).as("a larger plan does not help").isEmpty();
  }

  private static void assertNull(JsonNode node, String... members) {
    for (String member : members) {
      assertThat(node.get(member).isNull()).as(member).isTrue();
    }
  }

  private static void assertIsPoll(long seconds) {
    assertThat(seconds).isBetween(2L, 5L);
  }

  @Test
  void denyIsAProblemThatSaysWhenToAskAgain() {
    Answer refused = app.get("/deny", ALICE);

    assertThat(refused.status()).isEqualTo(503);
    assertThat(refused.header("Content-Type")).isEqualTo("application/problem+json");
    assertThat(refused.header("Cache-Control")).isEqualTo("no-store");
    assertThat(refused.header("Quota-Level")).isEqualTo("deny=unknown");
    assertThat(refused.header("RateLimit")).isNull();
    assertThat(refused.header("RateLimit-Policy")).isNull();
    assertThat(refused.header("x-should-retry")).isNull();
    JsonNode problem = refused.json();
    assertThat(problem.get("type").asText())
        .isEqualTo("https://iana.org/assignments/http-problem-types#temporary-reduced-capacity");
    assertThat(problem.get("title").asText()).isEqualTo("Temporarily unavailable");
    assertThat(problem.get("code").asText()).isEqualTo("quota.unavailable");
    assertThat(problem.get("detail").asText())
        .isEqualTo(
            "How many messages are left cannot be checked right now, because of a problem on our"
                + " side. Try again in a moment.");
    assertThat(problem.get("violated-policies")).isEmpty();
    assertThat(problem.get("retryable").asBoolean()).isTrue();
    assertIsPoll(problem.get("retryAfterSeconds").asLong());
    assertThat(refused.header("Retry-After")).isEqualTo(problem.get("retryAfterSeconds").asText());
    JsonNode quota = refused.quota("deny");
    assertNothingIsKnown(quota);
    assertThat(quota.get("allowed").asBoolean()).isFalse();
    assertThat(quota.get("retryAfterSeconds")).isEqualTo(problem.get("retryAfterSeconds"));
    assertThat(deny.runs).hasValue(0);
  }

  @Test
  void denyIsAPageForAPerson() {
    Answer refused = app.get("/deny", "X-User", "alice", "Accept", "text/html");

    assertThat(refused.status()).isEqualTo(503);
    assertThat(refused.body().replaceFirst("(?s)<style.*</style>", ""))
        .contains("<h1>Limits cannot be checked right now</h1>")
        .contains("because of a problem on our side. Try again in a moment.")
        .doesNotContain("used up", "See plans", "<dd>No ", "null");
  }

  @Test
  void allowRunsAndClaimsNothing() {
    for (int i = 0; i < 12; i++) {
      Answer answer = app.get("/allow", ALICE);
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.header("Quota-Level")).isEqualTo("allow=unknown");
      assertThat(answer.header("RateLimit")).isNull();
      assertThat(answer.header("RateLimit-Policy")).isNull();
    }
    JsonNode quota = app.get("/quota/state", ALICE).quota("allow");
    assertNothingIsKnown(quota);
    assertThat(quota.get("allowed").asBoolean()).isTrue();
    assertThat(quota.get("retryAfterSeconds").isNull()).isTrue();
    assertThat(quota.get("message").get("detail").asText()).endsWith("You can carry on.");
  }

  @Test
  void localShowsWhatTheLimitAllowsAndNotWhatIsLeft() {
    Answer answer = app.get("/local", ALICE);

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("Quota-Level")).isEqualTo("local=ok");
    assertThat(answer.header("RateLimit-Policy"))
        .isEqualTo(
            "\"local.daily\";q=50;w=86400;quota-unit=\"message\", "
                + "\"local.burst\";q=10;w=60;quota-unit=\"message\"");
    assertThat(answer.header("RateLimit")).isEqualTo("\"local.daily\";t=32430");
    JsonNode quota = app.get("/quota/state", ALICE).quota("local");
    assertThat(quota.get("level").asText()).isEqualTo("ok");
    assertThat(quota.get("accuracy").asText()).isEqualTo("approximate");
    assertThat(quota.get("allowed").asBoolean()).isTrue();
    assertThat(quota.get("limit").asInt()).isEqualTo(50);
    assertThat(quota.get("resetAt").asText()).isEqualTo("2026-11-24T00:00:00Z");
    assertNull(
        quota,
        "used",
        "remaining",
        "remainingShare",
        "fullAt",
        "largestFittingCost",
        "nextAvailableAt",
        "retryAfterSeconds");
    assertThat(quota.get("thresholds")).isEmpty();
    assertThat(quota.get("message").get("code").asText()).isEqualTo("quota.approximate");
    assertThat(quota.get("message").get("title").asText()).isEqualTo("Up to 50 messages today");
    JsonNode burst = quota.get("limits").get(0);
    assertThat(burst.get("limit").asInt()).isEqualTo(10);
    assertNull(burst, "used", "remaining", "remainingShare", "fullAt");
  }

  @Test
  void aLocalRefusalWaitsExactlyAndDoesNotSayThatAllIsUsed() {
    app.get("/local", ALICE);
    app.get("/local", ALICE);

    Answer refused = app.get("/local", ALICE);

    assertThat(refused.status()).isEqualTo(429);
    assertThat(refused.header("Retry-After")).isEqualTo("30");
    assertThat(refused.header("Quota-Level")).isEqualTo("local=exhausted");
    assertThat(refused.header("RateLimit"))
        .isEqualTo("\"local.burst\";t=30, \"local.daily\";t=32430");
    JsonNode problem = refused.json();
    assertThat(problem.get("type").asText()).endsWith("#quota-exceeded");
    assertThat(problem.get("code").asText()).isEqualTo("quota.exhausted.rolling.approximate");
    assertThat(problem.get("violated-policies").toString()).isEqualTo("[\"local.burst\"]");
    assertThat(problem.get("detail").asText())
        .isEqualTo(
            "Less than usual is available right now, because of a problem on our side. The next"
                + " message is available in 30 seconds.");
    JsonNode quota = refused.quota("local");
    assertThat(quota.get("accuracy").asText()).isEqualTo("approximate");
    assertThat(quota.get("limits").get(0).get("limit").asInt()).isEqualTo(10);
    assertNull(quota, "used", "remaining", "remainingShare");
    assertThat(refused.body()).doesNotContain("\"limit\":2,");
    app.advanceMillis(29_999);
    assertThat(app.get("/local", ALICE).status()).isEqualTo(429);
    app.advanceMillis(1);
    assertThat(app.get("/local", ALICE).status()).isEqualTo(200);
    assertThat(local.runs).hasValue(3);
  }

  @Test
  void aCostAboveTheShareIsTriedAgainAndNotGivenUp() {
    Answer refused = app.get("/above", ALICE);

    assertThat(refused.status()).isEqualTo(503);
    assertThat(refused.header("Quota-Level")).isEqualTo("local=unknown");
    assertNothingIsKnown(refused.quota("local"));
    JsonNode check = app.get("/quota/check?quota=local&cost=3", ALICE).quota("local");
    assertNothingIsKnown(check);
    assertThat(check.get("allowed").asBoolean()).isFalse();
    assertIsPoll(check.get("retryAfterSeconds").asLong());
    app.store.comeBack();
    assertThat(app.get("/above", ALICE).status()).isEqualTo(200);
  }

  @Test
  void whatCanNeverFitSaysSoWithoutTheStore() {
    Answer refused = app.get("/large", ALICE);

    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.json().get("code").asText()).isEqualTo("quota.never_fits");
    assertThat(refused.header("Retry-After")).isNull();
    assertThat(refused.header("Quota-Level")).isEqualTo("deny=exhausted");
    assertNull(refused.quota("deny"), "used", "remaining", "remainingShare", "retryAfterSeconds");
    Answer trial = app.get("/deny", "X-User", "tom", "X-Plan", "trial");
    assertThat(trial.status()).isEqualTo(403);
    assertThat(trial.json().get("code").asText()).isEqualTo("quota.not_in_plan");
    JsonNode state = app.get("/quota/state", "X-User", "tom", "X-Plan", "trial").quota("deny");
    assertThat(state.get("message").get("code").asText()).isEqualTo("quota.not_in_plan");
    assertThat(state.get("allowed").asBoolean()).isFalse();
  }

  @Test
  void quotasOfOneRequestSayEachHowMuchIsKnown() {
    Answer allowed = app.get("/both", ALICE);
    assertThat(allowed.status()).isEqualTo(200);
    assertThat(allowed.levels().get().get("allow").get()).hasToString("unknown");
    assertThat(allowed.levels().get().get("local").get()).hasToString("ok");
    assertThat(allowed.header("RateLimit")).doesNotContain("allow").contains("local.daily");
    Answer refused = app.get("/all", ALICE);
    assertThat(refused.status()).isEqualTo(503);
    assertThat(refused.json().get("state").get("quotas")).hasSize(3);
    assertThat(refused.quota("local").get("accuracy").asText()).isEqualTo("approximate");
    assertThat(refused.quota("allow").get("allowed").asBoolean()).isTrue();
    assertThat(refused.quota("deny").get("allowed").asBoolean()).isFalse();
    app.get("/local", ALICE);
    assertThat(app.get("/local", ALICE).status()).as("one by /both, one by /local").isEqualTo(429);
  }

  @ParameterizedTest
  @CsvSource({"deny, false", "allow, true", "local, true"})
  void aCheckIsAnsweredToo(String quota, boolean allowed) {
    Answer answer = app.get("/quota/check?quota=" + quota + "&cost=2", ALICE);

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.quota(quota).get("cost").asInt()).isEqualTo(2);
    assertThat(answer.quota(quota).get("allowed").asBoolean()).isEqualTo(allowed);
    Answer zero = app.get("/quota/check?quota=" + quota + "&cost=0", ALICE);
    assertThat(zero.quota(quota).get("allowed").asBoolean()).isTrue();
  }

  @Test
  void theExchangeKnowsALocalCharge() {
    assertThat(app.get("/telling", ALICE).body()).isEqualTo("APPROXIMATE");
  }

  @ParameterizedTest
  @ValueSource(strings = {"back", "fail"})
  void whatIsGivenBackGoesToThisNode(String how) {
    for (int i = 0; i < 5; i++) {
      app.get("/telling?" + how, ALICE);
    }
    assertThat(app.store.commands())
        .as("nothing was settled at the store")
        .noneMatch(command -> command.getClass().getSimpleName().equals("Settle"));
    assertThat(app.get("/local", ALICE).status()).isEqualTo(200);
    assertThat(app.get("/local", ALICE).status()).isEqualTo(200);
    assertThat(app.get("/local", ALICE).status()).isEqualTo(429);
  }

  @Test
  void aFailedRequestWhoseStoreWentAwayKeepsItsChargeAndStillAnswers() {
    app.store.comeBack();

    assertThat(app.get("/leaving", ALICE).status()).isEqualTo(500);

    app.store.comeBack();
    assertThat(app.used("alice", "deny")).as("under-admitted at worst").isEqualTo(1);
  }

  @Test
  void everythingIsExactAgainWhenTheStoreIsBack() {
    app.get("/deny", ALICE);
    app.store.comeBack();

    Answer answer = app.get("/deny", ALICE);

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("Quota-Level")).isEqualTo("deny=ok");
    assertThat(answer.header("RateLimit"))
        .isEqualTo("\"deny.daily\";r=49;t=32430, \"deny.burst\";r=9;t=6");
    assertThat(app.used("alice", "deny")).isEqualTo(1);
  }

  @Test
  void aClosedEngineIsTheLastResort() {
    app.quotas.close();

    Answer refused = app.get("/allow", ALICE);

    assertThat(refused.status()).isEqualTo(503);
    assertThat(refused.json().get("code").asText()).isEqualTo("quota.unavailable");
    assertIsPoll(Long.parseLong(refused.header("Retry-After")));
    assertThat(app.get("/quota/state", ALICE).status()).isEqualTo(503);
  }
}
