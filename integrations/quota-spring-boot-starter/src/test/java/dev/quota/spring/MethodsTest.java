package dev.quota.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quota.QuotaRefusedException;
import dev.quota.Subject;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.core.context.ReactiveSecurityContextHolder;
import org.springframework.security.core.context.SecurityContextHolder;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Costs that depend on arguments, and methods of beans that are metered. */
class MethodsTest {

  private static RunningApp app;
  private static MethodsApplication.Painter painter;

  @BeforeAll
  static void start() {
    app = RunningApp.start(MethodsApplication.class, "quota.policies=classpath:methods.yaml");
    painter = app.context.getBean(MethodsApplication.Painter.class);
  }

  @AfterAll
  static void stop() {
    app.close();
  }

  @AfterEach
  void signOut() {
    SecurityContextHolder.clearContext();
  }

  private static void signIn(String user) {
    SecurityContextHolder.getContext()
        .setAuthentication(new TestingAuthenticationToken(user, "", "USER"));
  }

  private static HttpResponse<String> ask(String user, String maxTokens) {
    return app.postJson(
        "/ask", "{\"options\":{\"maxTokens\":" + maxTokens + "},\"text\":\"\"}", "X-User", user);
  }

  @Test
  void anAsynchronousReservationIsAnArgument() {
    assertThat(app.get("/reserve-async?n=4", "X-User", "later").body()).isEqualTo("charged 1");
    assertThat(app.used("later", "tokens")).isEqualTo(1);
    assertThat(app.get("/reserve-async?n=100000", "X-User", "later").statusCode()).isEqualTo(429);
  }

  @Test
  void theBodySaysTheCost() {
    HttpResponse<String> first = ask("body", "4");
    assertThat(first.statusCode()).isEqualTo(200);
    assertThat(first.headers().firstValue("RateLimit").orElseThrow()).contains("r=6");
    assertThat(app.used("body", "tokens")).isEqualTo(4);
    int runs = MethodsApplication.RUNS.get();
    HttpResponse<String> refused = ask("body", "7");
    assertThat(refused.statusCode()).isEqualTo(429);
    assertThat(refused.headers().firstValue("Content-Type").orElseThrow())
        .startsWith("application/problem+json");
    assertThat(refused.body()).contains("\"quota.", "\"detail\"", "\"instance\"");
    assertThat(MethodsApplication.RUNS).hasValue(runs);
    assertThat(app.used("body", "tokens")).isEqualTo(4);
    assertThat(ask("body", "6").statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "2.5", "null", "9007199254740992", "1e300"})
  void whatIsNoCostRunsNothing(String maxTokens) {
    String user = "no cost " + maxTokens;
    int runs = MethodsApplication.RUNS.get();
    HttpResponse<String> answer = ask(user, maxTokens);
    assertThat(answer.statusCode()).isEqualTo(500);
    assertThat(answer.body())
        .contains(
            "costExpression \"#request.options.maxTokens\" of",
            "AskController.ask must give a whole number from 0 to 9007199254740991, gave ",
            "nothing was charged");
    assertThat(MethodsApplication.RUNS).hasValue(runs);
    assertThat(app.used(user, "tokens")).isZero();
  }

  @Test
  void aNullOnTheWayIsOneClearError() {
    HttpResponse<String> answer = app.postJson("/ask", "{}", "X-User", "null way");
    assertThat(answer.statusCode()).isEqualTo(500);
    assertThat(answer.body()).contains("AskController.ask failed, so nothing was charged: EL1007E");
  }

  @Test
  void aBodyThatCannotBeReadCostsNothing() {
    assertThat(app.postJson("/ask", "{", "X-User", "bad").statusCode()).isIn(400, 500);
    assertThat(app.used("bad", "tokens")).isZero();
  }

  @Test
  void argumentsHaveNumbersAndBeansHaveNames() {
    assertThat(app.get("/indexed?text=four", "X-User", "numbers").statusCode()).isEqualTo(200);
    assertThat(app.used("numbers", "tokens")).isEqualTo(4);
    assertThat(app.get("/bare", "X-User", "bare").statusCode()).isEqualTo(200);
    assertThat(app.used("bare", "tokens")).isEqualTo(7);
  }

