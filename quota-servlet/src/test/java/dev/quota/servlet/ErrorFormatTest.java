package dev.quota.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.quota.Quota;
import dev.quota.http.Endpoint;
import dev.quota.http.QuotaErrors;
import dev.quota.http.answer.ErrorFormat;
import dev.quota.servlet.TestServlets.Answering;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The shape that an endpoint chose, for everything that the filter answers in its place. */
final class ErrorFormatTest {

  private static final String[] ALICE = {"X-User", "alice"};

  private TestApp app;

  @Quota(value = "ping", idempotent = true, keyRequired = true)
  @QuotaErrors(ErrorFormat.ANTHROPIC)
  private static final class Keyed extends Answering {
    private static final long serialVersionUID = 1L;
  }

  @Quota("ping")
  @QuotaErrors(ErrorFormat.ANTHROPIC)
  private static class Messages extends Answering {
    private static final long serialVersionUID = 1L;
  }

  private static final class Proxied extends Messages {
    private static final long serialVersionUID = 1L;
  }

  @Quota(value = "image", costFrom = TestServlets.SizeCost.class)
  @QuotaErrors(ErrorFormat.ANTHROPIC)
  private static final class Sized extends Answering {
    private static final long serialVersionUID = 1L;
  }

  @Quota("ping")
  private static final class ByMethod extends Answering {
    private static final long serialVersionUID = 1L;

    @QuotaErrors(ErrorFormat.ANTHROPIC)
    @Override
    protected void doPost(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      super.doPost(request, response);
    }
  }

