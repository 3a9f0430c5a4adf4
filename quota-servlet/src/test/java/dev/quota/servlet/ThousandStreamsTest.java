package dev.quota.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.Quota;
import dev.quota.Reservation;
import dev.quota.policy.Policies;
import dev.quota.policy.QuotaPolicy;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A thousand streams at once, of which many fail: nothing is lost, and nothing charged twice. */
@Tag("once")
final class ThousandStreamsTest {

  private static final int STREAMS = 1_000;
  private static final String TOKENS = "tokens";

  /** Streams words over some time and then ends in a way that chance decides, by its seed. */
  @Quota(value = TOKENS, cost = 0)
  private static final class Streaming extends HttpServlet {
    private static final long serialVersionUID = 1L;

    final transient AtomicLong expected = new AtomicLong();
    final transient AtomicInteger open = new AtomicInteger();
    final transient AtomicInteger mostOpen = new AtomicInteger();
    final transient ScheduledExecutorService words = Executors.newScheduledThreadPool(2);

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      SplittableRandom random = new SplittableRandom(Long.parseLong(request.getParameter("seed")));
      Reservation tokens = QuotaExchange.of(request).reserve(TOKENS, random.nextLong(1, 400));
      if (random.nextInt(10) == 0) {
        throw new IllegalStateException("failed before the stream began, as it was told to");
      }
      mostOpen.accumulateAndGet(open.incrementAndGet(), Math::max);
      AsyncContext async = request.startAsync();
      async.setTimeout(60_000);
      response.setContentType("text/event-stream");
      Stream stream = new Stream(tokens, async, response, random);
      words.schedule(stream, 500, TimeUnit.MILLISECONDS);
    }

    /** One stream. */
    private final class Stream implements Runnable {
      private final Reservation tokens;
      private final AsyncContext async;
      private final HttpServletResponse response;
      private final SplittableRandom random;
      private long soFar;
      private int left;

      Stream(
          Reservation tokens,
          AsyncContext async,
          HttpServletResponse response,
          SplittableRandom random) {
        this.tokens = tokens;
        this.async = async;
        this.response = response;
        this.random = random;
        this.left = random.nextInt(1, 5);
      }

      @Override
      public void run() {
        try {
          soFar += random.nextLong(100);
          if (!tokens.used(soFar)) {
            throw new IllegalStateException("nothing here is short");
          }
          response.getOutputStream().write("data: word\n\n".getBytes(StandardCharsets.UTF_8));
          response.flushBuffer();
          left--;
          if (left > 0) {
            words.schedule(this, 20, TimeUnit.MILLISECONDS);
            return;
          }
          end();
        } catch (IOException e) {
          throw new IllegalStateException("the client listens to the end", e);
        }
        open.decrementAndGet();
        async.complete();
      }

      private void end() {
        switch (random.nextInt(3)) {
          case 0 -> {
            boolean returned = tokens.refund();
            assertThat(returned).isTrue();
          }
          case 1 -> expected.addAndGet(tokens.settleAsUsed().charged());
          default -> expected.addAndGet(tokens.settle(soFar + random.nextLong(50)).charged());
        }
      }
    }
  }

  @Test
  @Timeout(120)
  void aThousandStreamsAtOnceSettleToTheExactSum() throws Exception {
    Streaming streaming = new Streaming();
    QuotaPolicy policy =
        QuotaPolicy.builder(TOKENS).limit("daily", "100000000 per calendar day").build();
    try (TestApp app =
        TestApp.with(Policies.builder().quota(policy).build())
            .servlet("/stream", streaming)
            .start()) {
      HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
      List<CompletableFuture<Integer>> answers = new ArrayList<>();
      for (int seed = 0; seed < STREAMS; seed++) {
        HttpRequest request =
            HttpRequest.newBuilder(
                    URI.create("http://127.0.0.1:" + app.port() + "/stream?seed=" + seed))
                .header("X-User", "alice")
                .build();
        answers.add(
            client
                .sendAsync(request, HttpResponse.BodyHandlers.discarding())
                .thenApply(HttpResponse::statusCode));
      }
      long failed = answers.stream().filter(answer -> answer.join() == 500).count();
      assertThat(failed).isBetween(50L, 200L);
      assertThat(streaming.mostOpen.get()).as("at once").isGreaterThan(STREAMS / 2);
      assertThat(app.used("alice", TOKENS)).isEqualTo(streaming.expected.get());
      assertThat(app.get("/quota/state", "X-User", "alice").quota(TOKENS).get("reserved").asLong())
          .isZero();
    } finally {
      streaming.words.shutdownNow();
    }
  }
}
