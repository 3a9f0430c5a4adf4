package dev.quota.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quota.servlet.QuotaFilter;
import jakarta.servlet.Filter;
import jakarta.servlet.ServletContext;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.SpringBootVersion;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.test.web.servlet.MockMvc;
import org.springframework.test.web.servlet.setup.MockMvcBuilders;
import org.springframework.web.context.WebApplicationContext;
import org.springframework.web.context.request.RequestContextHolder;

/** One application with one dependency, one property and annotations, over real HTTP. */
class MvcTest {

  private static RunningApp app;

  @BeforeAll
  static void start() {
    app =
        RunningApp.start(
            ChatApplication.class,
            "quota.policies=classpath:quotas.yaml",
            "quota.subject.plan-authority-prefix=PLAN_");
  }

  @AfterAll
  static void stop() {
    app.close();
  }

  @Test
  void runsOnTheBootThatTheBuildChose() {
    assertThat(SpringBootVersion.getVersion()).isEqualTo(System.getProperty("quota.boot.expected"));
  }

  @Test
  void theFourthOfThreeIsRefused() {
    HttpResponse<String> first = app.post("/chat", "X-User", "fourth");
    assertThat(first.statusCode()).isEqualTo(200);
    assertThat(first.body()).isEqualTo("answer");
    assertThat(first.headers().firstValue("RateLimit").orElseThrow()).contains("r=2");
    app.post("/chat", "X-User", "fourth");
    app.post("/chat", "X-User", "fourth");
    int runs = ChatApplication.RUNS.get();
    HttpResponse<String> refused = app.post("/chat", "X-User", "fourth");
    assertThat(refused.statusCode()).isEqualTo(429);
    assertThat(refused.headers().firstValue("Content-Type").orElseThrow())
        .startsWith("application/problem+json");
    assertThat(refused.body()).contains("\"quota.exhausted.rolling\"", "\"detail\"");
    assertThat(ChatApplication.RUNS).hasValue(runs);
    assertThat(app.get("/quota/state", "X-User", "fourth").body()).contains("\"remaining\":0");
    assertThat(app.post("/chat", "X-User", "somebody else").statusCode()).isEqualTo(200);
    assertThat(ChatApplication.EVENTS.get()).isPositive();
  }

  @ParameterizedTest
  @CsvSource({
    "/chat, chat, 1",
    "/contract, chat, 1",
    "/generic, chat, 1",
    "/meta, chat, 2",
    "/both, chat, 1",
    "/both, extra, 2",
    "/placed, placed, 1",
    "/typed/plain, typed, 1",
    "/typed/double, typed, 2",
    "/typed/extra, typed, 1",
    "/typed/extra, extra, 1",
    "/callable, chat, 1",
    "/deferred, chat, 1",
    "/future, chat, 1",
    "/sse, chat, 1",
    "/streaming, chat, 1",
    "/forwarding, chat, 1",
    "/plain-servlet, chat, 1",
    "/free, chat, 0",
    "/quota/state, chat, 0",
  })
  void charges(String path, String quota, long cost) {
    String user = "charges " + path + quota;
    HttpResponse<String> answer = app.get(path, "X-User", user);
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(app.used(user, quota)).isEqualTo(cost);
    assertThat(answer.headers().firstValue("RateLimit").isPresent()).isEqualTo(cost > 0);
  }