  /** Goes on to another address. */
  private static class Going extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
        throws ServletException, IOException {
      var to = request.getRequestDispatcher(request.getParameter("to"));
      if (request.getParameter("include") != null) {
        to.include(request, response);
      } else {
        to.forward(request, response);
      }
    }
  }

  @Quota("chat")
  @QuotaErrors(ErrorFormat.ANTHROPIC)
  private static final class GoingWithErrors extends Going {
    private static final long serialVersionUID = 1L;
  }

  @Quota("chat")
  private static final class GoingWithout extends Going {
    private static final long serialVersionUID = 1L;
  }

  @BeforeEach
  void start() throws Exception {
    app =
        TestApp.with(TestServlets.policies())
            .servlet("/messages", new Messages())
            .servlet("/proxied", new Proxied())
            .servlet("/keyed", new Keyed())
            .servlet("/sized", new Sized())
            .servlet("/by-method", new ByMethod())
            .servlet("/ping", new TestServlets.Ping())
            .servlet("/free", new Going())
            .servlet("/with", new GoingWithErrors())
            .servlet("/without", new GoingWithout())
            .start();
  }

  @AfterEach
  void stop() {
    app.close();
  }

  private void useUp() {
    for (int i = 0; i < 5; i++) {
      app.get("/ping", ALICE);
    }
  }

  private static void isAnthropic(Answer answer, int status, String type) {
    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.header("Content-Type")).isEqualTo("application/json");
    assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
    assertThat(answer.header("Vary")).contains("Accept");
    JsonNode body = answer.json();
    assertThat(Schemas.ANTHROPIC_ERROR.validate(body)).isEmpty();
    assertThat(body.get("error").get("type").asText()).isEqualTo(type);
    assertThat(body.get("error").get("message")).isEqualTo(body.get("detail"));
    assertThat(body.get("message")).isEqualTo(body.get("detail"));
    assertThat(body.get("request_id")).isEqualTo(body.get("instance"));
    assertThat(body.get("status").asInt()).isEqualTo(status);
  }

  private static void isProblem(Answer answer) {
    assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
    assertThat(answer.json().get("type").asText()).startsWith("https://");
  }

  @Test
  void saysAllThatAProblemDocumentSays() {
    useUp();
    Answer refused = app.get("/messages", ALICE);
    isAnthropic(refused, 429, "rate_limit_error");
    assertThat(refused.header("Retry-After")).isEqualTo("12");
    assertThat(refused.header("Quota-Level")).isEqualTo("ping=exhausted");
    JsonNode body = refused.json();
    assertThat(body.get("message").asText()).contains("12 seconds");
    JsonNode problem = app.get("/ping", ALICE).json();
    assertThat(body.get("problemType")).isEqualTo(problem.get("type"));
    for (String member : List.of("title", "detail", "code", "violated-policies", "retryable")) {
      assertThat(body.get(member)).as(member).isEqualTo(problem.get(member));
    }
    assertThat(refused.quota("ping").get("allowed").asBoolean()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "/sized?n=21, free, 422, invalid_request_error, quota.never_fits",
    "/sized?n=1, trial, 403, permission_error, quota.not_in_plan",
    "/keyed, free, 400, invalid_request_error, quota.key_missing"
  })
  void holdsForEveryKind(String path, String plan, int status, String type, String code) {
    Answer refused = app.get(path, "X-User", "alice", "X-Plan", plan);
    isAnthropic(refused, status, type);
    assertThat(refused.json().get("code").asText()).isEqualTo(code);
  }

  @Test
  void holdsForWhatHasNoStateAndNoCode() {
    isAnthropic(app.get("/messages", "X-User", "a", "Sec-Purpose", "prefetch"), 503, "api_error");
    Answer key = app.send("POST", "/keyed", "X-User", "a", "Idempotency-Key", "\"");
    isAnthropic(key, 400, "invalid_request_error");
    assertThat(key.json().has("code")).isFalse();
    isAnthropic(
        app.get("/messages", "X-User", "a", "Quota-Conversation", "forged"),
        400,
        "invalid_request_error");
    app.send("POST", "/keyed", "X-User", "a", "Idempotency-Key", "k");
    isAnthropic(
        app.send("POST", "/keyed?other", "X-User", "a", "Idempotency-Key", "k"),
        422,
        "invalid_request_error");
  }

  @Test
  void holdsWhileTheEngineIsClosedAndWhenPoliciesDoNotFit() throws Exception {
    app.quotas.close();
    isAnthropic(app.get("/messages", ALICE), 503, "overloaded_error");
    try (TestApp other =
        TestApp.with(TestServlets.policies())
            .servlet("/own", new TestServlets.Open())
            .customise(
                filter ->
                    filter.endpoints(
                        request ->
                            new Endpoint(List.of(Endpoint.Cost.usual("nothing")))
                                .withErrors(ErrorFormat.ANTHROPIC)))
            .start()) {
      isAnthropic(other.get("/own", ALICE), 503, "api_error");
    }
  }

  @Test
  void isInheritedAndReplacedByMethod() {
    useUp();
    isAnthropic(app.get("/proxied", ALICE), 429, "rate_limit_error");
    isAnthropic(app.send("POST", "/by-method", ALICE), 429, "rate_limit_error");
    isProblem(app.get("/by-method", ALICE));
  }

  @Test
  void isThatOfTheEndpointWhichWasCalled() {
    useUp();
    isAnthropic(app.get("/free?to=/messages", ALICE), 429, "rate_limit_error");
    isProblem(app.get("/free?to=/ping", ALICE));
    isAnthropic(app.get("/with?to=/ping", ALICE), 429, "rate_limit_error");
    isAnthropic(app.get("/with?to=/ping&include", ALICE), 429, "rate_limit_error");
    isProblem(app.get("/without?to=/messages", ALICE));
    isProblem(app.get("/without?to=/messages&include", ALICE));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"application/json", "*/*", "text/event-stream", "application/problem+json"})
  void isJsonForEveryClientThatIsNoPerson(String accept) {
    useUp();
    isAnthropic(app.get("/messages", "X-User", "alice", "Accept", accept), 429, "rate_limit_error");
  }

  @Test
  void leavesThePageAndTheSentenceAlone() {
    useUp();
    assertThat(
            app.get("/messages", "X-User", "alice", "Accept", "text/html").header("Content-Type"))
        .startsWith("text/html");
    assertThat(app.get("/messages", "X-User", "alice", "Accept", "text/plain").body())
        .isEqualTo(app.get("/messages", ALICE).json().get("message").asText());
    assertThat(app.send("HEAD", "/messages", ALICE).body()).isEmpty();
  }

  @Test
  void isToldToRenderersOfTheApplication() throws Exception {
    try (TestApp other =
        TestApp.with(TestServlets.policies())
            .servlet("/sized", new Sized())
            .customise(
                filter ->
                    filter.refusals(
                        (refusal, request, response) ->
                            response.getWriter().print(refusal.errors())))
            .start()) {
      assertThat(other.get("/sized?n=21", ALICE).body()).isEqualTo("ANTHROPIC");
    }
  }

  @QuotaErrors(ErrorFormat.ANTHROPIC)
  private static final class Uncharged extends Answering {
    private static final long serialVersionUID = 1L;
  }

  private static final class UnchargedMethod extends Answering {
    private static final long serialVersionUID = 1L;

    @QuotaErrors(ErrorFormat.ANTHROPIC)
    @Override
    protected void doPost(HttpServletRequest request, HttpServletResponse response) {}
  }

  @Quota("ping")
  private static final class Unread extends Answering {
    private static final long serialVersionUID = 1L;

    @QuotaErrors(ErrorFormat.ANTHROPIC)
    @Override
    public String getServletInfo() {
      return "";
    }
  }

  @QuotaErrors(ErrorFormat.ANTHROPIC)
  private interface Shaped {}

  @Quota("ping")
  private static final class ByInterface extends Answering implements Shaped {
    private static final long serialVersionUID = 1L;
  }

  @QuotaErrors(ErrorFormat.ANTHROPIC)
  private static final class ShapedFilter implements Filter {
    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
        throws IOException, ServletException {
      chain.doFilter(request, response);
    }
  }

  private static void doesNotStart(HttpServlet servlet, Optional<Filter> filter, String why) {
    TestApp.Builder builder = TestApp.with(TestServlets.policies()).servlet("/a", servlet);
    filter.ifPresent(it -> builder.filter("/a", it));
    assertThatThrownBy(builder::start).hasStackTraceContaining(why);
  }

  @Test
  void meansNothingWithoutAQuota() {
    doesNotStart(new Uncharged(), Optional.empty(), "Uncharged means nothing, because nothing");
    doesNotStart(new UnchargedMethod(), Optional.empty(), "@QuotaErrors on the method doPost of ");
    doesNotStart(new Unread(), Optional.empty(), "@QuotaErrors on the method getServletInfo of ");
    doesNotStart(new ByInterface(), Optional.empty(), "@QuotaErrors on the interface ");
    doesNotStart(
        new TestServlets.Open(), Optional.of(new ShapedFilter()), "@QuotaErrors on the filter ");
  }
}
