package dev.quota.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quota.Quota;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.MultipartConfig;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.Part;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What an {@code Idempotency-Key} protects: answers of others, other requests, and running ones.
 */
final class KeyedRequestTest {

  private static final Map<String, String> ANSWERS = new ConcurrentHashMap<>();

  private Optional<TestApp> app = Optional.empty();

  /** Stores its answers as the documentation says. */
  @Quota(value = "chat", idempotent = true)
  private static class Storing extends HttpServlet {
    private static final long serialVersionUID = 1L;

    final transient AtomicInteger runs = new AtomicInteger();

    @Override
    protected final void doPost(HttpServletRequest request, HttpServletResponse response)
        throws IOException, ServletException {
      response.setCharacterEncoding("utf-8");
      QuotaExchange exchange = QuotaExchange.of(request);
      String id = exchange.idempotencyId().orElse("none " + runs);
      if (exchange.isRepetition()) {
        String stored = ANSWERS.get(id);
        if (stored == null) {
          exchange.refuseAsRunning();
        } else {
          response.getWriter().print(stored);
        }
        return;
      }
      runs.incrementAndGet();
      String answer = answer(request);
      ANSWERS.put(id, answer);
      response.getWriter().print(answer);
    }

    String answer(HttpServletRequest request) throws IOException, ServletException {
      return request.getHeader("X-User")
          + ": "
          + new String(request.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** Waits in the middle until the test lets it go on, to an answer or to a failure. */
  private static final class Slow extends Storing {
    private static final long serialVersionUID = 1L;

    final transient CountDownLatch entered = new CountDownLatch(1);
    final transient CountDownLatch goOn = new CountDownLatch(1);
    volatile boolean fails;

    @Override
    String answer(HttpServletRequest request) throws IOException {
      entered.countDown();
      try {
        assertThat(goOn.await(20, TimeUnit.SECONDS)).isTrue();
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
      if (fails) {
        throw new IllegalStateException("the model is away");
      }
      return "slow answer";
    }
  }

  /** Does not look at what was sent. */
  private static final class Deaf extends Storing {
    private static final long serialVersionUID = 1L;

    @Override
    String answer(HttpServletRequest request) {
      return "the same for all";
    }
  }

  private static final class Form extends Storing {
    private static final long serialVersionUID = 1L;

    @Override
    String answer(HttpServletRequest request) {
      Map<String, String> all = new TreeMap<>();
      request.getParameterMap().forEach((name, values) -> all.put(name, String.join("|", values)));
      return all.toString();
    }
  }

  private static final class Text extends Storing {
    private static final long serialVersionUID = 1L;

    @Override
    String answer(HttpServletRequest request) throws IOException {
      return request.getReader().readLine();
    }
  }

  @MultipartConfig
  private static final class Parts extends Storing {
    private static final long serialVersionUID = 1L;

    @Override
    String answer(HttpServletRequest request) throws IOException, ServletException {
      Part part = request.getPart("picture");
      return new String(part.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** Counts the bytes of a body that it reads without waiting. */
  @Quota(value = "chat", idempotent = true)
  private static final class NonBlocking extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Override
    protected void doPost(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      AsyncContext async = request.startAsync();
      var in = request.getInputStream();
      ByteArrayOutputStream read = new ByteArrayOutputStream();
      in.setReadListener(
          new ReadListener() {
            @Override
            public void onDataAvailable() throws IOException {
              byte[] some = new byte[1_000];
              while (in.isReady() && !in.isFinished()) {
                int count = in.read(some);
                if (count < 0) {
                  return;
                }
                read.write(some, 0, count);
              }
            }

            @Override
            public void onAllDataRead() throws IOException {
              async.getResponse().getWriter().print(read.size());
              async.complete();
            }

            @Override
            public void onError(Throwable failure) {
              async.complete();
            }
          });
    }
  }

  @Quota(value = "chat", idempotent = true, keyRequired = true)
  private static final class Demanding extends Storing {
    private static final long serialVersionUID = 1L;
  }

  @Quota(value = "chat", keyRequired = true)
  private static final class Contradicting extends Storing {
    private static final long serialVersionUID = 1L;
  }

  private TestApp start(HttpServlet servlet) throws Exception {
    return started(TestApp.with(TestServlets.policies()).servlet("/store/*", servlet));
  }

  private TestApp started(TestApp.Builder builder) throws Exception {
    TestApp started = builder.start();
    app = Optional.of(started);
    return started;
  }

  @AfterEach
  void stop() {
    app.ifPresent(TestApp::close);
    ANSWERS.clear();
  }

  private Answer post(String path, String user, String key, BodyPublisher body, String... more) {
    String[] headers = new String[4 + more.length];
    headers[0] = "X-User";
    headers[1] = user;
    headers[2] = "Idempotency-Key";
    headers[3] = key;
    System.arraycopy(more, 0, headers, 4, more.length);
    return app.orElseThrow().send("POST", path, body, headers);
  }

  private Answer post(String user, String body) {
    return post("/store/a", user, "k-1", BodyPublishers.ofString(body));
  }

  private long used(String user) {
    return app.orElseThrow().used(user, "chat");
  }

  @Test
  void nobodyReadsWhatWasStoredForAnother() throws Exception {
    start(new Storing());
    assertThat(post("alice", "hello").body()).isEqualTo("alice: hello");
    assertThat(post("bob", "hello").body()).isEqualTo("bob: hello");
    assertThat(post("bob", "hello").body()).isEqualTo("bob: hello");
    assertThat(ANSWERS).hasSize(2);
    assertThat(ANSWERS.keySet())
        .allSatisfy(id -> assertThat(id).matches("[A-Za-z0-9_-]{43}").doesNotContain("alice"));
  }

  @Test
  void anotherEndpointHasAnotherId() throws Exception {
    start(new Storing());
    post("/store/a", "alice", "k-1", BodyPublishers.noBody());
    post("/store/b", "alice", "k-1", BodyPublishers.noBody());
    assertThat(ANSWERS).hasSize(2);
  }

  @Test
  void aKeyThatWasUsedForAnotherBodyIsRefused() throws Exception {
    Storing servlet = new Storing();
    start(servlet);
    post("alice", "hello");
    Answer refused = post("alice", "goodbye");
    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.json().get("code").asText()).isEqualTo("quota.key_reused");
    assertThat(refused.json().get("type").asText())
        .isEqualTo("https://quota.dev/problems/key-reused");
    assertThat(refused.json().get("title").asText()).isEqualTo("Key already used");
    assertThat(refused.header("Retry-After")).isNull();
    assertThat(refused.header("Cache-Control")).isEqualTo("no-store");
    assertThat(post("alice", "hello").body()).isEqualTo("alice: hello");
    assertThat(servlet.runs).hasValue(1);
    assertThat(used("alice")).isEqualTo(1);
  }

  @Test
  void aBodyThatNobodyReadsIsComparedToo() throws Exception {
    start(new Deaf());
    post("alice", "hello");
    assertThat(post("alice", "goodbye").status()).isEqualTo(422);
    assertThat(post("alice", "").status()).isEqualTo(422);
    assertThat(post("alice", "hello").status()).isEqualTo(200);
  }

  @Test
  void anotherAddressOrTypeIsAnotherRequest() throws Exception {
    start(new Storing());
    BodyPublisher body = BodyPublishers.ofString("hello");
    assertThat(post("/store/a?n=1", "alice", "k", body, "Content-Type", "text/plain").status())
        .isEqualTo(200);
    assertThat(post("/store/a?n=2", "alice", "k", body, "Content-Type", "text/plain").status())
        .isEqualTo(422);
    assertThat(post("/store/a?n=1", "alice", "k", body, "Content-Type", "text/html").status())
        .isEqualTo(422);
    assertThat(post("/store/a?n=1", "alice", "k", body, "Content-Type", "text/plain").status())
        .isEqualTo(200);
  }

  @Test
  void whileTheFirstRequestRunsAnotherIsToldToWait() throws Exception {
    Slow slow = new Slow();
    start(slow);
    CompletableFuture<Answer> first = CompletableFuture.supplyAsync(() -> post("alice", "hello"));
    assertThat(slow.entered.await(20, TimeUnit.SECONDS)).isTrue();
    Answer second = post("alice", "hello");
    assertThat(second.status()).isEqualTo(409);
    assertThat(second.json().get("code").asText()).isEqualTo("quota.in_progress");
    assertThat(Integer.parseInt(second.header("Retry-After"))).isBetween(1, 10);
    slow.goOn.countDown();
    assertThat(first.get(20, TimeUnit.SECONDS).body()).isEqualTo("slow answer");
    assertThat(post("alice", "hello").body()).isEqualTo("slow answer");
    assertThat(used("alice")).isEqualTo(1);
  }

  @Test
  void aFirstRequestThatFailsLeavesNothingBehind() throws Exception {
    Slow slow = new Slow();
    start(slow);
    slow.fails = true;
    CompletableFuture<Answer> first = CompletableFuture.supplyAsync(() -> post("alice", "hello"));
    assertThat(slow.entered.await(20, TimeUnit.SECONDS)).isTrue();
    assertThat(post("alice", "hello").status()).isEqualTo(409);
    slow.goOn.countDown();
    assertThat(first.get(20, TimeUnit.SECONDS).status()).isEqualTo(500);
    slow.fails = false;
    assertThat(post("alice", "another").body()).isEqualTo("slow answer");
    assertThat(post("alice", "another").body()).isEqualTo("slow answer");
    assertThat(slow.runs).hasValue(2);
    assertThat(used("alice")).isEqualTo(1);
  }

  @Test
  void aFailureThatStaysChargedIsFollowedByANewAttempt() throws Exception {
    Slow slow = new Slow();
    slow.goOn.countDown();
    started(
        TestApp.with(TestServlets.policies())
            .servlet("/store/*", slow)
            .customise(filter -> filter.refundFailed(false)));
    slow.fails = true;
    assertThat(post("alice", "hello").status()).isEqualTo(500);
    assertThat(post("alice", "hello").status()).isEqualTo(500);
    slow.fails = false;
    assertThat(post("alice", "hello").body()).isEqualTo("slow answer");
    assertThat(post("alice", "hello").body()).isEqualTo("slow answer");
    assertThat(used("alice")).isEqualTo(3);
  }

  @Test
  void whatAnotherNodeWorksOnIsAnsweredByTheEndpoint() throws Exception {
    start(new Storing());
    post("alice", "hello");
    ANSWERS.clear();
    try (TestApp other =
        TestApp.with(TestServlets.policies())
            .servlet("/store/*", new Storing())
            .engine(engine -> engine.store(app.orElseThrow().store))
            .start()) {
      Answer answer =
          other.send(
              "POST",
              "/store/a",
              BodyPublishers.ofString("hello"),
              "X-User",
              "alice",
              "Idempotency-Key",
              "k-1");
      assertThat(answer.status()).isEqualTo(409);
      assertThat(answer.header("Retry-After")).isNotNull();
    }
  }

  @Test
  void whoIsRefusedHoldsNoKey() throws Exception {
    start(new Storing());
    for (int i = 0; i < 10; i++) {
      assertThat(post("/store/" + i, "alice", "k", BodyPublishers.noBody()).status())
          .isEqualTo(200);
    }
    assertThat(post("alice", "hello").status()).isEqualTo(429);
    assertThat(post("alice", "hello").status()).isEqualTo(429);
    app.orElseThrow().advanceMillis(60_000);
    assertThat(post("alice", "hello").status()).isEqualTo(200);
  }

  @Test
  void anEndpointMayDemandAKey() throws Exception {
    start(new Demanding());
    Answer refused =
        app.orElseThrow().send("POST", "/store/a", BodyPublishers.noBody(), "X-User", "alice");
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.json().get("code").asText()).isEqualTo("quota.key_missing");
    assertThat(used("alice")).isZero();
    assertThat(post("alice", "hello").status()).isEqualTo(200);
  }

  @Test
  void aDemandWithoutAMeaningFailsAtTheStart() {
    assertThatThrownBy(() -> start(new Contradicting()))
        .hasStackTraceContaining("has keyRequired without idempotent");
  }

  @Test
  void aFormIsReadAsParameters() throws Exception {
    start(new Form());
    String type = "application/x-www-form-urlencoded";
    BodyPublisher body = BodyPublishers.ofString("b=2&a=%C3%A9+x&b=3&empty&%zz=1");
    Answer first = post("/store/a?a=1", "alice", "k", body, "Content-Type", type);
    assertThat(first.body()).isEqualTo("{%zz=1, a=1|\u00e9 x, b=2|3, empty=}");
    assertThat(
            post(
                    "/store/a?a=1",
                    "alice",
                    "k",
                    BodyPublishers.ofString("b=2&a=other"),
                    "Content-Type",
                    type)
                .status())
        .isEqualTo(422);
  }

  @Test
  void textIsReadByAReader() throws Exception {
    start(new Text());
    Answer answer =
        post(
            "/store/a",
            "alice",
            "k",
            BodyPublishers.ofString("na\u00efve"),
            "Content-Type",
            "text/plain; charset=utf-8");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(ANSWERS.values()).containsExactly("na\u00efve");
  }

  private static BodyPublisher parts(String boundary, String content) {
    return BodyPublishers.ofString(
        "--"
            + boundary
            + "\r\nContent-Disposition: form-data; name=\"picture\"; filename=\"p.png\"\r\n"
            + "Content-Type: image/png\r\n\r\n"
            + content
            + "\r\n--"
            + boundary
            + "--\r\n");
  }

  private Answer upload(String boundary, String content) {
    return post(
        "/store/a",
        "alice",
        "k",
        parts(boundary, content),
        "Content-Type",
        "multipart/form-data; boundary=" + boundary);
  }

  @Test
  void partsAreComparedWithoutTheirBoundary() throws Exception {
    start(new Parts());
    assertThat(upload("first", "pixels").body()).isEqualTo("pixels");
    assertThat(upload("second", "pixels").body()).isEqualTo("pixels");
    assertThat(upload("third", "others").status()).isEqualTo(422);
  }

  @Test
  void partsThatTheEndpointReadsItselfAreToo() throws Exception {
    start(new Storing());
    assertThat(upload("first", "pixels").body()).contains("pixels");
    assertThat(upload("second", "pixels").status()).isEqualTo(200);
    assertThat(upload("third", "others").status()).isEqualTo(422);
  }

  @Test
  void aLongBodyPassesThrough() throws Exception {
    start(new Storing());
    String megabytes = "x".repeat(1_500_000);
    assertThat(post("bob", megabytes).body()).isEqualTo("bob: " + megabytes);
    String large = "x".repeat(ReplayedRequest.LONGEST_COMPARED + 100);
    assertThat(post("alice", large).body()).isEqualTo("alice: " + large);
    assertThat(post("alice", large + "x").status()).isEqualTo(422);
    assertThat(post("alice", large).status()).isEqualTo(200);
  }

  @Test
  void aBodyCanBeReadWithoutWaiting() throws Exception {
    start(new NonBlocking());
    assertThat(post("alice", "hello").body()).isEqualTo("5");
    assertThat(post("/store/b", "alice", "k", BodyPublishers.noBody()).body()).isEqualTo("0");
    String megabytes = "x".repeat(1_500_000);
    assertThat(post("/store/c", "alice", "k", BodyPublishers.ofString(megabytes)).body())
        .isEqualTo("1500000");
  }
}
