package dev.quota.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.Quota;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.ServletResponseWrapper;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the headers of a charge do in all the ways in which a response can come about. */
class ChargedResponseTest {

  private static final Pattern OURS =
      Pattern.compile("^(RateLimit|RateLimit-Policy|Quota-Level):", Pattern.MULTILINE);
  private static final int MORE_THAN_ANY_BUFFER = 200_000;

  private static TestApp app;

  @BeforeAll
  static void start() throws Exception {
    Filter looking =
        (request, response, chain) -> {
          chain.doFilter(request, response);
          if (request.getParameter("look") != null) {
            HttpServletResponse seen = (HttpServletResponse) response;
            seen.setHeader("X-Seen-Outside", seen.getHeader("RateLimit"));
          }
        };
    app =
        TestApp.with(TestServlets.policies())
            .filter("/*", looking)
            .servlet("/do/*", new Doing())
            .servlet("/page", new Page())
            .servlet("/empty", new Empty())
            .servlet("/error", new TestServlets.Open())
            .errorPage(500, "/error")
            .errorPage(503, "/error")
            .start();
  }

  @AfterAll
  static void stop() {
    app.close();
  }

  @BeforeEach
  void fill() {
    app.advanceMillis(60_000);
  }

  private static String get(String name) throws IOException {
    return app.raw("GET /do/" + name + " HTTP/1.1", "X-User: alice");
  }

