package dev.quota.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.quota.Subject;
import dev.quota.servlet.browser.Browser;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A page also asks hosts of others; what these say of quotas is not heard. */
class ForeignOriginBrowserTest extends ComponentTest {

  private HttpServer foreign;
  private volatile String body = "";

  ForeignOriginBrowserTest(Browser browser) {
    super(browser);
  }

  /** Sends a browser to where it is told to. */
  private static final class Away extends HttpServlet {

    private static final long serialVersionUID = 1L;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      response.sendRedirect(request.getParameter("to"));
    }
  }

  @Override
  TestApp.Builder application() {
    return super.application().servlet("/away", new Away());
  }

  @BeforeEach
  void startForeign() throws IOException {
    pages.policy("");
    foreign = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    foreign.createContext("/", this::answer);
    foreign.start();
    body = "{\"status\":429,\"state\":%s}".formatted(foreignState());
    open("<quota-notice name=chat></quota-notice><quota-meter name=chat></quota-meter>");
    browser.eventually(() -> assertThat(shown()).contains("50 of 50"));
  }

  private void answer(HttpExchange exchange) throws IOException {
    boolean isProblem = exchange.getRequestURI().getPath().equals("/problem");
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    Headers headers = exchange.getResponseHeaders();
    headers.set("Access-Control-Allow-Origin", "*");
    headers.set("Access-Control-Allow-Headers", "*");
    headers.set("Access-Control-Expose-Headers", "Quota-Level");
    headers.set("Content-Type", isProblem ? "application/problem+json" : "application/json");
    headers.set("Quota-Level", "exhausted");
    boolean isPreflight = exchange.getRequestMethod().equals("OPTIONS");
    exchange.sendResponseHeaders(isProblem && !isPreflight ? 429 : 200, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private String foreignState() {
    for (int i = 0; i < 50; i++) {
      app.quotas.charge(
          Subject.builder(Subject.Kind.USER, "mallory").plan("free").build(), "chat", 1);
      app.advanceMillis(6_000);
    }
    return app.get("/quota/state", "X-User", "mallory", "X-Plan", "free").body();
  }

  @AfterEach
  void stopForeign() {
    foreign.stop(0);
  }

  private String shown() {
    return browser.text("quota-meter", "[part~=text]");
  }

  private String foreignAddress(String path) {
    return "http://127.0.0.1:" + foreign.getAddress().getPort() + path;
  }

  private void assertNotHeard(String script, Object... arguments) {
    module(script, arguments);
    assertThat(shown()).contains("50 of 50");
    assertThat(browser.find("quota-notice", "[part~=notice]").isDisplayed()).isFalse();
  }

  @Test
  void aProblemOfAnotherHost() {
    assertNotHeard("return (await quota.quotaFetch(given[0])).status", foreignAddress("/problem"));
  }

  @Test
  void aProblemAfterARedirect() {
    assertNotHeard(
        "return (await quota.quotaFetch('/away?to=' + given[0])).status",
        foreignAddress("/problem"));
  }

  @Test
  void aChargedAnswerOfAnotherHost() {
    pages.asked().clear();
    assertNotHeard(
        "await quota.quotaFetch(given[0]); await new Promise((heard) => setTimeout(heard, 300))",
        foreignAddress("/charged"));
    assertThat(pages.asked()).as("asked for nothing").isEmpty();
  }

  @Test
  void anAnswerWithoutAnAddress() {
    Object left =
        module(
            """
            quota.configure({fetch: async () => new Response(given[0],
                {status: 429, headers: {'Content-Type': 'application/problem+json'}})});
            await quota.quotaFetch('/chat');
            return quota.getSnapshot().quotas.find(({name}) => name === 'chat').remaining;
            """,
            body);
    assertThat(left).isEqualTo(50L);
  }

  @Test
  void anOpaqueAnswer() {
    assertNotHeard(
        "return (await quota.quotaFetch(given[0], {mode: 'no-cors'})).type",
        foreignAddress("/problem"));
  }

  @Test
  void aStateThatWasRedirectedAway() {
    body = body.substring("{\"status\":429,\"state\":".length(), body.length() - 1);
    module(
        "quota.configure({fetch: (url, init) => fetch('/away?to=' + given[0], init)});"
            + " await quota.refresh()",
        foreignAddress("/state"));
    assertThat(shown()).contains("50 of 50");
  }
}