  @Test
  void allQuotasOfAMethodAreChargedTogether() {
    assertThat(app.get("/both/large", "X-User", "both").statusCode()).isEqualTo(200);
    assertThat(app.get("/both/large", "X-User", "both").statusCode()).isEqualTo(429);
    assertThat(app.used("both", "tokens")).isEqualTo(7);
    assertThat(app.used("both", "images")).isEqualTo(1);
  }

  @Test
  void anExpressionSaysWhoIsCharged() {
    HttpResponse<String> answer = app.get("/team?team=blue", "X-User", "member");
    assertThat(answer.headers().firstValue("RateLimit").orElseThrow()).contains("r=9");
    assertThat(app.used("blue", "tokens")).isEqualTo(1);
    assertThat(app.used("member", "tokens")).isZero();
    assertThat(app.get("/team?team=", "X-User", "member").body())
        .contains("must give a dev.quota.Subject or the id of a user, gave an empty id");
  }

  @Test
  void aHandlerThatFailsIsRefunded() {
    assertThat(app.get("/throws?n=3", "X-User", "throws").statusCode()).isEqualTo(500);
    RunningApp.await(() -> app.used("throws", "tokens") == 0);
  }

  @Test
  void anAsynchronousHandlerIsChargedOnce() {
    assertThat(app.get("/callable?n=3", "X-User", "callable").body()).isEqualTo("callable");
    assertThat(app.used("callable", "tokens")).isEqualTo(3);
    assertThat(app.get("/bare-callable", "X-User", "bare callable").body()).isEqualTo("bare");
    assertThat(app.used("bare callable", "tokens")).isEqualTo(1);
  }

  @Test
  void aParameterReserves() {
    assertThat(app.get("/reserve?n=8", "X-User", "reserve").statusCode()).isEqualTo(200);
    assertThat(app.used("reserve", "tokens")).isEqualTo(1);
    int runs = MethodsApplication.RUNS.get();
    assertThat(app.get("/reserve?n=10", "X-User", "reserve").statusCode()).isEqualTo(429);
    assertThat(MethodsApplication.RUNS).hasValue(runs);
    assertThat(app.get("/reserve-fixed", "X-User", "fixed").body()).isEqualTo("reserved true");
    RunningApp.await(() -> app.used("fixed", "tokens") == 4);
  }

  @Test
  void aServiceIsChargedForTheCallerOfTheRequest() {
    assertThat(app.get("/paint", "X-User", "painter").statusCode()).isEqualTo(200);
    assertThat(app.get("/paint", "X-User", "painter").statusCode()).isEqualTo(200);
    assertThat(app.used("painter", "images")).isEqualTo(2);
    int painted = MethodsApplication.Painter.PAINTED.get();
    HttpResponse<String> refused = app.get("/paint", "X-User", "painter");
    assertThat(refused.statusCode()).isEqualTo(429);
    assertThat(refused.headers().firstValue("Content-Type").orElseThrow())
        .startsWith("application/problem+json");
    assertThat(refused.headers().map()).containsKeys("ratelimit", "quota-level");
    assertThat(MethodsApplication.Painter.PAINTED).hasValue(painted);
    HttpResponse<String> page =
        app.get("/paint", "X-User", "painter", "Accept", "text/html", "Sec-Fetch-Mode", "navigate");
    assertThat(page.statusCode()).isEqualTo(429);
    assertThat(page.body()).startsWith("<!doctype html>");
  }

  @Test
  void aHandlerOfTheApplicationForRefusalsAnswersThem() {
    app.get("/own", "X-User", "own");
    app.get("/own", "X-User", "own");
    HttpResponse<String> own = app.get("/own", "X-User", "own");
    assertThat(own.statusCode()).isEqualTo(402);
    assertThat(own.body()).isEqualTo("own");
  }

