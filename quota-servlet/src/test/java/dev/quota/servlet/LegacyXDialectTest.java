package dev.quota.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.Quota;
import dev.quota.http.answer.HeaderDialect;
import dev.quota.policy.OnStoreFailure;
import dev.quota.policy.Policies;
import dev.quota.policy.QuotaPolicy;
import dev.quota.policy.Unit;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LegacyXDialectTest {

  private static final List<String> FIELDS =
      List.of("X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset");

  private static final Filter CORS =
      (request, response, chain) -> {
        ((HttpServletResponse) response).setHeader("Access-Control-Allow-Origin", "*");
        chain.doFilter(request, response);
      };

  private TestApp app;

  @BeforeEach
  void start() throws Exception {
    app = with(HeaderDialect.draft11().and(HeaderDialect.legacyX()));
  }

  private static TestApp with(HeaderDialect dialect) throws Exception {
    return TestApp.with(policies())
        .filter("/*", CORS)
        .servlet("/ping", new TestServlets.Ping())
        .servlet("/chat", new TestServlets.Chat())
        .servlet("/image", new TestServlets.Image())
        .servlet("/sized", new TestServlets.SizedImage())
        .servlet("/both", new TestServlets.Both())
        .servlet("/vast", new Vast())
        .servlet("/kept", new Kept())
        .servlet("/away", new Away())
        .servlet("/looking", new Looking())
        .customise(filter -> filter.headers(dialect))
        .start();
  }

  private static Policies policies() {
    Policies usual = TestServlets.policies();
    Policies.Builder policies = Policies.builder();
    usual.plans().values().forEach(policies::plan);
    usual.quotas().values().forEach(policies::quota);
    return policies
        .quota(
            QuotaPolicy.builder("vast")
                .unit(Unit.count("token", "tokens"))
                .limit("daily", "9000000000000000 per calendar day")
                .build())
        .quota(
            QuotaPolicy.builder("kept")
                .limit("daily", "50 per calendar day")
                .onStoreFailure(OnStoreFailure.LOCAL)
                .build())
        .build();
  }

  @AfterEach
  void stop() {
    app.close();
  }

  /** Returns the three values; none if all are absent, and fails if only some are. */
  private static List<Long> legacy(Answer answer) {
    List<String> present = FIELDS.stream().filter(f -> answer.header(f) != null).toList();
    assertThat(present).as("all or none").isIn(List.of(), FIELDS);
    for (String field : present) {
      assertThat(answer.headers(field)).hasSize(1);
      assertThat(answer.header(field)).matches("0|[1-9][0-9]{0,14}");
    }
    return present.stream().map(field -> Long.parseLong(answer.header(field))).toList();
  }

  @Test
  void saysTheSameNumbersAsTheDraftAboutTheBindingLimit() {
    Answer answer = app.get("/chat", "X-User", "alice");
    assertThat(legacy(answer)).containsExactly(50L, 49L, 32_430L);
    assertThat(answer.header("RateLimit")).startsWith("\"chat.daily\";r=49;t=32430, ");
    assertThat(legacy(app.get("/ping", "X-User", "alice"))).containsExactly(5L, 4L, 12L);
  }

  @Test
  void aLimitThatIsFullResetsNow() {
    assertThat(legacy(app.get("/looking", "X-User", "alice"))).containsExactly(5L, 5L, 0L);
  }

  @Test
  void aRefusalNeverContradictsItsRetryAfter() {
    for (int i = 0; i < 5; i++) {
      app.get("/ping", "X-User", "alice");
      app.advanceMillis(137);
    }
    Answer refused = app.get("/ping", "X-User", "alice");
    assertThat(refused.status()).isEqualTo(429);
    assertThat(legacy(refused)).startsWith(5L, 0L);
    assertThat(refused.header("X-RateLimit-Reset")).isEqualTo(refused.header("Retry-After"));
    app.advanceMillis(1_000 * legacy(refused).get(2));
    assertThat(app.get("/ping", "X-User", "alice").status()).isEqualTo(200);
  }

  @Test
  void aRefusalSaysWhatIsLeftThoughItIsTooLittle() {
    app.get("/sized?n=18", "X-User", "alice");
    Answer refused = app.get("/image", "X-User", "alice");
    assertThat(refused.status()).isEqualTo(429);
    assertThat(legacy(refused)).startsWith(20L, 2L);
    assertThat(refused.header("X-RateLimit-Reset"))
        .isEqualTo(refused.json().get("retryAfterSeconds").asText());
  }

  @Test
  void ofSeveralQuotasTheOneThatRefusesSpeaks() {
    for (int i = 0; i < 5; i++) {
      app.get("/ping", "X-User", "alice");
    }
    assertThat(legacy(app.get("/both", "X-User", "alice"))).containsExactly(5L, 0L, 12L);
  }

  @Test
  void sharedNumbersStayUntold() {
    Answer anonymous = app.get("/ping");
    assertThat(anonymous.header("RateLimit")).isEqualTo("\"ping.minute\";r=80;t=12");
    assertThat(legacy(anonymous)).isEmpty();
  }

  @Test
  void anUnlimitedPlanHasNoNumbers() {
    assertThat(legacy(app.get("/chat", "X-User", "eve", "X-Plan", "enterprise"))).isEmpty();
  }

  @Test
  void whatNobodyCountedIsNotWritten() {
    app.store.goAway();
    Answer denied = app.get("/ping", "X-User", "alice");
    assertThat(denied.status()).isEqualTo(503);
    assertThat(legacy(denied)).isEmpty();
    Answer alone = app.get("/kept", "X-User", "alice");
    assertThat(alone.status()).isEqualTo(200);
    assertThat(alone.header("RateLimit-Policy")).startsWith("\"kept.daily\";q=50");
    assertThat(legacy(alone)).isEmpty();
  }

  @Test
  void hugeNumbersAreClampedLikeTheDrafts() {
    assertThat(legacy(app.get("/vast", "X-User", "alice")))
        .startsWith(999_999_999_999_999L, 999_999_999_999_999L);
  }

  @Test
  void goesWithTheOthersWhereTheyGo() {
    Answer gone = app.get("/away", "X-User", "alice");
    assertThat(gone.status()).isEqualTo(302);
    assertThat(legacy(gone)).isEmpty();
  }

  @Test
  void otherOriginsMayReadWhatTheDialectWrites() throws Exception {
    Map<HeaderDialect, List<String>> written =
        Map.of(
            HeaderDialect.off(),
            List.of("Quota-Level", "Retry-After", "x-should-retry"),
            HeaderDialect.legacyX(),
            List.of(
                "Quota-Level",
                "X-RateLimit-Limit",
                "X-RateLimit-Remaining",
                "X-RateLimit-Reset",
                "Retry-After",
                "x-should-retry"),
            HeaderDialect.draft11(),
            List.of(
                "Quota-Level", "RateLimit", "RateLimit-Policy", "Retry-After", "x-should-retry"));
    for (HeaderDialect dialect : written.keySet()) {
      try (TestApp other = with(dialect)) {
        for (int i = 0; i < 6; i++) {
          assertThat(other.get("/ping", "X-User", "a").headers("Access-Control-Expose-Headers"))
              .flatMap(value -> List.of(value.split(", ?")))
              .containsExactlyInAnyOrderElementsOf(written.get(dialect));
        }
      }
    }
  }

  @Test
  void bothAreExposedTogether() {
    assertThat(app.get("/ping", "X-User", "a").headers("Access-Control-Expose-Headers"))
        .flatMap(value -> List.of(value.split(", ?")))
        .contains("RateLimit", "RateLimit-Policy")
        .containsAll(FIELDS)
        .doesNotHaveDuplicates();
  }

  @Quota("vast")
  private static final class Vast extends TestServlets.Answering {
    private static final long serialVersionUID = 1L;
  }

  @Quota("kept")
  private static final class Kept extends TestServlets.Answering {
    private static final long serialVersionUID = 1L;
  }

  /** Costs nothing. */
  @Quota(value = "ping", cost = 0)
  private static final class Looking extends TestServlets.Answering {
    private static final long serialVersionUID = 1L;
  }

  /** Sends elsewhere. */
  @Quota("ping")
  private static final class Away extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) {
      response.setStatus(302);
    }
  }
}