  private static List<String> ours(String answer) {
    String head = answer.substring(0, Math.max(0, answer.indexOf("\r\n\r\n")));
    return OURS.matcher(head).results().map(match -> match.group(1)).sorted().toList();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nothing",
        "status400",
        "sendError404",
        "print",
        "println",
        "printf",
        "stream",
        "streamByte",
        "streamPrint",
        "flushBuffer",
        "flushWriter",
        "flushStream",
        "closeWriter",
        "closeStream",
        "overflowWriter",
        "overflowChars",
        "overflowByChar",
        "overflowByLine",
        "overflowStream",
        "overflowByByte",
        "contentLength",
        "contentLengthZero",
        "reset",
        "resetBuffer",
        "forward",
        "forwardByContext",
        "forwardToNothing",
        "include",
        "includeMuch",
        "includeByContext",
        "async",
        "asyncNothing",
        "asyncByRequest",
        "asyncDispatch",
        "asyncDispatchTo",
        "asyncDispatchToPage",
        "asyncDispatchInContext",
        "asyncPastUs",
        "nonBlocking",
        "trailers",
      })
  void areThereHowever(String name) throws Exception {
    String answer = get(name);
    assertThat(ours(answer))
        .as(answer)
        .containsExactly("Quota-Level", "RateLimit", "RateLimit-Policy");
    assertThat(answer).contains("RateLimit: \"ping.minute\";r=4;t=12\r\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"nothing", "print", "contentLength", "forward", "flushBuffer"})
  void areThereForHead(String name) throws Exception {
    String answer = app.raw("HEAD /do/" + name + " HTTP/1.1", "X-User: alice");
    assertThat(ours(answer)).as(answer).hasSize(3);
    assertThat(answer).startsWith("HTTP/1.1 200").endsWith("\r\n\r\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "status302",
        "status304",
        "status500",
        "sendError500",
        "sendError503",
        "sendRedirect",
        "exception",
        "error",
        "public",
        "addPublic",
        "refund",
        "printThenSendError503",
        "printThenSendRedirect",
        "printThenException",
        "streamThenException",
        "asyncPublic",
        "asyncStatus500",
        "asyncRefund",
        "asyncTimeout",
        "asyncException",
        "asyncDispatchThenStatus500",
      })
  void areGoneWhere(String name) throws Exception {
    String answer = get(name);
    assertThat(ours(answer)).as(answer).isEmpty();
    if (!name.matches("error|.*[eE]xception|asyncTimeout")) {
      // Some containers start over after an exception.
      assertThat(answer).contains("X-Other: kept");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "printThenStatus500",
        "printThenPublic",
        "printThenRefund",
      })
  void areGoneAfterTheBodyHasBegunIfTheContainerTakesHeadersOff(String name) throws Exception {
    boolean takesNothingOff = app.get("/do/info").body().startsWith("Apache Tomcat/10");
    assertThat(ours(get(name))).hasSize(takesNothingOff ? 3 : 0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"redirect303", "redirectKeepingTheBuffer", "redirectInFull"})
  void areGoneWhereServlet61Redirects(String name) throws Exception {
    // Before, there is no such method to call, and the endpoint does nothing.
    String answer = get(name);
    assertThat(ours(answer)).as(answer).hasSize(Servlet61.isPresent() ? 0 : 3);
    assertThat(answer.contains("Location: /elsewhere")).isEqualTo(Servlet61.isPresent());
  }

  @Test
  void servlet61IsFoundWhereItIs() {
    assertThat(Servlet61.isPresent())
        .isEqualTo(app.get("/do/info").body().startsWith("Apache Tomcat/11"));
  }

  @Test
  void areSeenByTheEndpointAndByTheFiltersAroundIt() {
    Answer answer = app.get("/do/look?look", "X-User", "alice");
    assertThat(answer.body())
        .isEqualTo("\"ping.minute\";r=4;t=12 [\"ping.minute\";r=4;t=12] ping=ok true true false");
    assertThat(answer.header("X-Seen-Outside")).isEqualTo("\"ping.minute\";r=4;t=12");
  }

  @Test
  void giveWayToWhatTheEndpointWrites() {
    Answer answer = app.get("/do/ownHeader", "X-User", "alice");
    assertThat(answer.headers("RateLimit")).containsExactly("\"mine\";r=1");
    assertThat(answer.headers("Quota-Level")).containsExactly("ping=ok", "mine=ok");
    assertThat(answer.header("RateLimit-Policy")).isNull();
  }

  @Test
  void stayWithAFailureThatKeepsItsCharge() throws Exception {
    try (TestApp strict =
        TestApp.with(TestServlets.policies())
            .servlet("/do/*", new Doing())
            .customise(filter -> filter.refundFailed(false))
            .start()) {
      String answer = strict.raw("GET /do/flushThenException HTTP/1.1", "X-User: alice");
      assertThat(ours(answer)).as(answer).hasSize(3);
    }
  }

  /** Writes a page; not charged itself. */
  private static final class Page extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      boolean much = request.getParameter("much") != null;
      response.getWriter().print("page".repeat(much ? MORE_THAN_ANY_BUFFER : 1));
    }
  }

  /** Writes nothing; not charged itself. */
  private static final class Empty extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) {}
  }

  @FunctionalInterface
  private interface Behaviour {
    void run(HttpServletRequest request, HttpServletResponse response)
        throws IOException, ServletException;
  }

  /** Does what the path says. */
  @Quota("ping")
  private static final class Doing extends HttpServlet {
    private static final long serialVersionUID = 1L;

    private final transient Map<String, Behaviour> behaviours = new LinkedHashMap<>();

    Doing() {
      plain();
      bodies();
      failures();
      redirects();
      dispatches();
      includes();
      asynchronous();
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
        throws IOException, ServletException {
      response.setHeader("X-Other", "kept");
      if (request.getDispatcherType() == DispatcherType.ASYNC) {
        if (request.getPathInfo().endsWith("Status500")) {
          response.setStatus(500);
        }
      } else {
        behaviour(request.getPathInfo().substring(1)).run(request, response);
      }
    }

    private Behaviour behaviour(String name) {
      return Optional.ofNullable(behaviours.get(name)).orElseThrow(AssertionError::new);
    }

    private void plain() {
      behaviours.put("nothing", (request, response) -> {});
      behaviours.put(
          "info",
          (request, response) ->
              response.getWriter().print(request.getServletContext().getServerInfo()));
      behaviours.put("status400", (request, response) -> response.setStatus(400));
      behaviours.put("sendError404", (request, response) -> response.sendError(404));
      behaviours.put("contentLengthZero", (request, response) -> response.setContentLength(0));
      behaviours.put("flushBuffer", (request, response) -> response.flushBuffer());
      behaviours.put(
          "trailers",
          (request, response) -> {
            response.setTrailerFields(() -> Map.of("X-After", "all"));
            response.getWriter().print("before");
          });
      behaviours.put(
          "look",
          (request, response) ->
              response
                  .getWriter()
                  .print(
                      String.join(
                          " ",
                          response.getHeader("ratelimit"),
                          response.getHeaders("RateLimit").toString(),
                          response.getHeader("Quota-Level"),
                          Boolean.toString(response.containsHeader("RATELIMIT-POLICY")),
                          Boolean.toString(response.getHeaderNames().contains("RateLimit")),
                          Boolean.toString(response.containsHeader("X-RateLimit-Limit")))));
      behaviours.put(
          "ownHeader",
          (request, response) -> {
            response.setHeader("ratelimit", "\"mine\";r=1");
            response.setHeader("RateLimit-Policy", null);
            response.addHeader("Quota-Level", "mine=ok");
          });
    }

    private void bodies() {
      behaviours.put("print", (request, response) -> response.getWriter().print("x"));
      behaviours.put("println", (request, response) -> response.getWriter().println());
      behaviours.put("printf", (request, response) -> response.getWriter().printf("%d", 1));
      behaviours.put(
          "overflowChars",
          (request, response) -> response.getWriter().write(new char[MORE_THAN_ANY_BUFFER]));
      behaviours.put(
          "overflowByChar",
          (request, response) -> {
            for (int i = 0; i < MORE_THAN_ANY_BUFFER; i++) {
              response.getWriter().append('x');
            }
          });
      behaviours.put(
          "overflowByLine",
          (request, response) -> {
            for (int i = 0; i < MORE_THAN_ANY_BUFFER; i++) {
              response.getWriter().println();
            }
          });
      behaviours.put(
          "overflowByByte",
          (request, response) -> {
            for (int i = 0; i < MORE_THAN_ANY_BUFFER; i++) {
              response.getOutputStream().write('x');
            }
          });
      behaviours.put(
          "stream", (request, response) -> response.getOutputStream().write(new byte[] {'x'}));
      behaviours.put("streamByte", (request, response) -> response.getOutputStream().write('x'));
      behaviours.put("streamPrint", (request, response) -> response.getOutputStream().println("x"));
      behaviours.put("flushWriter", (request, response) -> response.getWriter().flush());
      behaviours.put("flushStream", (request, response) -> response.getOutputStream().flush());
      behaviours.put("closeWriter", (request, response) -> response.getWriter().close());
      behaviours.put("closeStream", (request, response) -> response.getOutputStream().close());
      behaviours.put(
          "overflowWriter",
          (request, response) -> response.getWriter().print("x".repeat(MORE_THAN_ANY_BUFFER)));
      behaviours.put(
          "overflowStream",
          (request, response) -> response.getOutputStream().write(new byte[MORE_THAN_ANY_BUFFER]));
      behaviours.put(
          "contentLength",
          (request, response) -> {
            response.setContentLength(5);
            response.getWriter().print("whole");
          });
      behaviours.put(
          "reset",
          (request, response) -> {
            response.getWriter().print("a first try");
            response.reset();
            response.getWriter().print("a second");
          });
      behaviours.put(
          "resetBuffer",
          (request, response) -> {
            response.getWriter().print("a first try");
            response.resetBuffer();
            response.getWriter().print("a second");
          });
    }

    private void failures() {
      behaviours.put("status500", (request, response) -> response.setStatus(500));
      behaviours.put("sendError500", (request, response) -> response.sendError(500));
      behaviours.put("sendError503", (request, response) -> response.sendError(503, "away"));
      behaviours.put(
          "exception",
          (request, response) -> {
            throw new IllegalStateException("broken on purpose");
          });
      behaviours.put(
          "error",
          (request, response) -> {
            throw new AssertionError("broken on purpose");
          });
      behaviours.put("refund", (request, response) -> QuotaExchange.of(request).refund());
      behaviours.put("printThenStatus500", printThen("status500"));
      behaviours.put("printThenSendError503", printThen("sendError503"));
      behaviours.put("printThenException", printThen("exception"));
      behaviours.put("printThenRefund", printThen("refund"));
      behaviours.put(
          "streamThenException",
          (request, response) -> {
            response.getOutputStream().write('x');
            behaviour("exception").run(request, response);
          });
      behaviours.put(
          "flushThenException",
          (request, response) -> {
            response.flushBuffer();
            behaviour("exception").run(request, response);
          });
    }

    private Behaviour printThen(String next) {
      return (request, response) -> {
        response.getWriter().print("x");
        behaviour(next).run(request, response);
      };
    }

    private void redirects() {
      behaviours.put("status302", (request, response) -> response.setStatus(302));
      behaviours.put("status304", (request, response) -> response.setStatus(304));
      behaviours.put("sendRedirect", (request, response) -> response.sendRedirect("/elsewhere"));
      behaviours.put("printThenSendRedirect", printThen("sendRedirect"));
      behaviours.put(
          "public",
          (request, response) -> response.setHeader("cache-control", "max-age=60, Public"));
      behaviours.put(
          "addPublic", (request, response) -> response.addHeader("Cache-Control", "public"));
      behaviours.put("printThenPublic", printThen("public"));
      behaviours.put("redirect303", newRedirect("/elsewhere", 303));
      behaviours.put("redirectKeepingTheBuffer", newRedirect("/elsewhere", false));
      behaviours.put("redirectInFull", newRedirect("/elsewhere", 303, true));
    }

    /** Calls what tests that are compiled against Servlet 6.0 cannot name. */
    private static Behaviour newRedirect(Object... arguments) {
      return (request, response) -> {
        try {
          for (Method method : HttpServletResponse.class.getMethods()) {
            if (method.getName().equals("sendRedirect")
                && method.getParameterCount() == arguments.length
                && (arguments[1] instanceof Boolean)
                    == (method.getParameterTypes()[1] == boolean.class)) {
              method.invoke(response, arguments);
            }
          }
        } catch (ReflectiveOperationException e) {
          throw new ServletException(e);
        }
      };
    }

    private void dispatches() {
      behaviours.put(
          "forward",
          (request, response) -> request.getRequestDispatcher("/page").forward(request, response));
      behaviours.put(
          "forwardByContext",
          (request, response) ->
              request.getServletContext().getRequestDispatcher("/page").forward(request, response));
      behaviours.put(
          "forwardToNothing",
          (request, response) ->
              request
                  .getServletContext()
                  .getRequestDispatcher("/empty")
                  .forward(request, response));
    }

    private void includes() {
      behaviours.put(
          "include",
          (request, response) -> request.getRequestDispatcher("/page").include(request, response));
      behaviours.put(
          "includeMuch",
          (request, response) ->
              request.getRequestDispatcher("/page?much").include(request, response));
      behaviours.put(
          "includeByContext",
          (request, response) ->
              request.getServletContext().getRequestDispatcher("/page").include(request, response));
    }

    private void asynchronous() {
      behaviours.put("async", later((async, response) -> response.getWriter().print("later")));
      behaviours.put("asyncNothing", later((async, response) -> {}));
      behaviours.put(
          "asyncByRequest",
          (request, response) -> {
            request.startAsync();
            request.getAsyncContext().complete();
          });
      behaviours.put("asyncDispatch", (request, response) -> request.startAsync().dispatch());
      behaviours.put(
          "asyncDispatchThenStatus500", (request, response) -> request.startAsync().dispatch());
      behaviours.put(
          "asyncDispatchTo", (request, response) -> request.startAsync().dispatch("/empty"));
      behaviours.put(
          "asyncDispatchToPage", (request, response) -> request.startAsync().dispatch("/page"));
      behaviours.put(
          "asyncDispatchInContext",
          (request, response) ->
              request.startAsync().dispatch(request.getServletContext(), "/empty"));
      behaviours.put(
          "asyncPastUs",
          (request, response) -> {
            var past = ((ServletResponseWrapper) response).getResponse();
            AsyncContext async = request.startAsync(request, past);
            async.getResponse().getWriter().print("x".repeat(MORE_THAN_ANY_BUFFER));
            async.complete();
          });
      behaviours.put(
          "asyncPublic", later((async, response) -> response.setHeader("Cache-Control", "public")));
      behaviours.put("asyncStatus500", later((async, response) -> response.setStatus(500)));
      behaviours.put(
          "asyncRefund", later((async, response) -> QuotaExchange.of(async.getRequest()).refund()));
      behaviours.put("asyncTimeout", (request, response) -> request.startAsync().setTimeout(50));
      behaviours.put(
          "asyncException",
          (request, response) -> {
            AsyncContext unused = request.startAsync();
            behaviour("exception").run(request, response);
          });
      behaviours.put("nonBlocking", this::writeNonBlocking);
    }

    @FunctionalInterface
    private interface Work {
      void run(AsyncContext async, HttpServletResponse response) throws IOException;
    }

    private static Behaviour later(Work work) {
      return (request, response) -> {
        AsyncContext async = request.startAsync();
        async.start(
            () -> {
              try {
                work.run(async, (HttpServletResponse) async.getResponse());
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              } finally {
                async.complete();
              }
            });
      };
    }

    private void writeNonBlocking(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      AsyncContext async = request.startAsync();
      ServletOutputStream body = response.getOutputStream();
      body.setWriteListener(
          new WriteListener() {
            private boolean written;

            @Override
            public void onWritePossible() throws IOException {
              while (body.isReady()) {
                if (written) {
                  async.complete();
                  return;
                }
                body.write("when possible".getBytes(StandardCharsets.US_ASCII));
                written = true;
              }
            }

            @Override
            public void onError(Throwable problem) {
              async.complete();
            }
          });
    }
  }
}
