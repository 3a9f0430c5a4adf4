package dev.quota.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quota.Quota;
import dev.quota.UnknownQuotaException;
import dev.quota.http.Endpoint;
import dev.quota.policy.Policies;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Policies and endpoints that do not go together. */
final class DroppedQuotaTest {

  private static Policies only(String... names) {
    Policies all = TestServlets.policies();
    Policies.Builder builder = Policies.builder();
    all.plans().values().forEach(builder::plan);
    for (String name : names) {
      builder.quota(all.quotas().get(name));
    }
    return builder.build();
  }

  private static void isExplained(Answer answer) {
    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.header("Content-Type")).startsWith("application/problem+json");
    assertThat(answer.body())
        .contains("Limits cannot be checked right now")
        .doesNotContain("xception")
        .doesNotContain("dev.quota.");
  }

  @Test
  void policiesThatDropAQuotaOfAnEndpointAreRefusedAndNameIt() throws Exception {
    try (TestApp app =
        TestApp.with(TestServlets.policies()).servlet("/ping", new TestServlets.Ping()).start()) {
      assertThatThrownBy(() -> app.quotas.replacePolicies(only("chat", "image")))
          .hasMessageContaining("ping, which " + TestServlets.Ping.class.getName() + " charges");
      assertThat(app.get("/ping", "X-User", "a").status()).isEqualTo(200);

      app.quotas.replacePolicies(only("ping"));
      assertThat(app.get("/ping", "X-User", "a").status()).isEqualTo(200);
    }
  }

  @Test
  void aQuotaOfAnOwnResolverIsInUseFromItsFirstRequestOn() throws Exception {
    try (TestApp app =
        TestApp.with(TestServlets.policies())
            .servlet("/own", new Plain())
            .customise(
                filter ->
                    filter.endpoints(
                        request ->
                            request.getRequestURI().equals("/own")
                                ? new Endpoint(List.of(Endpoint.Cost.usual("image")))
                                : Endpoint.FREE))
            .start()) {
      assertThat(app.get("/own", "X-User", "a").status()).isEqualTo(200);
      assertThatThrownBy(() -> app.quotas.replacePolicies(only("chat")))
          .hasMessageContaining("image, which the endpoint resolver ");
    }
  }

  @Test
  void aResolverThatNamesNoQuotaOfThePoliciesIsExplained() throws Exception {
    try (TestApp app =
        TestApp.with(TestServlets.policies())
            .servlet("/own", new Plain())
            .customise(
                filter ->
                    filter.endpoints(
                        request -> new Endpoint(List.of(Endpoint.Cost.usual("nothing")))))
            .start()) {
      isExplained(app.get("/own", "X-User", "a"));
      isExplained(app.get("/own", "X-User", "a"));
    }
  }

  @Test
  void codeThatChargesAQuotaThatIsGoneIsExplainedAndGivesTheChargeBack() throws Exception {
    try (TestApp app =
        TestApp.with(TestServlets.policies())
            .servlet("/direct", new Reserving(false))
            .servlet("/wrapped", new Reserving(true))
            .start()) {
      app.quotas.replacePolicies(only("chat"));
      isExplained(app.get("/direct", "X-User", "a"));
      isExplained(app.get("/wrapped", "X-User", "a"));
      assertThat(app.used("a", "chat")).isZero();
      assertThat(app.get("/direct", "X-User", "a").header("X-Begun")).as("headers").isNull();
    }
  }

  private static final class Plain extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      response.getWriter().print("done");
    }
  }

  @Quota("chat")
  private static final class Reserving extends HttpServlet {
    private static final long serialVersionUID = 1L;
    private final boolean wraps;

    private Reserving(boolean wraps) {
      this.wraps = wraps;
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
        throws ServletException, IOException {
      response.setHeader("X-Begun", "yes");
      response.getWriter().print("begun");
      try {
        QuotaExchange.of(request).reserve("image", 1);
      } catch (UnknownQuotaException e) {
        if (wraps) {
          throw new ServletException("as Spring does", e);
        }
        throw e;
      }
    }
  }
}
