package dev.quota.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quota.Quota;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** Which statuses give a charge back is a setting. */
final class RefundOnTest {

  /** Answers with the status that the query names, by {@code sendError} if it says so. */
  @Quota("chat")
  private static final class Answering extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      int status = Integer.parseInt(request.getParameter("status"));
      if (request.getParameter("error") != null) {
        response.sendError(status);
      } else {
        response.setStatus(status);
        response.getWriter().print("it is " + status);
      }
    }
  }

  private static TestApp app(String... refundOn) throws Exception {
    TestApp.Builder app = TestApp.with(TestServlets.policies()).servlet("/answer", new Answering());
    return refundOn.length == 0
        ? app.start()
        : app.customise(filter -> filter.refundOn(refundOn)).start();
  }

  private static long used(TestApp app, String query) {
    Answer answer = app.get("/answer?status=" + query, "X-User", query);
    boolean refunded = app.used(query, "chat") == 0;
    assertThat(answer.header("RateLimit") == null)
        .as("the numbers of %s are no longer true", query)
        .isEqualTo(refunded || answer.status() >= 500);
    return app.used(query, "chat");
  }

  @Test
  void byDefaultTheStatusesOfAServersFailure() throws Exception {
    try (TestApp app = app()) {
      assertThat(used(app, "200")).isOne();
      assertThat(used(app, "400")).isOne();
      assertThat(used(app, "415&error")).isOne();
      assertThat(used(app, "500")).isZero();
      assertThat(used(app, "503&error")).isZero();
    }
  }

  @Test
  void singleStatusesAndClasses() throws Exception {
    try (TestApp app = app("400", " 415", "5XX")) {
      assertThat(used(app, "400")).isZero();
      assertThat(used(app, "400&error")).isZero();
      assertThat(used(app, "415&error")).isZero();
      assertThat(used(app, "404")).isOne();
      assertThat(used(app, "500")).isZero();
    }
    try (TestApp app = app("503")) {
      assertThat(used(app, "500")).isOne();
      assertThat(used(app, "503")).isZero();
    }
  }

  @Test
  void anythingElseIsAMistake() {
    for (String wrong : new String[] {"2xx", "200", "600", "", "x", "-400", "4 xx", "400-499"}) {
      assertThatThrownBy(() -> app(wrong))
          .hasMessageContaining("refundOn must name 4xx, 5xx or a status from 400 to 599, was \"")
          .hasMessageContaining("\"" + wrong + "\"");
    }
  }
}
