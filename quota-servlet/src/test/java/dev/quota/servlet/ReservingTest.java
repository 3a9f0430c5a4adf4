package dev.quota.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.quota.Quota;
import dev.quota.Reservation;
import dev.quota.Settlement;
import dev.quota.policy.Policies;
import dev.quota.policy.QuotaPolicy;
import dev.quota.policy.Unit;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class ReservingTest {

  private static final String TOKENS = "tokens";

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final AtomicReference<Reservation> last = new AtomicReference<>();
  private TestApp app;

  /** What an endpoint does with its exchange. */
  @FunctionalInterface
  private interface Work {
    void run(QuotaExchange exchange, HttpServletRequest request, HttpServletResponse response)
        throws IOException, ServletException;
  }

  /** An endpoint that charges nothing itself and reserves what it needs. */
  @Quota(value = TOKENS, cost = 0)
  private static final class Reserving extends HttpServlet {
    private static final long serialVersionUID = 1L;
    private final transient Work work;

    Reserving(Work work) {
      this.work = work;
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
        throws IOException, ServletException {
      work.run(QuotaExchange.of(request), request, response);
    }
  }

  private void start(Work work) throws Exception {
    QuotaPolicy tokens =
        QuotaPolicy.builder(TOKENS)
            .unit(Unit.count("token", "tokens"))
            .limit("daily", "1000 per calendar day")
            .limit("running", "3 at once")
            .grace("100")
            .build();
    app =
        TestApp.with(Policies.builder().quota(tokens).build())
            .servlet("/work", new Reserving(work))
            .start();
  }

  @AfterEach
  void stop() {
    threads.shutdownNow();
    app.close();
  }

  private Answer get() {
    return app.get("/work", "X-User", "alice");
  }

  private Reservation reserve(QuotaExchange exchange, long estimate) {
    Reservation reservation = exchange.reserve(TOKENS, estimate);
    last.set(reservation);
    return reservation;
  }

  private long used() {
    return app.used("alice", TOKENS);
  }

  /** Waits until what was reserved last is over, which another thread sees to. */
  private void awaitEnd() throws InterruptedException {
    while (last.get() == null || !last.get().isOver()) {
      Thread.sleep(5);
    }
    // It is over before it is settled; whoever asks next waits until it is.
    boolean unused = last.get().refund();
  }

  @Test
  void headersSpeakOfWhatIsReserved() throws Exception {
    start((exchange, request, response) -> reserve(exchange, 400).settle(150));
    Answer answer = get();
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("RateLimit")).contains("\"tokens.daily\";r=600");
    assertThat(answer.header("RateLimit-Policy"))
        .contains("\"tokens.running\";q=3;qu=\"concurrent-requests\"");
    assertThat(used()).isEqualTo(150);
    assertThat(app.get("/quota/state", "X-User", "alice").quota(TOKENS).get("reserved").asLong())
        .isZero();
  }

  @Test
  void theStateTellsWhatIsReservedWhileWorkRuns() throws Exception {
    AtomicReference<JsonNode> during = new AtomicReference<>();
    start(
        (exchange, request, response) -> {
          reserve(exchange, 400);
          during.set(app.get("/quota/state", "X-User", "alice").quota(TOKENS));
        });
    get();
    JsonNode tokens = during.get();
    assertThat(tokens.get("reserved").asLong()).isEqualTo(400);
    assertThat(tokens.get("used").asLong()).isZero();
    assertThat(tokens.get("remaining").asLong()).isEqualTo(600);
    assertThat(tokens.get("limits").get(1).get("window").toString())
        .isEqualTo("{\"kind\":\"concurrent\"}");
    assertThat(tokens.get("limits").get(1).get("used").asLong()).isEqualTo(1);
    assertThat(tokens.get("limits").get(1).get("text").asText()).isEqualTo("1 of 3 running");
  }

  @Test
  void whatIsNotSettledIsKeptWhereTheRequestWasAnswered() throws Exception {
    start((exchange, request, response) -> reserve(exchange, 400).close());
    get();
    assertThat(used()).isEqualTo(400);
  }

  @Test
  void whatFailsBeforeAnythingWasDeliveredIsGivenBack() throws Exception {
    start(
        (exchange, request, response) -> {
          try (Reservation tokens = reserve(exchange, 400)) {
            tokens.used(200);
            throw new IllegalStateException("the model is away");
          }
        });
    assertThat(get().status()).isEqualTo(500);
    assertThat(used()).isZero();
  }

  @Test
  void anErrorStatusGivesBackToo() throws Exception {
    start(
        (exchange, request, response) -> {
          reserve(exchange, 400);
          response.sendError(502);
        });
    assertThat(get().status()).isEqualTo(502);
    assertThat(used()).isZero();
  }

  @Test
  void whatFailsInTheMiddleOfAnAnswerCostsWhatWasUsed() throws Exception {
    start(
        (exchange, request, response) -> {
          Reservation tokens = reserve(exchange, 400);
          response.getOutputStream().write("half".getBytes(StandardCharsets.UTF_8));
          response.flushBuffer();
          tokens.used(120);
          throw new IllegalStateException("the model went away");
        });
    app.raw("GET /work HTTP/1.1", "X-User: alice");
    awaitEnd();
    assertThat(used()).isEqualTo(120);
  }

  @Test
  void asynchronousWorkSettlesWhenItCompletes() throws Exception {
    start(
        (exchange, request, response) -> {
          Reservation tokens = reserve(exchange, 400);
          AsyncContext async = request.startAsync();
          threads.execute(
              () -> {
                tokens.used(30);
                async.complete();
              });
        });
    get();
    awaitEnd();
    assertThat(used()).as("answered, and not settled").isEqualTo(400);
  }

  @Test
  void asynchronousWorkThatTimesOutCostsWhatWasUsedWhenItIsComplete() throws Exception {
    CountDownLatch answered = new CountDownLatch(1);
    start(
        (exchange, request, response) -> {
          Reservation tokens = reserve(exchange, 400);
          AsyncContext async = request.startAsync();
          async.setTimeout(50);
          threads.execute(() -> useMoreThenComplete(tokens, async, answered));
        });
    assertThat(get().status()).isGreaterThanOrEqualTo(500);
    assertThat(last.get().isOver()).as("the work goes on").isFalse();
    answered.countDown();
    awaitEnd();
    assertThat(used()).isEqualTo(90);
  }

  private static void useMoreThenComplete(
      Reservation tokens, AsyncContext async, CountDownLatch answered) {
    try {
      answered.await();
      tokens.used(90);
      async.complete();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IllegalStateException e) {
      // The container has completed it already.
      assertThat(tokens.isOver()).isTrue();
    }
  }

  @Test
  void headersOfAReservationThatCameBackAreGone() throws Exception {
    start(
        (exchange, request, response) -> {
          reserve(exchange, 400);
          throw new IllegalStateException("the model is away");
        });
    Answer failed = get();
    assertThat(failed.status()).isEqualTo(500);
    assertThat(failed.header("RateLimit")).isNull();
    assertThat(failed.header("Quota-Level")).isNull();
    app.close();
    start((exchange, request, response) -> reserve(exchange, 400).refund());
    Answer without = get();
    assertThat(without.status()).isEqualTo(200);
    assertThat(without.header("RateLimit")).isNull();
    assertThat(without.header("Quota-Level")).isNull();
  }

  @Test
  void headersOfAReservationAreGoneFromAFailureAfterADispatch() throws Exception {
    start(
        (exchange, request, response) -> {
          if (request.getDispatcherType() == DispatcherType.ASYNC) {
            throw new IllegalStateException("the model is away");
          }
          reserve(exchange, 400);
          request.startAsync().dispatch();
        });
    Answer failed = get();
    assertThat(failed.status()).isEqualTo(500);
    assertThat(failed.header("RateLimit")).isNull();
    awaitEnd();
    assertThat(used()).isZero();
  }

  @Test
  void aRequestThatIsOverReservesNothingMore() throws Exception {
    AtomicReference<QuotaExchange> kept = new AtomicReference<>();
    start((exchange, request, response) -> kept.set(exchange));
    get();
    assertThatThrownBy(() -> kept.get().reserve(TOKENS, 10))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("this request is over");
  }

  @Test
  void somebodyWhoLeavesPaysForWhatWasUsed() throws Exception {
    CountDownLatch left = new CountDownLatch(1);
    start(
        (exchange, request, response) -> {
          Reservation tokens = reserve(exchange, 900);
          OutputStream body = response.getOutputStream();
          AsyncContext async = request.startAsync();
          threads.execute(() -> streamUntilNobodyListens(tokens, body, async, left));
        });
    try (Socket client = new Socket(InetAddress.getLoopbackAddress(), app.port())) {
      client
          .getOutputStream()
          .write(
              "GET /work HTTP/1.1\r\nHost: app\r\nX-User: alice\r\n\r\n"
                  .getBytes(StandardCharsets.US_ASCII));
      assertThat(client.getInputStream().read()).isPositive();
      client.setSoLinger(true, 0);
    }
    left.countDown();
    awaitEnd();
    assertThat(used()).isEqualTo(70);
  }

  private static void streamUntilNobodyListens(
      Reservation tokens, OutputStream body, AsyncContext async, CountDownLatch left) {
    try {
      body.write("event: word\n\n".getBytes(StandardCharsets.UTF_8));
      body.flush();
      tokens.used(70);
      left.await();
      while (true) {
        body.write(new byte[8_192]);
        body.flush();
      }
    } catch (IOException e) {
      // Nobody listens any more: the end of the request settles.
      async.complete();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void aRefusedReservationIsAnsweredLikeAnyRefusal() throws Exception {
    AtomicInteger ran = new AtomicInteger();
    start(
        (exchange, request, response) -> {
          Reservation tokens = reserve(exchange, 600);
          if (!tokens.isAllowed()) {
            exchange.refuse(tokens);
            return;
          }
          ran.incrementAndGet();
          tokens.settle(600);
        });
    get();
    Answer refused = get();
    assertThat(ran).hasValue(1);
    assertThat(refused.status()).isEqualTo(429);
    assertThat(refused.json().get("code").asText()).isEqualTo("quota.not_enough.calendar");
    assertThat(refused.json().get("retryAfterSeconds").asInt()).isEqualTo(32_430);
    assertThat(refused.header("Quota-Level")).isEqualTo("tokens=exhausted");
  }

  @Test
  void anAnswerThatHasBegunCannotBecomeARefusal() throws Exception {
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    start(
        (exchange, request, response) -> {
          Reservation tokens = exchange.reserve(TOKENS, 1_001, 2_000);
          response.flushBuffer();
          try {
            exchange.refuse(tokens);
          } catch (IllegalStateException e) {
            thrown.set(e);
          }
        });
    get();
    assertThat(thrown.get()).hasMessageContaining("reserve before writing");
  }

  @Test
  void theFourthOfThreeAtOnceMayAskAgainInAMoment() throws Exception {
    CountDownLatch running = new CountDownLatch(3);
    CountDownLatch enough = new CountDownLatch(1);
    start(
        (exchange, request, response) -> {
          Reservation tokens = exchange.reserve(TOKENS, 10);
          if (!tokens.isAllowed()) {
            exchange.refuse(tokens);
            return;
          }
          running.countDown();
          try {
            enough.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    Future<?>[] answers = new Future<?>[3];
    for (int i = 0; i < answers.length; i++) {
      answers[i] = threads.submit(this::get);
    }
    running.await();

    Answer fourth = get();
    assertThat(fourth.status()).isEqualTo(429);
    assertThat(Integer.parseInt(fourth.header("Retry-After"))).isBetween(2, 5);
    assertThat(fourth.header("x-should-retry")).isNull();
    assertThat(fourth.json().get("code").asText()).isEqualTo("quota.exhausted.concurrent");
    assertThat(fourth.json().get("detail").asText())
        .isEqualTo(
            "Up to 3 can run at the same time. Start the next one when one of them has finished.");
    assertThat(fourth.quota(TOKENS).get("nextAvailableAt").isNull()).isTrue();

    enough.countDown();
    for (Future<?> answer : answers) {
      answer.get(10, TimeUnit.SECONDS);
    }
    assertThat(get().status()).as("places are free again").isEqualTo(200);
  }

  @Test
  void noticesAreFramesOfOneEventEach() throws Exception {
    AtomicReference<String> grace = new AtomicReference<>();
    AtomicReference<String> cut = new AtomicReference<>();
    AtomicReference<String> settled = new AtomicReference<>();
    AtomicReference<String> openAi = new AtomicReference<>();
    AtomicReference<String> anthropic = new AtomicReference<>();
    start(
        (exchange, request, response) -> {
          Notices notices = exchange.notices();
          Reservation tokens = reserve(exchange, 1_000);
          assertThat(tokens.isInGrace()).isFalse();
          assertThat(tokens.used(1_050)).isTrue();
          assertThat(tokens.isInGrace()).isTrue();
          grace.set(notices.grace(tokens));
          assertThat(tokens.used(1_200)).isFalse();
          cut.set(notices.cut(tokens));
          openAi.set(notices.error(tokens, Notices.ErrorShape.OPENAI));
          anthropic.set(notices.error(tokens, Notices.ErrorShape.ANTHROPIC));
          Settlement settlement = tokens.settle(1_080);
          settled.set(notices.settled(settlement));
        });
    assertThat(get().status()).isEqualTo(200);

    JsonNode data = notice(grace.get());
    assertThat(data.get("reason").asText()).isEqualTo("grace");
    assertThat(data.get("cost").asLong()).isEqualTo(1_050);
    assertThat(data.get("message").get("code").asText()).isEqualTo("quota.grace");
    assertThat(data.get("state").get("quotas").get(0).get("overage").asLong()).isEqualTo(100);
    data = notice(cut.get());
    assertThat(data.get("message").get("detail").asText())
        .startsWith("All 1,000 tokens for today are used. The answer so far is kept.");
    data = notice(settled.get());
    assertThat(data.get("cost").asLong()).isEqualTo(1_080);
    assertThat(data.get("state").get("quotas").get(0).get("used").asLong()).isEqualTo(1_080);
    assertThat(data.get("state").get("quotas").get(0).get("overage").asLong()).isEqualTo(80);
    assertThat(openAi.get())
        .startsWith("data: {\"error\":{\"message\":\"Answer stopped at the limit. ")
        .endsWith("\"type\":\"insufficient_quota\",\"param\":null,\"code\":\"quota.cut\"}}\n\n");
    assertThat(anthropic.get())
        .startsWith(
            "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"rate_limit_error\"")
        .as("Anthropic's own SDK shows this member")
        .contains("},\"message\":\"Answer stopped at the limit. ");
  }

  private static JsonNode notice(String frame) throws IOException {
    assertThat(frame).startsWith("event: quota\ndata: {").endsWith("}\n\n");
    assertThat(frame.strip().lines()).hasSize(2);
    JsonNode data = new ObjectMapper().readTree(frame.substring(frame.indexOf('{')));
    assertThat(Schemas.NOTICE.validate(data)).isEmpty();
    return data;
  }

  @Test
  void eightFirstEverStreamsAtOnceNeverOverspend() throws Exception {
    AtomicInteger allowed = new AtomicInteger();
    QuotaPolicy tokens =
        QuotaPolicy.builder(TOKENS).limit("daily", "1000 per calendar day").build();
    app =
        TestApp.with(Policies.builder().quota(tokens).build())
            .servlet(
                "/work",
                new Reserving(
                    (exchange, request, response) -> {
                      Reservation reservation = exchange.reserve(TOKENS, 300);
                      if (reservation.isAllowed()) {
                        allowed.incrementAndGet();
                        reservation.settle(300);
                      } else {
                        exchange.refuse(reservation);
                      }
                    }))
            .start();
    CountDownLatch go = new CountDownLatch(1);
    Future<?>[] answers = new Future<?>[8];
    for (int i = 0; i < answers.length; i++) {
      answers[i] =
          threads.submit(
              () -> {
                go.await();
                return get();
              });
    }
    go.countDown();
    for (Future<?> answer : answers) {
      answer.get(20, TimeUnit.SECONDS);
    }
    assertThat(allowed).hasValue(3);
    assertThat(used()).isEqualTo(900);
  }

  @Test
  void anUnknownQuotaIsTheEndpointsMistake() throws Exception {
    start(
        (exchange, request, response) ->
            assertThatThrownBy(() -> exchange.reserve("tokns", 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("unknown quota \"tokns\""));
    assertThat(get().status()).isEqualTo(200);
  }
}
