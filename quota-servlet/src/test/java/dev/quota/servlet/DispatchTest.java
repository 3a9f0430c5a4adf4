package dev.quota.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.Quota;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DispatchTest {

  private final Behaving behaving = new Behaving();
  private final TestServlets.Ping target = new TestServlets.Ping();
  private final Everything everything = new Everything();
  private TestApp app;

  @BeforeEach
  void start() throws Exception {
    app =
        TestApp.with(TestServlets.policies())
            .servlet("/do/*", behaving)
            .servlet("/error", new TestServlets.Ping())
            .servlet("/everything", everything)
            .servlet("/target", target)
            .servlet("/a b/*", new TestServlets.Ping())
            .errorPage(500, "/error")
            .start();
  }

  @AfterEach
  void stop() {
    app.close();
  }

  @ParameterizedTest
  @CsvSource({
    // path, status, units that stay charged
    "/do/ok, 200, 1",
    "/do/status400, 400, 1",
    "/do/status500, 500, 0",
    "/do/sendError503, 503, 0",
    "/do/sendError500, 500, 0",
    "/do/exception, 500, 0",
    "/do/redirect, 302, 1",
    "/do/forward, 200, 1",
    "/do/async, 200, 1",
    "/do/asyncDispatch, 200, 1",
    "/do/asyncError, 500, 0",
    "/do/asyncTimeout, 500, 1",
    "/do/asyncException, 500, 0",
    "/do/refund, 200, 0",
    "/do/delivered500, 500, 0",
  })
  void chargesOnceAndGivesFailuresBack(String path, int status, long charged) throws Exception {
    Answer answer = app.get(path, "X-User", "alice");
    assertThat(answer.status()).isEqualTo(status);
    behaving.awaitOver();
    assertThat(app.used("alice", "ping")).isEqualTo(charged);
  }

  @Test
  void anExceptionAfterSomethingWasDeliveredKeepsTheCharge() throws Exception {
    String answer = app.raw("GET /do/deliveredException HTTP/1.1", "X-User: alice");
    assertThat(answer).contains("half an answer");
    assertThat(app.used("alice", "ping")).isEqualTo(1);
  }

  @Test
  void aClientThatLeavesInTheMiddleKeepsItsCharge() throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), app.port())) {
      socket
          .getOutputStream()
          .write(
              "GET /do/endless HTTP/1.1\r\nHost: app\r\nX-User: alice\r\n\r\n"
                  .getBytes(StandardCharsets.US_ASCII));
      assertThat(socket.getInputStream().read()).isEqualTo('H');
      socket.setSoLinger(true, 0);
    }
    behaving.awaitOver();
    assertThat(behaving.sawBrokenPipe).isTrue();
    assertThat(app.used("alice", "ping")).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({
    "/do/redirect",
    "/do/public",
    "/do/refund",
    "/do/status500",
    "/do/status304",
    "/do/complete500",
    "/do/sendError503",
    "/do/asyncPublic"
  })
  void takesItsHeadersOffAgain(String path) {
    Answer answer = app.get(path, "X-User", "alice");
    assertThat(answer.header("RateLimit")).isNull();
    assertThat(answer.header("RateLimit-Policy")).isNull();
    assertThat(answer.header("Quota-Level")).isNull();
  }

  @Test
  void givenBackChargesCanBeSwitchedOff() throws Exception {
    try (TestApp strict =
        TestApp.with(TestServlets.policies())
            .servlet("/do/*", behaving)
            .customise(filter -> filter.refundFailed(false))
            .start()) {
      strict.get("/do/status500", "X-User", "alice");
      assertThat(strict.used("alice", "ping")).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "GET /target;jsessionid=abc HTTP/1.1",
    "GET /t%61rget HTTP/1.1",
    "GET http://app/target HTTP/1.1",
    "GET /target?x=%00%0d%0a HTTP/1.1",
    "HEAD /target HTTP/1.1",
  })
  void noSpellingOfAnAddressEscapesItsQuota(String requestLine) throws Exception {
    String answer = app.raw(requestLine, "X-User: alice");
    assertThat(answer).startsWith("HTTP/1.1 200").contains("Quota-Level: ping=ok");
    assertThat(app.used("alice", "ping")).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({
    "GET //target HTTP/1.1",
    "GET /./target HTTP/1.1",
    "GET /x/../target HTTP/1.1",
    "GET /target/ HTTP/1.1",
    "GET /target%2f HTTP/1.1",
    "GET /%74arget%00 HTTP/1.1",
    "GET /target;/../everything HTTP/1.1",
  })
  void whatOnlySomeContainersMapRunsNothingUnmetered(String requestLine) throws Exception {
    app.raw(requestLine, "X-User: alice");
    int ran = target.runs.get() + (everything.ran.get() ? 1 : 0);
    assertThat(app.used("alice", "ping")).isEqualTo(ran);
  }

  @Test
  void aMethodThatTheServletDoesNotHandleIsFree() {
    assertThat(app.send("PUT", "/target", "X-User", "alice").status()).isEqualTo(405);
    assertThat(app.used("alice", "ping")).isZero();
  }

  @Test
  void optionsIsFreeAndAnsweredByTheServletsOwnHandler() {
    Answer answer = app.send("OPTIONS", "/target", "X-User", "alice");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("Allow")).contains("GET").contains("OPTIONS");
    assertThat(app.used("alice", "ping")).isZero();
  }

  @Test
  void optionsNeverRunsAServletThatHandlesEveryMethodItself() {
    Answer answer = app.send("OPTIONS", "/everything", "X-User", "alice");
    assertThat(answer.status()).isEqualTo(204);
    assertThat(answer.header("Allow")).contains("OPTIONS");
    assertThat(everything.ran).isFalse();
    app.send("PROPFIND", "/everything", "X-User", "alice");
    assertThat(everything.ran).isTrue();
    assertThat(app.used("alice", "ping")).isEqualTo(1);
  }

  /** Handles every method in one place. */
  @Quota("ping")
  static final class Everything extends HttpServlet {
    private static final long serialVersionUID = 1L;
    private final transient AtomicBoolean ran = new AtomicBoolean();

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) {
      ran.set(true);
    }

    boolean hasRun() {
      return ran.get();
    }
  }

  /** Does what the path says. */
  @Quota("ping")
  static final class Behaving extends HttpServlet {
    private static final long serialVersionUID = 1L;
    private final transient CountDownLatch over = new CountDownLatch(1);
    private volatile boolean sawBrokenPipe;

    void awaitOver() throws InterruptedException {
      assertThat(over.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
        throws ServletException, IOException {
      boolean asynchronous = false;
      try {
        asynchronous = behave(request, response);
      } finally {
        if (!asynchronous) {
          over.countDown();
        }
      }
    }

    private boolean behave(HttpServletRequest request, HttpServletResponse response)
        throws ServletException, IOException {
      if (request.getDispatcherType() == DispatcherType.ASYNC) {
        response.getWriter().print("dispatched");
        return false;
      }
      switch (request.getPathInfo()) {
        case "/status304" -> response.setStatus(304);
        case "/status400" -> response.setStatus(400);
        case "/status500" -> response.setStatus(500);
        case "/sendError500" -> response.sendError(500, "broken");
        case "/sendError503" -> response.sendError(503, "broken");
        case "/exception" -> throw new IllegalStateException("broken on purpose");
        case "/redirect" -> response.sendRedirect("/elsewhere");
        case "/public" -> response.setHeader("Cache-Control", "max-age=60, Public");
        case "/forward" -> request.getRequestDispatcher("/target").forward(request, response);
        case "/refund" -> {
          assertThat(QuotaExchange.of(request).refund()).isTrue();
          assertThat(QuotaExchange.of(request).refund()).isFalse();
        }
        case "/complete500" -> {
          response.setStatus(500);
          response.setContentLength(5);
          response.getWriter().print("error");
          response.getWriter().flush();
        }
        case "/delivered500" -> {
          response.setStatus(500);
          response.getWriter().print("the error");
          response.flushBuffer();
        }
        case "/deliveredException" -> {
          response.getWriter().print("half an answer");
          response.flushBuffer();
          throw new IllegalStateException("broken on purpose");
        }
        case "/endless" -> writeUntilTheClientIsGone(response);
        case "/async" -> {
          AsyncContext async = listening(request.startAsync());
          async.start(
              () -> {
                try {
                  response.getWriter().print("later");
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                } finally {
                  async.complete();
                }
              });
          return true;
        }
        case "/asyncPublic" -> {
          AsyncContext async = listening(request.startAsync());
          ((HttpServletResponse) async.getResponse()).setHeader("Cache-Control", "public");
          async.complete();
          return true;
        }
        case "/asyncDispatch" -> {
          listening(request.startAsync()).dispatch();
          return true;
        }
        case "/asyncError" -> {
          AsyncContext async = listening(request.startAsync());
          async.start(
              () -> {
                ((HttpServletResponse) async.getResponse()).setStatus(500);
                async.complete();
              });
          return true;
        }
        case "/asyncTimeout" -> {
          // A client can bring this about by not reading.
          listening(request.startAsync()).setTimeout(50);
          return true;
        }
        case "/asyncException" -> {
          AsyncContext unused = listening(request.startAsync());
          throw new IllegalStateException("broken on purpose");
        }
        default -> response.getWriter().print("ok");
      }
      return false;
    }

    private AsyncContext listening(AsyncContext context) {
      context.addListener(
          new AsyncOver() {
            @Override
            void over() {
              over.countDown();
            }
          });
      return context;
    }

    private void writeUntilTheClientIsGone(HttpServletResponse response) throws IOException {
      try {
        byte[] chunk = new byte[64 * 1024];
        for (int i = 0; i < 10_000; i++) {
          response.getOutputStream().write(chunk);
          response.flushBuffer();
        }
      } catch (IOException e) {
        sawBrokenPipe = true;
        throw e;
      }
    }
  }
}
