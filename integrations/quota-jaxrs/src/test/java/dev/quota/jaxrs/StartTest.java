package dev.quota.jaxrs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quota.CostFunction;
import dev.quota.Quota;
import dev.quota.Quotas;
import dev.quota.Subject;
import dev.quota.http.QuotaErrors;
import dev.quota.http.answer.Content;
import dev.quota.http.answer.ErrorFormat;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.OPTIONS;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.FeatureContext;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import java.lang.reflect.Proxy;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import net.bytebuddy.ByteBuddy;
import org.junit.jupiter.api.Test;

/** What stops the start of an application, and what a feature can be told. */
class StartTest {

  /** Reads something that no stack has. */
  public static final class TextCost implements CostFunction<String> {
    @Override
    public long costOf(String request) {
      return 1;
    }
  }

  @Path("mistakes")
  public static class Mistakes {
    @GET
    @Path("unknown")
    @Quota("chta")
    public String unknown() {
      return "";
    }

    @GET
    @Path("negative")
    @Quota(value = "chat", cost = -1)
    public String negative() {
      return "";
    }

    @GET
    @Path("text")
    @Quota(value = "chat", costFrom = TextCost.class)
    public String text() {
      return "";
    }

    @GET
    @Path("errors")
    @QuotaErrors(ErrorFormat.ANTHROPIC)
    public String errors() {
      return "";
    }

    @OPTIONS
    @Path("options")
    @Quota("chat")
    public String options() {
      return "";
    }

    @GET
    @Path("expression")
    @Quota(value = "chat", costExpression = "#n")
    public String expression() {
      return "";
    }

    @Quota("chat")
    public String unmapped() {
      return "";
    }

    @Quota("chat")
    @Path("located")
    public Below located() {
      return new Below();
    }
  }

  public static class Below {
    @GET
    @Quota("below")
    public String below() {
      return "";
    }
  }

  @Path("nothing")
  @Quota("chat")
  public static class Nothing {}

  @Quota("chat")
  public static final class Mapper implements ExceptionMapper<ArithmeticException> {
    @Override
    public Response toResponse(ArithmeticException e) {
      return Response.serverError().build();
    }
  }

  @Test
  void everyMistakeIsSaidWithItsPlace() {
    String mistakes = Mistakes.class.getName();
    assertThatThrownBy(() -> RunningApp.start(Mistakes.class, Nothing.class, Mapper.class).close())
        .hasStackTraceContaining("The quotas of this application do not fit together: ")
        .hasStackTraceContaining(
            mistakes
                + ".unknown names the unknown quota \"chta\"; the quotas are [chat, typed, extra,"
                + " tokens, rooms]; correct the name, or add the quota to the policies")
        .hasStackTraceContaining(
            mistakes + ".negative: @Quota(\"chat\"): cost must not be negative, was -1")
        .hasStackTraceContaining(mistakes + ".text: costFrom " + TextCost.class.getName())
        .hasStackTraceContaining(
            mistakes + ".errors: @QuotaErrors on the method errors means nothing")
        .hasStackTraceContaining(
            mistakes + ".options: @Quota on a method with @OPTIONS is never read")
        .hasStackTraceContaining(
            mistakes
                + ".expression: @Quota(\"chat\") has costExpression, but there is no expression")
        .hasStackTraceContaining("@Quota on the method unmapped of " + mistakes + " is never read")
        .hasStackTraceContaining(
            mistakes + ".located: @Quota on a sub-resource locator is never read")
        .hasStackTraceContaining(Below.class.getName() + ".below names the unknown quota \"below\"")
        .hasStackTraceContaining(
            Nothing.class.getName() + " carries @Quota, but none of its methods answers requests")
        .hasStackTraceContaining(
            "@Quota on the class "
                + Mapper.class.getName()
                + " is never read; annotate a resource");
  }

  @Path("late")
  public static class LateLocator {
    static Object next;

    @Path("{id}")
    public Object locate() {
      return next;
    }
  }

