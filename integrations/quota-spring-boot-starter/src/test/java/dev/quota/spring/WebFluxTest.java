package dev.quota.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.Subject;
import dev.quota.spring.method.EndpointListing;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One application of WebFlux with one dependency, one property and annotations, over real HTTP. */
class WebFluxTest {

  private static RunningApp app;

  @BeforeAll
  static void start() {
    app =
        RunningApp.startReactive(
            FluxApplication.class,
            "quota.policies=classpath:quotas.yaml",
            "quota.subject.plan-authority-prefix=PLAN_",
            "quota.filter.order=0");
  }

  @AfterAll
  static void stop() {
    app.close();
  }

  @Test
  void theFourthOfThreeIsRefused() {
    HttpResponse<String> first = app.post("/chat", "X-User", "fourth");
    assertThat(first.statusCode()).isEqualTo(200);
    assertThat(first.body()).isEqualTo("answer");
    assertThat(first.headers().firstValue("RateLimit").orElseThrow()).contains("r=2");
    assertThat(first.headers().firstValue("Content-Length")).hasValue("6");
    app.post("/chat", "X-User", "fourth");
    app.post("/chat", "X-User", "fourth");
    int runs = FluxApplication.RUNS.get();
    HttpResponse<String> refused = app.post("/chat", "X-User", "fourth");
    assertThat(refused.statusCode()).isEqualTo(429);
    assertThat(refused.headers().firstValue("Content-Type").orElseThrow())
        .startsWith("application/problem+json");
    assertThat(refused.headers().allValues("Cache-Control")).containsExactly("no-store");
    assertThat(refused.headers().allValues("Vary").toString()).contains("Accept-Language");
    assertThat(refused.body()).contains("\"quota.exhausted.rolling\"", "\"detail\"");
    assertThat(FluxApplication.RUNS).hasValue(runs);
    assertThat(app.get("/quota/state", "X-User", "fourth").body()).contains("\"remaining\":0");
    assertThat(app.post("/chat", "X-User", "somebody else").statusCode()).isEqualTo(200);
  }

  @Test
  void aReservationIsAnArgument() {
    for (int i = 1; i <= 3; i++) {
      assertThat(app.get("/reserve-argument", "X-User", "argued").body()).isEqualTo("charged 1");
      assertThat(app.used("argued", "argument")).isEqualTo(i);
    }
    HttpResponse<String> refused = app.get("/reserve-argument", "X-User", "argued");
    assertThat(refused.statusCode()).isEqualTo(429);
    assertThat(refused.headers().firstValue("Content-Type")).contains("application/problem+json");
    assertThat(app.get("/reserve-argument-from?cost=4", "X-User", "argued").body())
        .isEqualTo("held 4");
    assertThat(app.used("argued", "argument-from")).as("kept by the end").isEqualTo(4);
  }

