package dev.quota.jaxrs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.http.Declarations;
import java.net.http.HttpResponse;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One application with one line and annotations, over real HTTP. */
class RestTest {

  private static RunningApp app;

  @BeforeAll
  static void start() {
    app = RunningApp.start(ChatApplication.CLASSES);
  }

  @AfterAll
  static void stop() {
    app.close();
  }

  @Test
  void runsOnWhatTheBuildChose() throws Exception {
    Class<?> version =
        Class.forName(
            RunningApp.isJersey()
                ? "org.glassfish.jersey.internal.Version"
                : "org.jboss.resteasy.core.ResteasyContext");
    assertThat(version.getProtectionDomain().getCodeSource().getLocation().getPath())
        .contains(System.getProperty("quota.rest.expected"));
  }

  @Test
  void theFourthOfThreeIsRefused() {
    HttpResponse<String> first = app.post("/chat", "X-User", "fourth");
    assertThat(first.statusCode()).isEqualTo(200);
    assertThat(first.body()).isEqualTo("answer to hello");
    assertThat(first.headers().firstValue("RateLimit").orElseThrow()).contains("r=2");
    app.post("/chat", "X-User", "fourth");
    app.post("/chat", "X-User", "fourth");
    int runs = ChatApplication.RUNS.get();
    HttpResponse<String> refused = app.post("/chat", "X-User", "fourth");
    assertThat(refused.statusCode()).isEqualTo(429);
    assertThat(refused.headers().firstValue("Content-Type").orElseThrow())
        .startsWith("application/problem+json");
    assertThat(refused.headers().firstValue("Content-Length")).isPresent();
    assertThat(refused.body()).contains("\"quota.exhausted.rolling\"", "\"detail\"");
    assertThat(ChatApplication.RUNS).hasValue(runs);
    HttpResponse<String> state = app.get("/quota/state", "X-User", "fourth");
    assertThat(state.statusCode()).isEqualTo(200);
    assertThat(state.body()).contains("\"remaining\":0");
    assertThat(app.post("/chat", "X-User", "somebody else").statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource({
    "/chat, chat, 1",
    "/rewritten, chat, 1",
    "/contract, chat, 1",
    "/derived, chat, 1",
    "/meta, chat, 2",
    "/both, chat, 1",
    "/both, extra, 2",
    "/placed, placed, 1",
    "/uses-placed, placed, 1",
    "/own-cost, chat, 1",
    "/own-cost?large, chat, 3",
    "/typed/plain, typed, 1",
    "/typed/double, typed, 2",
    "/typed/extra, typed, 1",
    "/typed/extra, extra, 1",
    "/located/7, chat, 1",
    "/unknown-type, chat, 1",
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
  void aMethodOfAGenericInterfaceIsRead() throws Exception {
    Class<?> type = ChatApplication.Contracted.class;
    assertThat(Declarations.annotationsOf(type, type.getMethod("ask", String.class)).quotas())
        .hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({
    "answers, 200, 1, 400",
    "nothing, 204, 1, 400",
    "bad-request, 400, 1, 400",
    "status, 502, 0, 0",
    "throws, 500, 0, 0",
    "throws-checked, 500, 0, 0",
    "throws-error, 500, 0, 0",
    "throws-response, 503, 0, 0",
    "mapped-500, 500, 0, 0",
    "mapped-418, 418, 1, 400",
    "mapper-throws, 500, 0, 0",
    "filter-throws, 500, 0, 0",
    "unwritable, 500, 0, 0",
    "resumed, 200, 1, 400",
    "resumed-with-exception, 500, 0, 0",
    "cancelled, 503, 0, 0",
    "times-out, 503, 0, 0",
    "times-out-handled, 200, 1, 400",
    "stage, 200, 1, 400",
    "stage-fails, 500, 0, 0",
    "streams, 200, 1, 400",
    "stream-fails-at-once, 500, 0, 0",
  })
  void ends(String path, int status, long chat, long tokens) {
    String user = "ends " + path;
    HttpResponse<String> answer = app.get("/endings/" + path, "X-User", user);
    assertThat(answer.statusCode()).isEqualTo(status);
    RunningApp.await(() -> app.used(user, "chat") == chat && app.used(user, "tokens") == tokens);
    assertThat(answer.headers().firstValue("RateLimit").isPresent()).isEqualTo(chat > 0);
  }

  @Test
  void aStreamThatBreaksOffIsSettled() {
    String user = "breaks off";
    assertThat(app.get("/endings/stream-breaks-off", "X-User", user).statusCode()).isEqualTo(200);
    RunningApp.await(() -> app.used(user, "tokens") == 70);
    assertThat(app.used(user, "chat")).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/endings/endless", "/events/endless"})
  void aReaderWhoLeavesPaysWhatWasUsed(String path) {
    String user = "leaves " + path;
    app.leaveWhileReading(path, user);
    RunningApp.await(() -> app.used(user, "tokens") == 70);
    assertThat(app.used(user, "chat")).isEqualTo(1);
  }

  @Test
  void eventsCarryNoticesAndEndWithTheirSink() {
    HttpResponse<String> events = app.get("/events", "X-User", "events");
    assertThat(events.statusCode()).isEqualTo(200);
    assertThat(events.headers().firstValue("RateLimit")).isPresent();
    assertThat(events.body().replace(": ", ":"))
        .contains("data:one", "event:quota", "{\"reason\":\"grace\"", "\"reason\":\"settled\"");
    RunningApp.await(() -> app.used("events", "tokens") == 80);
    assertThat(app.used("events", "chat")).isEqualTo(1);
  }

  @Test
  void eventsOfTheRequestThreadAreKept() {
    assertThat(app.get("/events/at-once", "X-User", "at once").body()).contains("one");
    RunningApp.await(() -> app.used("at once", "tokens") == 400);
    assertThat(app.used("at once", "chat")).isEqualTo(1);
  }

  @Test
  void eventsThatFailAtOnceAreRefunded() {
    assertThat(app.get("/events/fails", "X-User", "no event").statusCode()).isEqualTo(500);
    RunningApp.await(() -> app.used("no event", "chat") == 0);
  }

  @Test
  void permitsComeBackHoweverACallEnds() {
    for (int i = 0; i < 3; i++) {
      assertThat(app.get("/rooms", "X-User", "rooms").statusCode()).isEqualTo(200);
      assertThat(app.get("/rooms/fails", "X-User", "rooms").statusCode()).isEqualTo(500);
    }
    ChatApplication.Rooms.inside = new CountDownLatch(1);
    ChatApplication.Rooms.leave = new CountDownLatch(1);
    Thread guest = new Thread(() -> app.get("/rooms/stays", "X-User", "rooms"));
    guest.start();
    ChatApplication.await(ChatApplication.Rooms.inside);
    assertThat(app.get("/rooms", "X-User", "rooms").statusCode()).isEqualTo(429);
    ChatApplication.Rooms.leave.countDown();
    RunningApp.await(() -> app.get("/rooms", "X-User", "rooms").statusCode() == 200);
  }

  @Test
  void theExchangeIsAParameter() {
    HttpResponse<String> answer = app.get("/exchange", "X-User", "exchange");
    assertThat(answer.body()).isEqualTo("USER true");
    assertThat(answer.headers().firstValue("RateLimit")).isEmpty();
    assertThat(app.used("exchange", "chat")).isZero();
  }

  @Test
  void aReservationIsRefusedInTheSameWords() {
    for (int i = 0; i < 9; i++) {
      assertThat(app.get("/reserves", "X-User", "reserves").statusCode()).isEqualTo(200);
    }
    HttpResponse<String> refused =
        app.get("/reserves", "X-User", "reserves", "Origin", "https://shop.example");
    assertThat(refused.statusCode()).isEqualTo(429);
    assertThat(refused.body()).contains("\"quota.not_enough");
    assertThat(refused.headers().allValues("Access-Control-Expose-Headers")).contains("RateLimit");
    assertThat(app.used("reserves", "tokens")).isEqualTo(630);
  }

  @Test
  void theRequestSaysTheCost() {
    app.get("/cost-from", "X-User", "cost", "X-Cost", "3");
    assertThat(app.used("cost", "chat")).isEqualTo(3);
    assertThat(app.get("/cost-from", "X-User", "cost", "X-Cost", "1").statusCode()).isEqualTo(429);
  }

  @Test
  void whatTheImplementationRefusesItselfIsFree() {
    assertThat(app.send("DELETE", "/chat", "X-User", "wrong").statusCode()).isEqualTo(405);
    assertThat(app.get("/nothing-here", "X-User", "wrong").statusCode()).isEqualTo(404);
    assertThat(app.get("/chat", "X-User", "wrong", "X-Denied", "1").statusCode()).isEqualTo(403);
    assertThat(app.used("wrong", "chat")).isZero();
  }

  @Test
  void headCostsWhatGetCostsAndOptionsNothing() {
    HttpResponse<String> head = app.send("HEAD", "/chat", "X-User", "head");
    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(head.headers().firstValue("RateLimit")).isPresent();
    assertThat(app.used("head", "chat")).isEqualTo(1);
    HttpResponse<String> options = app.send("OPTIONS", "/chat", "X-User", "head");
    assertThat(options.statusCode()).isLessThan(300);
    assertThat(options.headers().firstValue("Allow").orElseThrow()).contains("GET", "POST");
    HttpResponse<String> own = app.send("OPTIONS", "/preflights", "X-User", "head");
    assertThat(own.headers().firstValue("Access-Control-Allow-Methods")).hasValue("GET");
    assertThat(app.used("head", "chat")).isEqualTo(1);
  }

  @Test
  void anotherOriginReadsTheRefusal() {
    String[] headers = {"X-User", "origin", "Origin", "https://shop.example"};
    HttpResponse<String> answer = app.get("/chat", headers);
    assertThat(answer.headers().allValues("Access-Control-Expose-Headers")).contains("RateLimit");
    app.get("/chat", headers);
    app.get("/chat", headers);
    HttpResponse<String> refused = app.get("/chat", headers);
    assertThat(refused.statusCode()).isEqualTo(429);
    assertThat(refused.headers().allValues("Access-Control-Expose-Headers"))
        .contains("RateLimit", "Retry-After");
    assertThat(app.get("/quota/state", headers).statusCode()).isEqualTo(200);
  }
}
