package dev.quota.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.greenbytes.http.sfv.Parametrizable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ChargingTest {

  private final TestServlets.Ping ping = new TestServlets.Ping();
  private final TestServlets.Open open = new TestServlets.Open();
  private TestApp app;

  @BeforeEach
  void start() throws Exception {
    app =
        TestApp.with(TestServlets.policies())
            .servlet("/ping", ping)
            .servlet("/chat", new TestServlets.Chat())
            .servlet("/image", new TestServlets.Image())
            .servlet("/sized", new TestServlets.SizedImage())
            .servlet("/both", new TestServlets.Both())
            .servlet("/open", open)
            .start();
  }

  @AfterEach
  void stop() {
    app.close();
  }

  @Test
  void anAllowedResponseCarriesTheStateAfterTheCharge() {
    Answer answer = app.get("/chat", "X-User", "alice");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("RateLimit-Policy"))
        .isEqualTo(
            "\"chat.daily\";q=50;w=86400;quota-unit=\"message\", "
                + "\"chat.burst\";q=10;w=60;quota-unit=\"message\"");
    assertThat(answer.header("RateLimit"))
        .isEqualTo("\"chat.daily\";r=49;t=32430, \"chat.burst\";r=9;t=6");
    assertThat(answer.header("Quota-Level")).isEqualTo("chat=ok");
  }

  @Test
  void headersAndStateAgreeAfterEveryCharge() {
    for (int i = 1; i <= 10; i++) {
      Answer charged = app.get("/chat", "X-User", "alice");
      var limits = app.get("/quota/state?quota=chat", "X-User", "alice").quota("chat");
      assertThat(remaining(charged, "chat.daily")).isEqualTo(limits.get("remaining").asLong());
      assertThat(remaining(charged, "chat.daily")).isEqualTo(50 - i);
      assertThat(remaining(charged, "chat.burst"))
          .isEqualTo(limits.get("limits").get(0).get("remaining").asLong());
      assertThat(charged.levels().get().get("chat").get())
          .hasToString(limits.get("level").asText());
    }
  }

  private static long remaining(Answer answer, String policy) {
    for (Object member : answer.rateLimit().get()) {
      Parametrizable<?> item = (Parametrizable<?>) member;
      if (item.get().equals(policy)) {
        return (Long) item.getParams().get("r").get();
      }
    }
    throw new AssertionError("no " + policy + " in " + answer.header("RateLimit"));
  }

  @Test
  void anEndpointWithoutQuotaIsUntouched() {
    Answer answer = app.get("/open", "X-User", "alice");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("RateLimit")).isNull();
    assertThat(answer.header("Quota-Level")).isNull();
  }

  @Test
  void theSixthPingIsRefusedAndWaitingExactlyThatLongSucceeds() {
    for (int i = 0; i < 5; i++) {
      assertThat(app.get("/ping", "X-User", "alice").status()).isEqualTo(200);
    }
    Answer refused = app.get("/ping", "X-User", "alice");
    assertThat(refused.status()).isEqualTo(429);
    assertThat(refused.header("Retry-After")).isEqualTo("12");
    assertThat(app.get("/ping", "X-User", "bob").status()).isEqualTo(200);
    app.advanceMillis(11_999);
    assertThat(app.get("/ping", "X-User", "alice").status()).isEqualTo(429);
    app.advanceMillis(1);
    assertThat(app.get("/ping", "X-User", "alice").status()).isEqualTo(200);
    assertThat(ping.runs).hasValue(7);
  }

  @Test
  void nineChatsInAMinuteLeaveTheDailyMeterNearlyFull() {
    for (int i = 0; i < 8; i++) {
      app.get("/chat", "X-User", "alice");
    }
    Answer ninth = app.get("/chat", "X-User", "alice");
    assertThat(ninth.header("Quota-Level")).isEqualTo("chat=ok");
    var quota = app.get("/quota/state", "X-User", "alice").quota("chat");
    assertThat(quota.get("remaining").asLong()).isEqualTo(41);
    assertThat(quota.get("primary").asText()).isEqualTo("daily");
    assertThat(quota.get("message").get("title").asText()).contains("41 of 50");
  }

  @Test
  void twoHundredParallelRequestsOfOneUserGrantExactlyTheCapacity() throws Exception {
    ExecutorService callers = Executors.newFixedThreadPool(32);
    try {
      CountDownLatch go = new CountDownLatch(1);
      List<Future<Integer>> statuses =
          IntStream.range(0, 200)
              .mapToObj(
                  i ->
                      callers.submit(
                          () -> {
                            go.await();
                            return app.get("/ping", "X-User", "alice").status();
                          }))
              .toList();
      go.countDown();
      int granted = 0;
      for (Future<Integer> status : statuses) {
        int got = status.get(30, TimeUnit.SECONDS);
        assertThat(got).isIn(200, 429);
        granted += got == 200 ? 1 : 0;
      }
      assertThat(granted).isEqualTo(5);
      assertThat(ping.runs).hasValue(5);
    } finally {
      callers.shutdownNow();
    }
  }

  @Test
  void severalQuotasAreChargedAllOrNone() {
    for (int i = 0; i < 5; i++) {
      assertThat(app.get("/both", "X-User", "alice").status()).isEqualTo(200);
    }
    Answer refused = app.get("/both", "X-User", "alice");
    assertThat(refused.status()).isEqualTo(429);
    assertThat(refused.json().get("violated-policies")).hasSize(1);
    assertThat(refused.json().get("violated-policies").get(0).asText()).isEqualTo("ping.minute");
    assertThat(app.used("alice", "chat")).isEqualTo(5);
  }

  @Test
  void theCostComesFromTheAnnotationOrFromTheRequest() {
    app.get("/image", "X-User", "alice");
    assertThat(app.used("alice", "image")).isEqualTo(4);
    app.get("/sized?n=7", "X-User", "alice");
    assertThat(app.used("alice", "image")).isEqualTo(11);
    assertThat(app.get("/sized?n=0", "X-User", "alice").status()).isEqualTo(200);
    assertThat(app.used("alice", "image")).isEqualTo(11);
  }

  @Test
  void aNegativeCostIsAnErrorAndRunsNothing() {
    assertThat(app.get("/sized?n=-1", "X-User", "alice").status()).isEqualTo(500);
    assertThat(app.used("alice", "image")).isZero();
  }

  @Test
  void aCostThatDoesNotFitSaysWhatIsLeft() {
    app.get("/sized?n=18", "X-User", "alice");
    Answer refused = app.get("/image", "X-User", "alice");
    assertThat(refused.status()).isEqualTo(429);
    assertThat(refused.json().get("code").asText()).isEqualTo("quota.not_enough.calendar");
    assertThat(refused.quota("image").get("largestFittingCost").asLong()).isEqualTo(2);
    assertThat(refused.header("x-should-retry")).isEqualTo("false");
  }

  @Test
  void aCostAboveTheCapacityCanNeverBeGranted() {
    Answer refused = app.get("/sized?n=21", "X-User", "alice");
    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.header("Retry-After")).isNull();
    assertThat(refused.header("x-should-retry")).isEqualTo("false");
    assertThat(refused.json().get("code").asText()).isEqualTo("quota.never_fits");
    assertThat(refused.json().get("retryable").asBoolean()).isFalse();
  }

  @Test
  void aPlanWithoutTheQuotaIsToldSo() {
    Answer refused = app.get("/image", "X-User", "tim", "X-Plan", "trial");
    assertThat(refused.status()).isEqualTo(403);
    assertThat(refused.header("Retry-After")).isNull();
    assertThat(refused.json().get("code").asText()).isEqualTo("quota.not_in_plan");
  }

  @Test
  void anUnlimitedPlanIsCountedButHasNoHeaderForTheDay() {
    Answer answer = app.get("/chat", "X-User", "eve", "X-Plan", "enterprise");
    assertThat(answer.header("RateLimit")).isEqualTo("\"chat.burst\";r=9;t=6");
    var quota =
        app.get("/quota/state?quota=chat", "X-User", "eve", "X-Plan", "enterprise").quota("chat");
    assertThat(quota.get("used").asLong()).isEqualTo(1);
    assertThat(quota.get("limit").isNull()).isTrue();
  }

  @Test
  void withoutAPrincipalTheAddressIsChargedAndItsNumbersAreRounded() {
    app.get("/ping");
    Answer answer = app.get("/ping");
    assertThat(answer.header("RateLimit-Policy"))
        .isEqualTo("\"ping.minute\";q=100;w=60;quota-unit=\"percent\"");
    assertThat(answer.header("RateLimit")).isEqualTo("\"ping.minute\";r=60;t=12");
    Answer state = app.get("/quota/state?quota=ping");
    assertThat(state.json().get("subject").get("kind").asText()).isEqualTo("address");
    var quota = state.quota("ping");
    assertThat(quota.get("shared").asBoolean()).isTrue();
    assertThat(quota.get("used").isNull()).isTrue();
    assertThat(quota.get("remaining").isNull()).isTrue();
    assertThat(quota.get("remainingShare").asDouble()).isEqualTo(0.6);
    assertThat(quota.get("fullAt").isNull()).isTrue();
  }

  @Test
  void hostileNamesAreJustNames() {
    String huge = "x".repeat(4_000);
    assertThat(app.get("/ping", "X-User", huge).status()).isEqualTo(200);
    assertThat(app.used(huge, "ping")).isEqualTo(1);
    Answer markup = app.get("/ping", "X-User", "<script>\"'&;=,");
    assertThat(markup.status()).isEqualTo(200);
    assertThat(markup.body() + markup.response().headers()).doesNotContain("<script>");
  }
}