  @Test
  void anAnnotationOfItsOwnHidesThatOfTheInterface() {
    assertThat(app.get("/overridden", "X-User", "overriding").body()).isEqualTo("overridden");
    assertThat(app.used("overriding", "extra")).isEqualTo(1);
    assertThat(app.used("overriding", "chat")).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/handled",
        "/entity",
        "/thrown",
        "/admin",
        "/exchange",
        "/callable-fails",
        "/deferred-fails",
        "/future-fails"
      })
  void refunds(String path) {
    String user = "refunds " + path;
    HttpResponse<String> answer = app.get(path, "X-User", user);
    assertThat(answer.statusCode())
        .isEqualTo(
            switch (path) {
              case "/handled" -> 503;
              case "/entity" -> 502;
              case "/admin" -> 403;
              case "/exchange" -> 200;
              default -> 500;
            });
    RunningApp.await(() -> app.used(user, "chat") == 0);
  }

  @Test
  void theExchangeIsAParameter() {
    assertThat(app.get("/exchange", "X-User", "exchange").body()).isEqualTo("USER true");
  }

  @Test
  void theRequestSaysTheCost() {
    app.get("/cost-from", "X-User", "cost", "X-Cost", "3");
    assertThat(app.used("cost", "chat")).isEqualTo(3);
    assertThat(app.get("/cost-from", "X-User", "cost", "X-Cost", "1").statusCode()).isEqualTo(429);
  }

  @Test
  void whatSpringRefusesItselfIsFree() {
    assertThat(app.send("DELETE", "/chat", "X-User", "wrong").statusCode()).isEqualTo(405);
    assertThat(app.get("/nothing-here", "X-User", "wrong").statusCode()).isEqualTo(404);
    assertThat(app.used("wrong", "chat")).isZero();
  }

  @Test
  void headCostsWhatGetCostsAndOptionsNothing() {
    assertThat(app.send("HEAD", "/chat", "X-User", "head").statusCode()).isEqualTo(200);
    assertThat(app.used("head", "chat")).isEqualTo(1);
    HttpResponse<String> options = app.send("OPTIONS", "/chat", "X-User", "head");
    assertThat(options.statusCode()).isEqualTo(200);
    assertThat(options.headers().firstValue("Allow").orElseThrow()).contains("GET", "POST");
    assertThat(app.used("head", "chat")).isEqualTo(1);
  }

  @Test
  void plansComeFromCustomizersAndAuthorities() {
    for (int i = 0; i < 4; i++) {
      assertThat(app.post("/chat", "X-User", "customized", "X-Details", "pro").statusCode())
          .isEqualTo(200);
      assertThat(app.post("/chat", "X-User", "granted", "X-Role", "PLAN_pro").statusCode())
          .isEqualTo(200);
    }
  }

  @Test
  void whoIsNotSignedInIsCountedByAddress() {
    HttpResponse<String> answer = app.get("/exchange");
    assertThat(answer.body()).isEqualTo("ADDRESS true");
  }

  @Test
  void anotherOriginReadsTheRefusal() {
    String[] headers = {"X-User", "origin", "Origin", "https://app.example"};
    for (int i = 0; i < 3; i++) {
      assertThat(app.post("/shared", headers).statusCode()).isEqualTo(200);
    }
    HttpResponse<String> refused = app.post("/shared", headers);
    assertThat(refused.statusCode()).isEqualTo(429);
    assertThat(refused.headers().allValues("Access-Control-Allow-Origin"))
        .containsExactly("https://app.example");
  }

  @Test
  void anOriginThatIsNotAllowedCostsNothing() {
    String[] headers = {"X-User", "evil", "Origin", "https://evil.example"};
    assertThat(app.post("/shared", headers).statusCode()).isEqualTo(403);
    assertThat(app.used("evil", "chat")).isZero();
  }

  @Test
  void aPreflightIsAnsweredAndFree() {
    HttpResponse<String> preflight =
        app.send(
            "OPTIONS",
            "/shared",
            "X-User",
            "preflight",
            "Origin",
            "https://app.example",
            "Access-Control-Request-Method",
            "POST");
    assertThat(preflight.statusCode()).isEqualTo(200);
    assertThat(preflight.headers().firstValue("Access-Control-Allow-Methods").orElseThrow())
        .contains("POST");
    assertThat(app.used("preflight", "chat")).isZero();
  }

  @Test
  void mockMvcPassesTheFilterToo() throws Exception {
    MockMvc mvc =
        MockMvcBuilders.webAppContextSetup((WebApplicationContext) app.context)
            .addFilters(
                app.context.getBean("springSecurityFilterChain", Filter.class),
                app.context.getBean(QuotaFilter.class))
            .build();
    for (int i = 0; i < 3; i++) {
      assertThat(status(mvc)).isEqualTo(200);
    }
    assertThat(status(mvc)).isEqualTo(429);
    assertThat(app.used("mock", "chat")).isEqualTo(3);
  }

  private static int status(MockMvc mvc) throws Exception {
    return mvc.perform(MvcTest::chatOfMock).andReturn().getResponse().getStatus();
  }

  /** Made by hand: the methods of the builder differ between Spring 6 and 7. */
  private static MockHttpServletRequest chatOfMock(ServletContext context) {
    MockHttpServletRequest request = new MockHttpServletRequest(context, "POST", "/chat");
    request.addHeader("X-User", "mock");
    return request;
  }

  @Test
  void nothingRunsUnchargedPastTheFilter() {
    MockMvc mvc = MockMvcBuilders.webAppContextSetup((WebApplicationContext) app.context).build();
    int runs = ChatApplication.RUNS.get();
    assertThatThrownBy(() -> mvc.perform(MvcTest::chatOfMock))
        .hasRootCauseMessage(
            ChatApplication.ChatController.class.getName()
                + ".chat carries @Quota, but the request reached it uncharged. The quota filter must"
                + " be the last filter that can change where a request leads: set"
                + " quota.filter.order, and in MockMvc add the filter.");
    // MockMvc leaves a request that fails in the thread, and other tests would serve it.
    RequestContextHolder.resetRequestAttributes();
    assertThat(ChatApplication.RUNS).hasValue(runs);
  }
}
