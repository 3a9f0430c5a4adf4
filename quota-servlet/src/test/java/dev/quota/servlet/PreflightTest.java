package dev.quota.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.http.Endpoint;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a browser asks before it sends a request to another origin. */
final class PreflightTest {

  private static final String[] PREFLIGHT = {
    "X-User", "alice", "Origin", "https://shop.example", "Access-Control-Request-Method", "POST"
  };

  /** Answers preflights, wherever it stands. */
  private static final class Cors implements Filter {
    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
        throws IOException, ServletException {
      HttpServletResponse answer = (HttpServletResponse) response;
      answer.setHeader("Access-Control-Allow-Origin", "https://shop.example");
      if (((HttpServletRequest) request).getMethod().equals("OPTIONS")) {
        answer.setStatus(200);
      } else {
        chain.doFilter(request, response);
      }
    }
  }

  /** Dispatches methods itself, as a framework does. */
  private static final class Framework extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) {
      if (request.getMethod().equals("OPTIONS")) {
        response.setHeader("Access-Control-Allow-Origin", "https://shop.example");
      }
    }
  }

  @Test
  void reachesAFilterBehindOursAndIsFree() throws Exception {
    try (TestApp app =
        TestApp.with(TestServlets.policies())
            .servlet("/everything", new DispatchTest.Everything())
            .filterBehind("/*", new Cors())
            .start()) {
      Answer answer = app.send("OPTIONS", "/everything", PREFLIGHT);
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.header("Access-Control-Allow-Origin")).isEqualTo("https://shop.example");
      assertThat(app.used("alice", "ping")).isZero();
    }
  }

  @Test
  void neverRunsAServletThatHandlesEveryMethodItself() throws Exception {
    DispatchTest.Everything everything = new DispatchTest.Everything();
    try (TestApp app =
        TestApp.with(TestServlets.policies()).servlet("/everything", everything).start()) {
      Answer answer = app.send("OPTIONS", "/everything", PREFLIGHT);
      assertThat(answer.status()).isEqualTo(204);
      assertThat(everything.hasRun()).isFalse();
      assertThat(app.used("alice", "ping")).isZero();
    }
  }

  @Test
  void reachesWhatAResolverOfTheApplicationCharges() throws Exception {
    try (TestApp app =
        TestApp.with(TestServlets.policies())
            .servlet("/framework", new Framework())
            .customise(
                filter ->
                    filter.endpoints(request -> new Endpoint(List.of(Endpoint.Cost.usual("ping")))))
            .start()) {
      Answer answer = app.send("OPTIONS", "/framework", PREFLIGHT);
      assertThat(answer.header("Access-Control-Allow-Origin")).isEqualTo("https://shop.example");
      assertThat(app.used("alice", "ping")).isZero();
      assertThat(app.send("OPTIONS", "/framework", "X-User", "alice").status()).isEqualTo(204);
      assertThat(app.send("POST", "/framework", PREFLIGHT).status()).isEqualTo(200);
      assertThat(app.used("alice", "ping")).isOne();
    }
  }
}