  @Test
  void aFunctionThatIsABeanIsChargedOnce() {
    assertThat(app.get("/function", "X-User", "function").body()).isEqualTo("function");
    assertThat(app.used("function", "chat")).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({
    "/ask-stream?n=3, 200, 6",
    "/ask-nothing, 200, 2",
    "/ask-path/7, 202, 7",
    "/ask-path/x, 400, 0",
    "/ask-fails?n=5, 503, 0",
    "/ask-fails-later?n=5, 503, 0",
    "/ask-reserve?n=5, 200, 1",
    "/ask-admin?n=5, 403, 0",
    "/ask-path/-1, 500, 0",
    "/ask-path/101, 422, 0",
  })
  void anExpressionOfAHandlerIsTheCost(String path, int status, long cost) {
    HttpResponse<String> answer = app.get(path, "X-User", path);
    assertThat(answer.statusCode()).isEqualTo(status);
    RunningApp.await(() -> app.used(path, "asked") == cost);
    if (status == 503) {
      assertThat(answer.body()).isEqualTo("handled by AskController");
    }
  }

  @Test
  void anExpressionOfAHandlerReadsTheBody() {
    String ask = "{\"text\":\"hello\",\"maxTokens\":40}";
    assertThat(app.postJson("/ask", ask, "X-User", "body").body()).isEqualTo("hello");
    assertThat(app.postJson("/ask-plain", ask, "X-User", "body").body()).isEqualTo("hello true");
    assertThat(app.used("body", "asked")).isEqualTo(80);
    HttpResponse<String> refused = app.postJson("/ask", ask, "X-User", "body");
    assertThat(refused.statusCode()).isEqualTo(429);
    assertThat(refused.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    assertThat(app.postJson("/ask", "{", "X-User", "body").statusCode()).isEqualTo(400);
    assertThat(app.used("body", "asked")).isEqualTo(80);
    assertThat(app.get("/ask-for?n=3&who=other", "X-User", "body").body()).isEqualTo("for");
    assertThat(app.used("other", "asked")).isEqualTo(3);
  }

  @Test
  void aHandlerOfOptionsDoesNotRunForFree() {
    int runs = FluxApplication.RUNS.get();
    HttpResponse<String> answer = app.send("OPTIONS", "/own-options", "X-User", "own options");
    assertThat(answer.statusCode()).isEqualTo(204);
    assertThat(FluxApplication.RUNS).hasValue(runs);
    assertThat(app.used("own options", "chat")).isZero();
  }

  @Test
  void handlersAreListedForOperators() {
    assertThat(app.context.getBean(EndpointListing.class).all())
        .containsEntry(
            FluxApplication.FluxController.class.getName() + ".meta",
            List.of(new EndpointListing.Charged("chat", "2")));
  }

  @Test
  void anExpressionOfABeanMethodIsTheCost() {
    assertThat(app.get("/painted-many?count=3", "X-User", "counted").body()).isEqualTo("painted 3");
    assertThat(app.used("counted", "extra")).isEqualTo(3);
    assertThat(app.get("/painted-many?count=2", "X-User", "counted").statusCode()).isEqualTo(429);
    assertThat(app.used("counted", "extra")).isEqualTo(3);
  }

  @ParameterizedTest
  @CsvSource({
    "/chat, chat, 1",
    "/contract, chat, 1",
    "/meta, chat, 2",
    "/both, chat, 1",
    "/both, extra, 2",
    "/placed, placed, 1",
    "/typed/plain, typed, 1",
    "/typed/double, typed, 2",
    "/stream, chat, 1",
    "/current, chat, 1",
    "/cost-from?cost=3, chat, 3",
    "/free, chat, 0",
    "/web-handler, chat, 1",
    "/routed, chat, 0",
    "/quota/state, chat, 0",
    "/quota/check?quota=chat&cost=1, chat, 0",
    "/quota/quota.js, chat, 0",
  })
  void charges(String path, String quota, long cost) {
    String user = "charges " + path + quota;
    HttpResponse<String> answer = app.get(path, "X-User", user);
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(app.used(user, quota)).isEqualTo(cost);
    assertThat(answer.headers().firstValue("RateLimit").isPresent()).isEqualTo(cost > 0);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/handled",
        "/entity",
        "/thrown",
        "/fails",
        "/future-fails",
        "/bad-gateway",
        "/admin",
        "/exchange"
      })
  void refunds(String path) {
    String user = "refunds " + path;
    HttpResponse<String> answer = app.get(path, "X-User", user);
    assertThat(answer.statusCode())
        .isEqualTo(
            switch (path) {
              case "/handled" -> 503;
              case "/entity", "/bad-gateway" -> 502;
              case "/admin" -> 403;
              case "/exchange" -> 200;
              default -> 500;
            });
    assertThat(answer.headers().firstValue("RateLimit")).isEmpty();
    // It is over before the client has all of its answer.
    assertThat(app.used(user, "chat")).isZero();
  }

  @ParameterizedTest
  @CsvSource({"/not-found, 404", "/conflict, 409"})
  void anAnswerThatBlamesTheClientKeepsTheCharge(String path, int status) {
    HttpResponse<String> answer = app.get(path, "X-User", "blamed " + path);
    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(answer.headers().firstValue("RateLimit")).isPresent();
    assertThat(app.used("blamed " + path, "chat")).isEqualTo(1);
  }

  @Test
  void aBodyThatCannotBeReadKeepsTheCharge() {
    HttpRequest broken =
        app.request("/body")
            .header("X-User", "broken")
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString("{"))
            .build();
    assertThat(app.send(broken).statusCode()).isEqualTo(400);
    assertThat(app.used("broken", "chat")).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/permit", "/permit-stream", "/permit-empty"})
  void aPermitIsReleasedBeforeTheEndOfTheAnswer(String path) {
    for (int i = 0; i < 50; i++) {
      assertThat(app.get(path, "X-User", "permits " + path).statusCode()).isEqualTo(200);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/permit-never", "/permit-endless"})
  void aClientThatLeavesReleasesItsPermit(String path) throws Exception {
    for (int i = 0; i < 5; i++) {
      leave(path, "leaving " + path, path.equals("/permit-endless"));
      RunningApp.await(() -> app.quotas().openPermits() == 0);
    }
    assertThat(app.get("/permit", "X-User", "leaving " + path).statusCode()).isEqualTo(200);
  }

  /** Sends a request, and closes the connection when its handler runs. */
  private static void leave(String path, String user, boolean reads) throws IOException {
    int runs = FluxApplication.RUNS.get();
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), app.port())) {
      String request = "GET /app" + path + " HTTP/1.1\r\nHost: x\r\nX-User: " + user + "\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      if (reads) {
        InputStream in = socket.getInputStream();
        assertThat(new String(in.readNBytes(200), StandardCharsets.US_ASCII)).contains("200 OK");
      } else {
        RunningApp.await(() -> FluxApplication.RUNS.get() > runs);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/reserve-endless", "/reserve-bytes"})
  void whatWasUsedIsSettledWhenTheClientLeaves(String path) throws Exception {
    String user = "settled " + path;
    leave(path, user, true);
    RunningApp.await(() -> app.quotas().openReservations() == 0);
    assertThat(app.used(user, "tokens")).isEqualTo(2);
  }

  @Test
  void whatWasUsedIsSettledWhenTheStreamBreaks() {
    try {
      app.get("/reserve-breaks", "X-User", "breaks");
    } catch (java.io.UncheckedIOException e) {
      assertThat(e).as("the connection was closed").isNotNull();
    }
    RunningApp.await(() -> app.quotas().openReservations() == 0);
    assertThat(app.used("breaks", "tokens")).isEqualTo(2);
  }

  @Test
  void aReservationEndsWithItsRequestOrIsRefused() {
    HttpResponse<String> reserved = app.get("/reserve?units=7", "X-User", "reserves");
    assertThat(reserved.body()).isEqualTo("7");
    assertThat(reserved.headers().firstValue("RateLimit").orElseThrow()).contains("r=");
    assertThat(app.used("reserves", "tokens")).isEqualTo(7);
    HttpResponse<String> refused = app.get("/reserve?units=9999999", "X-User", "reserves");
    assertThat(refused.statusCode()).isIn(422, 429);
    assertThat(refused.body()).contains("\"code\":\"quota.");
    assertThat(app.used("reserves", "tokens")).isEqualTo(7);
  }

  @Test
  void theExchangeIsAParameterAndInTheContext() {
    assertThat(app.get("/exchange", "X-User", "exchange").body()).isEqualTo("USER true");
    assertThat(app.get("/current", "X-User", "current").body()).isEqualTo("chat");
    assertThat(app.get("/exchange").body()).isEqualTo("ADDRESS true");
  }

  @Test
  void theRequestSaysTheCost() {
    app.get("/cost-from-exchange", "X-User", "cost", "X-Cost", "3");
    assertThat(app.used("cost", "chat")).isEqualTo(3);
    assertThat(app.get("/cost-from", "X-User", "cost").statusCode()).isEqualTo(429);
  }

  private static HttpResponse<String> postKeyed(String path, String user, String body) {
    return app.send(
        app.request(path)
            .header("X-User", user)
            .header("Content-Type", "text/plain")
            .header("Idempotency-Key", "\"k1\"")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 100_000, 1_048_576, 3_000_000})
  void aRepeatedKeyIsChargedOnce(int length) {
    String user = "repeats " + length;
    String body = "x".repeat(length);
    int answered = Math.min(length, 200_000);
    HttpResponse<String> first = postKeyed("/idempotent-unread", user, body);
    assertThat(first.statusCode()).isEqualTo(200);
    assertThat(postKeyed("/idempotent-unread", user, body).statusCode()).isEqualTo(409);
    assertThat(app.used(user, "chat")).isEqualTo(1);
    if (answered == length) {
      assertThat(postKeyed("/idempotent", user, body).body()).isEqualTo("first " + length);
      assertThat(postKeyed("/idempotent", user, body).body()).isEqualTo("again " + length);
      assertThat(app.used(user, "chat")).isEqualTo(2);
    }
  }

  @Test
  void whatSpringRefusesItselfIsFree() {
    assertThat(app.send("DELETE", "/chat", "X-User", "wrong").statusCode()).isEqualTo(405);
    assertThat(app.get("/nothing-here", "X-User", "wrong").statusCode()).isEqualTo(404);
    assertThat(app.get("/stream", "X-User", "wrong", "Accept", "image/png").statusCode())
        .isEqualTo(406);
    assertThat(app.post("/body", "X-User", "wrong", "Content-Type", "text/plain").statusCode())
        .isIn(400, 415);
    assertThat(app.used("wrong", "chat")).isZero();
  }

  @Test
  void headCostsWhatGetCostsAndOptionsNothing() {
    assertThat(app.send("HEAD", "/chat", "X-User", "head").statusCode()).isEqualTo(200);
    assertThat(app.used("head", "chat")).isEqualTo(1);
    HttpResponse<String> options = app.send("OPTIONS", "/chat", "X-User", "head");
    assertThat(options.statusCode()).isEqualTo(200);
    assertThat(options.headers().firstValue("Allow").orElseThrow()).contains("GET", "POST");
    int runs = FluxApplication.RUNS.get();
    assertThat(app.send("OPTIONS", "/all-methods", "X-User", "head").statusCode()).isLessThan(300);
    assertThat(FluxApplication.RUNS).hasValue(runs);
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
  void anotherOriginReadsTheRefusal() {
    String[] headers = {"X-User", "origin", "Origin", "https://app.example"};
    for (int i = 0; i < 3; i++) {
      assertThat(app.post("/shared", headers).statusCode()).isEqualTo(200);
    }
    HttpResponse<String> refused = app.post("/shared", headers);
    assertThat(refused.statusCode()).isEqualTo(429);
    assertThat(refused.headers().allValues("Access-Control-Allow-Origin"))
        .containsExactly("https://app.example");
    assertThat(refused.headers().allValues("Access-Control-Expose-Headers").toString())
        .contains("RateLimit", "Retry-After");
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

  @ParameterizedTest
  @CsvSource({"/painted, true", "/painted, false", "/painted-metered, true"})
  void aRefusalOfABeanIsAnsweredLikeEveryOther(String path, boolean signedIn) {
    String[] headers = signedIn ? new String[] {"X-User", "paints " + path} : new String[0];
    HttpResponse<String> answer = app.get(path, headers);
    for (int i = 0; i < 3 && answer.statusCode() == 200; i++) {
      answer = app.get(path, headers);
    }
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(429);
    assertThat(answer.headers().firstValue("Content-Type").orElseThrow())
        .startsWith("application/problem+json");
    assertThat(answer.body()).contains("quota.exhausted.rolling");
    if (path.equals("/painted-metered")) {
      assertThat(app.used("paints " + path, "typed")).as("other things ran").isEqualTo(4);
    }
  }

  @Test
  void nothingRunsUnchargedPastTheFilter() {
    int runs = FluxApplication.RUNS.get();
    assertThat(app.get("/detour", "X-User", "detour").statusCode()).isEqualTo(500);
    assertThat(FluxApplication.RUNS).hasValue(runs);
    assertThat(app.used("detour", "chat")).isZero();
  }

  @Test
  void noPermitStaysBehind() {
    RunningApp.await(() -> app.quotas().openPermits() == 0);
    assertThat(app.quotas().openReservations()).isZero();
    assertThat(app.quotas().states(Subject.user("nobody")).quotas()).isNotEmpty();
  }
}