  @Test
  void aSubResourceWithAMistakeNeverRunsUncharged() {
    LateLocator.next = new Below();
    try (RunningApp app = RunningApp.start(LateLocator.class)) {
      for (int i = 0; i < 2; i++) {
        assertThat(app.get("/late/7").statusCode()).isGreaterThanOrEqualTo(500);
      }
    }
  }

  @Path("chat")
  public static class Chat {
    @GET
    @Quota("chat")
    public Response chat() {
      return Response.status(422).entity("bad").build();
    }
  }

  @Test
  void whatIsBuiltIsUsed() {
    try (RunningApp app =
        RunningApp.start(
            feature ->
                feature
                    .base("/limits")
                    .subjects(request -> Subject.user("alice"))
                    .refundOn("422")
                    .page(
                        (refusal, request) ->
                            new Content(
                                "text/html", refusal.detail().getBytes(StandardCharsets.UTF_8))),
            Chat.class)) {
      HttpResponse<String> refunded = app.get("/chat");
      assertThat(refunded.statusCode()).isEqualTo(422);
      assertThat(refunded.headers().map()).doesNotContainKey("ratelimit");
      RunningApp.await(() -> app.used("alice", "chat") == 0);
      assertThat(app.get("/limits/state").body()).contains("\"chat\"");
      assertThat(app.get("/quota/state").statusCode()).isEqualTo(404);
      assertThat(app.quotas.charge(Subject.user("alice"), "chat", 3).isAllowed()).isTrue();
      HttpResponse<String> page = app.get("/chat", "Accept", "text/html");
      assertThat(page.statusCode()).isEqualTo(429);
      assertThat(page.body()).startsWith("Messages are limited to 3 a minute.");
    }
  }

  /** With quota-servlet on the class path, as in an application that has its filter. */
  @Test
  void aResourceThatNobodyReadsStopsTheStart() {
    assertThatThrownBy(() -> RunningApp.startWithoutFeature(Chat.class).close())
        .hasStackTraceContaining(
            Chat.class.getName()
                + ".chat carries @Quota(\"chat\"), but nothing here reads resources of Jakarta"
                + " REST: add dev.quota:quota-jaxrs, and register QuotaFeature.of(quotas)");
  }

  @Test
  void settingsThatReplaceEachOtherAreRefused() {
    try (Quotas quotas = RunningApp.quotas()) {
      assertThatThrownBy(
              () ->
                  QuotaFeature.builder(quotas)
                      .page((refusal, request) -> Content.NONE)
                      .pageStyle("p {}")
                      .build())
          .hasMessageContaining("pageStyle must not be set together with page");
    }
  }

  @Test
  void anotherImplementationIsNamed() {
    FeatureContext other =
        (FeatureContext)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                List.of(FeatureContext.class).toArray(new Class<?>[0]),
                (proxy, method, arguments) -> null);
    try (Quotas quotas = RunningApp.quotas()) {
      assertThatThrownBy(() -> QuotaFeature.of(quotas).configure(other))
          .hasMessageStartingWith("quota-jaxrs runs on Jersey 3.1 or later and on RESTEasy 6.2");
    }
  }

  @Test
  void quarkusRestIsNotTakenForRestEasy() throws Exception {
    FeatureContext other =
        new ByteBuddy()
            .subclass(FeatureContext.class)
            .name("org.jboss.resteasy.reactive.common.jaxrs.SomeContext")
            .make()
            .load(getClass().getClassLoader())
            .getLoaded()
            .getConstructor()
            .newInstance();
    try (Quotas quotas = RunningApp.quotas()) {
      assertThatThrownBy(() -> QuotaFeature.of(quotas).configure(other))
          .hasMessage(
              "quota-jaxrs does not run on Quarkus REST, so it would charge nothing here: replace"
                  + " the extension quarkus-rest with quarkus-resteasy, or charge with"
                  + " Quotas.charge");
    }
  }
}
