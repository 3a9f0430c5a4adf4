package dev.quota.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.Quota;
import dev.quota.servlet.TestServlets.Answering;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A request to a metered servlet is charged once: directly, forwarded, included or as an error
 * page.
 */
@Timeout(60)
final class EntryPathsTest {

  private final TestServlets.Ping target = new TestServlets.Ping();
  private final TestServlets.Both both = new TestServlets.Both();
  private final TestServlets.Ping errorTarget = new TestServlets.Ping();
  private final Failing failing = new Failing();
  private TestApp app;

  /** Hands the request on in the way that the path says: {@code /way/target}. */
  private static class Entry extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response)
        throws ServletException, IOException {
      String[] way = request.getPathInfo().split("/", 3);
      String path = "/" + way[2];
      switch (way[1]) {
        case "forward" -> byPath(request, path).forward(request, response);
        case "include" -> byPath(request, path).include(request, response);
        case "forward-name" -> byName(path).forward(request, response);
        case "include-name" -> byName(path).include(request, response);
        case "async" -> request.startAsync().dispatch(path);
        case "async-wrapped" -> request.startAsync(request, response).dispatch(path);
        case "error" -> response.sendError(503);
        case "exception" -> throw new ServletException("broken on purpose");
        case "twice" -> {
          byPath(request, path).include(request, response);
          byPath(request, path).include(request, response);
        }
        case "caught" -> {
          try {
            byPath(request, path).include(request, response);
          } catch (RefusedDispatchException e) {
            response.getWriter().print("without: " + e.decision().isPresent());
          }
        }
        case "committed" -> {
          response.getWriter().print("begun ");
          response.flushBuffer();
          byPath(request, path).include(request, response);
        }
        case "then500" -> {
          byPath(request, path).include(request, response);
          response.setStatus(500);
        }
        case "thenThrow" -> {
          byPath(request, path).include(request, response);
          throw new ServletException("broken on purpose");
        }
        default -> throw new IllegalArgumentException(way[1]);
      }
    }

    private static RequestDispatcher byPath(HttpServletRequest request, String path) {
      return Objects.requireNonNull(request.getRequestDispatcher(path));
    }

    private RequestDispatcher byName(String path) {
      return Objects.requireNonNull(getServletContext().getNamedDispatcher("servlet " + path));
    }
  }

  /** The same, behind a quota of its own. */
  @Quota("chat")
  private static final class MeteredEntry extends Entry {
    private static final long serialVersionUID = 1L;
  }

  /** An error page that is expensive and broken. */
  @Quota("image")
  private static final class Failing extends Answering {
    private static final long serialVersionUID = 1L;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) {
      runs.incrementAndGet();
      throw new IllegalStateException("the error page is broken too");
    }
  }

  @BeforeEach
  void start() throws Exception {
    app =
        TestApp.with(TestServlets.policies())
            .servlet("/open/*", new Entry())
            .servlet("/entry/*", new MeteredEntry())
            .servlet("/target", target)
            .servlet("/both", both)
            .servlet("/errors", errorTarget)
            .servlet("/failing", failing)
            .errorPage(503, "/errors")
            .errorPage(500, "/errors")
            .errorPage(404, "/failing")
            .start();
  }

  @AfterEach
  void stop() {
    app.close();
  }

  private Answer get(String path) {
    return app.get(path, "X-User", "alice");
  }

  private long pings() {
    return app.used("alice", "ping");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "forward",
        "include",
        "forward-name",
        "include-name",
        "async",
        "async-wrapped",
        "twice"
      })
  void anEntryWithoutAQuotaIsChargedForItsTarget(String way) {
    assertThat(get("/open/" + way + "/target").status()).isEqualTo(200);
    assertThat(pings()).isEqualTo(1);
    for (int i = 0; i < 9; i++) {
      get("/open/" + way + "/target");
    }
    assertThat(pings()).isEqualTo(5);
    assertThat(target.runs).as("refused from the sixth on").hasValue(way.equals("twice") ? 10 : 5);
    assertThat(get("/open/" + way + "/target").status()).isEqualTo(429);
  }

  @ParameterizedTest
  @ValueSource(strings = {"forward", "include", "forward-name", "include-name", "async", "twice"})
  void anEntryWithItsOwnQuotaIsChargedTogetherWithItsTarget(String way) {
    assertThat(get("/entry/" + way + "/target").status()).isEqualTo(200);
    assertThat(pings()).isEqualTo(1);
    assertThat(app.used("alice", "chat")).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"forward", "include", "forward-name", "include-name", "async", "twice"})
  void aQuotaIsChargedOnceForARequestWhateverItReaches(String way) {
    assertThat(get("/entry/" + way + "/both").status()).isEqualTo(200);
    assertThat(app.used("alice", "chat")).isEqualTo(1);
    assertThat(pings()).as("only the second entry asks for it").isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"forward", "forward-name", "async"})
  void headersDescribeAllThatWasCharged(String way) {
    Answer answer = get("/entry/" + way + "/target");
    assertThat(answer.header("Quota-Level")).contains("chat=ok").contains("ping=ok");
    assertThat(answer.headers("Quota-Level")).hasSize(1);
    assertThat(answer.header("RateLimit")).contains("ping.minute").contains("chat.daily");
    answer = get("/open/" + way + "/target");
    assertThat(answer.header("Quota-Level")).isEqualTo("ping=ok");
  }

  @ParameterizedTest
  @ValueSource(strings = {"error", "exception"})
  void anErrorPageIsChargedAlthoughTheStatusSaysError(String way) {
    int status = way.equals("error") ? 503 : 500;
    Answer answer = get("/open/" + way + "/any");
    assertThat(answer.status()).isEqualTo(status);
    assertThat(errorTarget.runs).hasValue(1);
    assertThat(pings()).as("the page did not fail").isEqualTo(1);
  }

  @Test
  void aRefusedErrorPageHidesNoErrorAndDoesNotLoop() {
    for (int i = 0; i < 5; i++) {
      get("/target");
    }
    Answer answer = get("/open/error/any");
    assertThat(answer.status()).isEqualTo(503);
    assertThat(errorTarget.runs).hasValue(0);
    assertThat(pings()).isEqualTo(5);
  }

  @Test
  void aFailingErrorPageHidesNoErrorDoesNotLoopAndRefunds() {
    Answer answer = get("/nothing/here");
    assertThat(answer.status()).isIn(404, 500);
    assertThat(failing.runs).hasValue(1);
    assertThat(app.used("alice", "image")).isZero();
  }

  @Test
  void anIncludeThatIsRefusedAfterTheAnswerBeganRunsNothing() throws Exception {
    for (int i = 0; i < 5; i++) {
      get("/target");
    }
    String answer = app.raw("GET /open/committed/target HTTP/1.1", "X-User: alice");
    assertThat(answer).contains("begun").doesNotContain("done");
    assertThat(target.runs).hasValue(5);
    assertThat(pings()).isEqualTo(5);
  }

  @Test
  void anIncludingServletCanDoWithoutWhatWasRefused() {
    for (int i = 0; i < 5; i++) {
      get("/target");
    }
    Answer answer = get("/open/caught/target");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("without: true");
  }

  @Test
  void whatWasSpentBeforeAnIncludeWasRefusedStaysCharged() {
    for (int i = 0; i < 5; i++) {
      get("/target");
    }
    Answer answer = get("/entry/include/target");
    assertThat(answer.status()).isEqualTo(429);
    assertThat(answer.json().get("violated-policies").get(0).asText()).isEqualTo("ping.minute");
    assertThat(app.used("alice", "chat")).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/open/then500/target", "/open/thenThrow/target"})
  void aRequestThatFailsAfterItsTargetReturnedIsRefunded(String path) {
    assertThat(get(path).status()).isEqualTo(500);
    assertThat(target.runs).hasValue(1);
    assertThat(pings()).isZero();
  }

  @Test
  void aTargetThatIsCalledDirectlyIsChargedOnce() {
    get("/both");
    assertThat(pings()).isEqualTo(1);
    assertThat(app.used("alice", "chat")).isEqualTo(1);
  }
}