  @Test
  void aRefusalInAnotherThreadIsAnsweredToo() {
    assertThat(app.get("/paint-later").statusCode()).isEqualTo(200);
    assertThat(app.get("/paint-later").statusCode()).isEqualTo(200);
    assertThat(app.get("/paint-later").statusCode()).isEqualTo(429);
  }

  @Test
  void aCallWithoutARequestCountsTheSecurityContext() {
    signIn("batch");
    assertThat(painter.count(List.of("a", "b", "c"))).isEqualTo(3);
    assertThat(app.used("batch", "tokens")).isEqualTo(3);
    assertThatThrownBy(() -> painter.count(List.of("1", "2", "3", "4", "5", "6", "7", "8")))
        .isInstanceOfSatisfying(
            QuotaRefusedException.class, e -> assertThat(e.decision().isAllowed()).isFalse())
        .hasMessageStartingWith(
            MethodsApplication.Painter.class.getName() + ".count was refused by its quota")
        .hasMessageNotContaining("batch");
    assertThatThrownBy(painter::fails).isInstanceOf(IllegalArgumentException.class);
    assertThat(app.used("batch", "images")).isZero();
  }

  @Test
  void aCallOfNobodyDoesNotRun() {
    assertThatThrownBy(painter::paint)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith(
            MethodsApplication.Painter.class.getName()
                + ".paint carries @Quota, but nothing here says who calls it");
    assertThat(painter.paintFor(Subject.user("owner"))).isEqualTo("picture");
    assertThat(app.used("owner", "images")).isEqualTo(1);
  }

  @Test
  void aStageEndsTheCharge() {
    signIn("stage");
    CompletableFuture<String> running = new CompletableFuture<>();
    CompletableFuture<String> first = painter.later(running);
    assertThat(painter.later(new CompletableFuture<>()))
        .failsWithin(java.time.Duration.ofSeconds(20))
        .withThrowableThat()
        .withCauseInstanceOf(QuotaRefusedException.class);
    running.complete("done");
    assertThat(first.join()).isEqualTo("done");
    assertThat(painter.later(CompletableFuture.completedFuture("next")).join()).isEqualTo("next");
  }

  @Test
  void eachSubscriptionIsCharged() {
    Mono<String> mono =
        painter
            .mono(Mono.just("picture"))
            .contextWrite(
                ReactiveSecurityContextHolder.withAuthentication(
                    new TestingAuthenticationToken("mono", "", "USER")));
    assertThat(app.used("mono", "images")).isZero();
    assertThat(mono.block()).isEqualTo("picture");
    assertThat(mono.block()).isEqualTo("picture");
    assertThat(app.used("mono", "images")).isEqualTo(2);
    int painted = MethodsApplication.Painter.PAINTED.get();
    assertThatThrownBy(mono::block).isInstanceOf(QuotaRefusedException.class);
    assertThat(MethodsApplication.Painter.PAINTED).hasValue(painted);
    assertThatThrownBy(painter.mono(Mono.just("nobody"))::block)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("nothing here says who calls it");
  }

  @Test
  void aMonoThatFailsIsRefunded() {
    signIn("failing mono");
    Mono<String> failing = painter.mono(Mono.error(new IllegalArgumentException("broken")));
    assertThatThrownBy(failing::block).isInstanceOf(IllegalArgumentException.class);
    RunningApp.await(() -> app.used("failing mono", "images") == 0);
  }

  @Test
  void aPublisherEndsTheCharge() {
    signIn("flux");
    Mono<List<String>> failing =
        painter.flux(Flux.error(new IllegalArgumentException("broken"))).collectList();
    assertThatThrownBy(failing::block).isInstanceOf(IllegalArgumentException.class);
    assertThat(painter.flux(Flux.just("a", "b")).collectList().block()).containsExactly("a", "b");
    assertThat(
            painter.flux(Flux.never()).take(java.time.Duration.ofMillis(1)).collectList().block())
        .isEmpty();
    RunningApp.await(() -> app.quotas().openPermits() == 0);
    assertThat(painter.flux(Flux.just("c")).collectList().block()).containsExactly("c");
  }
}
