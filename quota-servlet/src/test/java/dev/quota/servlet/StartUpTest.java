package dev.quota.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quota.Charge;
import dev.quota.CostFunction;
import dev.quota.Quota;
import dev.quota.http.request.RequestView;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Map;
import java.util.stream.Collectors;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class StartUpTest {

  private static ThrowingCallable starting(HttpServlet... servlets) {
    return () -> {
      TestApp.Builder app = TestApp.with(TestServlets.policies());
      for (int i = 0; i < servlets.length; i++) {
        app.servlet("/" + i, servlets[i]);
      }
      try (TestApp started = app.start()) {
        throw new AssertionError("it started on port " + started.port());
      }
    };
  }

  @Test
  void failsForUnknownQuotasAndNamesTheKnownOnes() {
    assertThatThrownBy(starting(new Unknown()))
        .hasMessageContaining(Unknown.class.getName() + " names the unknown quota \"cat\"")
        .hasMessageContaining("the quotas are [chat, ping, image]");
  }

  @Test
  void listsEveryMistakeAtOnce() {
    assertThatThrownBy(
            starting(
                new Unknown(), new Negative(), new BothCosts(), new WrongCost(), new BadLimit()))
        .hasMessageContaining("unknown quota \"cat\"")
        .hasMessageContaining("cost must not be negative, was -1")
        .hasMessageContaining("has both cost and costFrom")
        .hasMessageContaining(
            "must read dev.quota.http.request.RequestView or jakarta.servlet.http.HttpServletRequest, reads"
                + " java.lang.String")
        .hasMessageContaining("expected a whole number");
  }

  @Test
  void failsForAnAnnotationThatWouldNeverBeRead() {
    assertThatThrownBy(starting(new OnService()))
        .hasMessageContaining("@Quota on the method service of " + OnService.class.getName())
        .hasMessageContaining("annotate the class");
  }

  @Test
  void aServletWithNothingButDoHeadIsCharged() {
    assertThat(new EndpointClass(OnlyHead.class).forMethod("HEAD").isFree()).isFalse();
    assertThat(new EndpointClass(OnlyHead.class).forMethod("GET").isFree()).isTrue();
  }

  @Test
  void failsForTwoDifferentDefinitionsInPlaceOfOneName() {
    assertThatThrownBy(starting(new Search(), new OtherSearch()))
        .hasMessageContaining("quota search is defined differently in")
        .hasMessageContaining(Search.class.getName())
        .hasMessageContaining(OtherSearch.class.getName());
  }

  @Test
  void definitionsInPlaceGiveWayToThePolicies() throws Exception {
    try (TestApp app =
        TestApp.with(TestServlets.policies())
            .servlet("/search", new Search())
            .servlet("/again", new SameSearch())
            .servlet("/ping", new OwnPing())
            .start()) {
      assertThat(app.get("/search", "X-User", "a").header("RateLimit"))
          .isEqualTo("\"search.minute\";r=29;t=2");
      assertThat(app.get("/again", "X-User", "a").header("RateLimit"))
          .isEqualTo("\"search.minute\";r=28;t=2");
      assertThat(app.get("/ping", "X-User", "a").header("RateLimit"))
          .as("the policy says five, the annotation a thousand")
          .isEqualTo("\"ping.minute\";r=4;t=12");
    }
  }

  @Test
  void aMethodReplacesTheAnnotationOfItsTypeAndAddsOthers() {
    EndpointClass endpoints = new EndpointClass(Methods.class);
    assertThat(costs(endpoints, "GET")).isEqualTo(Map.of("chat", 1L, "image", 2L));
    assertThat(costs(endpoints, "HEAD")).isEqualTo(Map.of("chat", 1L, "image", 2L));
    assertThat(costs(endpoints, "POST")).isEqualTo(Map.of("image", 9L, "chat", 3L));
    assertThat(costs(endpoints, "PUT")).as("it would only answer 405").isEmpty();
  }

  @Test
  void proxiesAreSeenThrough() {
    assertThat(costs(new EndpointClass(MethodsProxy.class), "GET").keySet())
        .containsExactlyInAnyOrder("chat", "image");
  }

  private static Map<String, Long> costs(EndpointClass endpoints, String method) {
    RequestView none = null;
    return endpoints.forMethod(method).charges(none, TestServlets.policies()).stream()
        .collect(Collectors.toMap(Charge::quota, Charge::cost));
  }

  private static final class OnService extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Override
    @Quota("chat")
    protected void service(HttpServletRequest request, HttpServletResponse response) {}
  }

  @Quota("chat")
  private static final class OnlyHead extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Override
    protected void doHead(HttpServletRequest request, HttpServletResponse response) {}
  }

  @Quota("cat")
  private static final class Unknown extends Serving {
    private static final long serialVersionUID = 1L;
  }

  @Quota(value = "chat", cost = -1)
  private static final class Negative extends Serving {
    private static final long serialVersionUID = 1L;
  }

  @Quota(value = "chat", cost = 2, costFrom = TestServlets.SizeCost.class)
  private static final class BothCosts extends Serving {
    private static final long serialVersionUID = 1L;
  }

  @Quota(value = "chat", costFrom = StringCost.class)
  private static final class WrongCost extends Serving {
    private static final long serialVersionUID = 1L;
  }

  private static final class StringCost implements CostFunction<String> {
    @Override
    public long costOf(String request) {
      return 1;
    }
  }

  @Quota(value = "search", limits = "many per minute")
  private static final class BadLimit extends Serving {
    private static final long serialVersionUID = 1L;
  }

  @Quota(value = "search", limits = "30 per minute", warnAt = "80%")
  private static final class Search extends Serving {
    private static final long serialVersionUID = 1L;
  }

  @Quota(value = "search", limits = "30 per minute", warnAt = "80%")
  private static final class SameSearch extends Serving {
    private static final long serialVersionUID = 1L;
  }

  @Quota(value = "search", limits = "31 per minute", warnAt = "80%")
  private static final class OtherSearch extends Serving {
    private static final long serialVersionUID = 1L;
  }

  @Quota(value = "ping", limits = "1000 per minute")
  private static final class OwnPing extends Serving {
    private static final long serialVersionUID = 1L;
  }

  @Quota(value = "image", cost = 2)
  @Quota("chat")
  private static class Methods extends Serving {
    private static final long serialVersionUID = 1L;

    @Override
    @Quota(value = "image", cost = 9)
    @Quota(value = "chat", cost = 3)
    protected void doPost(HttpServletRequest request, HttpServletResponse response) {}
  }

  private static final class MethodsProxy extends Methods {
    private static final long serialVersionUID = 1L;
  }

  private static class Serving extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) {}
  }
}
