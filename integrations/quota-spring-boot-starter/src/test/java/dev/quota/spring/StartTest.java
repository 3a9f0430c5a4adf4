package dev.quota.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quota.AsyncReservation;
import dev.quota.CostFunction;
import dev.quota.Quota;
import dev.quota.QuotaRefusedException;
import dev.quota.Quotas;
import dev.quota.Reservation;
import dev.quota.Subject;
import dev.quota.http.Endpoint;
import dev.quota.http.QuotaErrors;
import dev.quota.http.answer.ErrorFormat;
import dev.quota.policy.QuotaPolicy;
import dev.quota.servlet.EndpointResolver;
import dev.quota.servlet.QuotaFilter;
import dev.quota.servlet.SubjectResolver;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.http.ResponseEntity;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.stereotype.Service;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.support.AnnotationConfigWebApplicationContext;
import org.springframework.web.servlet.DispatcherServlet;
import org.springframework.web.servlet.config.annotation.EnableWebMvc;
import reactor.core.publisher.Mono;

/** What keeps an application from starting, and what it can replace. */
class StartTest {

  private static final String POLICIES = "quota.policies=classpath:quotas.yaml";

  /** Reads something that no request of Spring MVC is. */
  static final class TextCost implements CostFunction<String> {
    @Override
    public long costOf(String request) {
      return 1;
    }
  }

  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  @Import({Wrong.Mistakes.class, Wrong.Expressions.class})
  static class Wrong {

    @RestController
    static class Mistakes {
      @Quota("chta")
      @GetMapping("/unknown")
      String unknown() {
        return "";
      }

      @Quota(value = "chat", cost = -1)
      @GetMapping("/negative")
      String negative() {
        return "";
      }

      @Quota(value = "chat", costFrom = TextCost.class)
      @GetMapping("/text")
      String text() {
        return "";
      }

      @Quota(value = "chat", keyRequired = true)
      @GetMapping("/key")
      String key() {
        return "";
      }

      @Quota(value = "placed", limits = "many per day")
      @GetMapping("/limits")
      String limits() {
        return "";
      }

      @QuotaErrors(ErrorFormat.ANTHROPIC)
      @GetMapping("/errors")
      String errors() {
        return "";
      }

      @Quota("chat")
      String unmapped() {
        return "";
      }
    }

    @Service
    static class Worker {
      @Quota("chat")
      public final String last() {
        return "";
      }

      @Quota("chat")
      private String hidden() {
        return "";
      }

      @Quota("chat")
      public static String shared() {
        return "";
      }

      @Quota("chta")
      public String misspelt() {
        return hidden();
      }

      @Quota(value = "chat", costFrom = TextCost.class)
      public String ofRequest() {
        return "";
      }

      @Quota(value = "chat", idempotent = true)
      public String idempotent() {
        return "";
      }

      @Quota(value = "chat", subjectExpression = "#who")
      @Quota("extra")
      public String subjects(String who) {
        return who;
      }
    }

    @RestController
    static class Expressions {
      @Quota(value = "chat", costExpression = "#size +")
      @GetMapping("/unparsable")
      String unparsable(long size) {
        return "";
      }

      @Quota(value = "chat", costExpression = "#sice")
      @GetMapping("/variable")
      String variable(long size) {
        return "";
      }

      @Quota(value = "chat", costExpression = "size")
      @GetMapping("/bare")
      String bare(long size) {
        return "";
      }

      @Quota(value = "chat", costExpression = "#body.options.maxTokns")
      @GetMapping("/property")
      String property(MethodsApplication.AskRequest body) {
        return "";
      }

      @Quota(value = "chat", costExpression = "@nobody.of(#size)")
      @GetMapping("/bean")
      String bean(long size) {
        return "";
      }

      @Quota(value = "chat", cost = 1, costExpression = "#size")
      @GetMapping("/two")
      String two(long size) {
        return "";
      }

      @Quota(value = "chat", idempotent = true, costExpression = "#size")
      @GetMapping("/repeated")
      String repeated(long size) {
        return "";
      }

      @Quota("chat")
      @Quota("extra")
      @GetMapping("/reserving")
      String reserving(Reservation reservation) {
        return "";
      }

      @Quota(value = "chat", costExpression = "#size.doubleValue() > 2 ? #p0 : #root")
      @GetMapping("/right")
      String right(Long size) {
        return "";
      }
    }
  }

  @Test
  void everyMistakeIsSaidWithItsPlace() {
    String mistakes = Wrong.Mistakes.class.getName();
    assertThatThrownBy(() -> RunningApp.start(Wrong.class, POLICIES))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("The quotas of this application do not fit together: ")
        .hasMessageContaining(
            mistakes
                + ".unknown names the unknown quota \"chta\"; the quotas are [chat, typed, extra];"
                + " correct the name, or add the quota to the policies")
        .hasMessageContaining(
            mistakes + ".negative: @Quota(\"chat\"): cost must not be negative, was -1")
        .hasMessageContaining(mistakes + ".text: costFrom " + TextCost.class.getName())
        .hasMessageContaining(
            mistakes + ".key: @Quota(\"chat\") has keyRequired without idempotent")
        .hasMessageContaining(mistakes + ".limits: @Quota(\"placed\") limits: ")
        .hasMessageContaining(mistakes + ".errors: @QuotaErrors on the method errors means nothing")
        .hasMessageContaining(
            mistakes + ".unmapped carries @Quota, but no request of Spring MVC leads there")
        .satisfies(StartTest::saysWhichExpressionsAreWrong);
  }

  private static void saysWhichExpressionsAreWrong(Throwable thrown) {
    String expressions = Wrong.Expressions.class.getName();
    assertThat(thrown)
        .hasMessageContaining(
            expressions + ".unparsable: costExpression \"#size +\" is no SpEL expression: ")
        .hasMessageContaining(
            expressions
                + ".variable: costExpression \"#sice\" names #sice, which is no parameter of"
                + " variable; its parameters are [size]")
        .hasMessageContaining(
            ".bare: costExpression \"size\" names \"size\", but "
                + expressions
                + " has no such property; a parameter is written #size")
        .hasMessageContaining(
            ".property: costExpression \"#body.options.maxTokns\" names \"maxTokns\", but "
                + MethodsApplication.Options.class.getName()
                + " has no such property")
        .hasMessageContaining(
            ".bean: costExpression \"@nobody.of(#size)\" names the bean \"nobody\"")
        .hasMessageContaining(".two: @Quota(\"chat\") has both costExpression and cost; keep one")
        .hasMessageContaining(
            ".repeated: @Quota(\"chat\") has costExpression, which is known after")
        .hasMessageContaining(
            ".reserving: a parameter of the type Reservation reserves what the @Quota of the method"
                + " costs, but the method has not exactly one @Quota")
        .hasMessageNotContaining(".right");
  }

  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  @Import(Wrong.Worker.class)
  static class WrongWorker {}

  @Test
  void everyMistakeOfAMethodIsSaidWithItsPlace() {
    String worker = Wrong.Worker.class.getName();
    assertThatThrownBy(() -> RunningApp.start(WrongWorker.class, POLICIES))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("The quotas of this application do not fit together: ")
        .hasMessageContaining(
            worker
                + ".last carries @Quota, but it is final, which no proxy can advise, so it would"
                + " charge nothing")
        .hasMessageContaining(worker + ".hidden carries @Quota, but it is private")
        .hasMessageContaining(worker + ".shared carries @Quota, but it is static")
        .hasMessageContaining(worker + ".misspelt names the unknown quota \"chta\"")
        .hasMessageContaining(
            worker + ".ofRequest: @Quota(\"chat\") has costFrom, but the call of a method")
        .hasMessageContaining(worker + ".idempotent: @Quota(\"chat\") has idempotent")
        .hasMessageContaining(worker + ".subjects: subjectExpression must be the same");
  }

  @Service
  static class Batch {
    @Quota("chat")
    public String run() {
      return "ran";
    }
  }

  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  @Import(Batch.class)
  static class Batches {
    @Bean
    CurrentSubject batch() {
      return () -> Optional.of(Subject.user("batch"));
    }
  }

  @Test
  void aMethodIsMeteredWithoutTheWeb() {
    try (ConfigurableApplicationContext context =
        new SpringApplicationBuilder(Batches.class)
            .web(WebApplicationType.NONE)
            .registerShutdownHook(false)
            .run("--" + POLICIES, "--spring.main.banner-mode=off")) {
      Batch batch = context.getBean(Batch.class);
      for (int i = 0; i < 3; i++) {
        assertThat(batch.run()).isEqualTo("ran");
      }
      assertThatThrownBy(batch::run).isInstanceOf(QuotaRefusedException.class);
    }
  }

  @Test
  void aMethodThatNothingAdvisesStopsTheStart() {
    assertThatThrownBy(
            () -> RunningApp.start(Batches.class, POLICIES, "quota.methods.enabled=false"))
        .hasMessageContaining(
            Batch.class.getName()
                + ".run carries @Quota, but quota.methods.enabled is false, so it would charge"
                + " nothing");
  }

  @Test
  void everyMistakeOfWebFluxIsSaidWithItsPlace() {
    String mistakes = Wrong.Mistakes.class.getName();
    assertThatThrownBy(() -> RunningApp.startReactive(Wrong.class, POLICIES))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("The quotas of this application do not fit together: ")
        .hasMessageContaining(mistakes + ".unknown names the unknown quota \"chta\"")
        .hasMessageContaining(mistakes + ".negative: @Quota(\"chat\"): cost must not be negative")
        .hasMessageContaining(mistakes + ".text: costFrom " + TextCost.class.getName())
        .hasMessageContaining(
            mistakes + ".unmapped carries @Quota, but no request of WebFlux leads there");
  }

  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  @Import(WrongReservations.Wrong.class)
  static class WrongReservations {

    @RestController
    static class Wrong {
      @Quota("chat")
      @GetMapping("/waits")
      String waits(Reservation reservation) {
        return "waits";
      }

      @GetMapping("/unmetered")
      String unmetered(AsyncReservation reservation) {
        return "unmetered";
      }
    }
  }

  @Test
  void aReservationThatCannotBeMadeStopsTheStart() {
    String wrong = WrongReservations.Wrong.class.getName();
    assertThatThrownBy(() -> RunningApp.startReactive(WrongReservations.class, POLICIES))
        .hasMessageContaining(
            wrong
                + ".waits: a Reservation waits for the store, and nothing may wait in WebFlux; take"
                + " an AsyncReservation")
        .hasMessageContaining(
            wrong
                + ".unmetered: a parameter of the type AsyncReservation reserves what the @Quota of"
                + " the method costs, but the method has not exactly one @Quota");
  }

  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  @Import(LateValues.Late.class)
  static class LateValues {

    @RestController
    static class Late {
      @Quota(value = "chat", costExpression = "#size")
      @GetMapping("/later")
      String later(@RequestParam("size") Mono<Integer> size) {
        return "later";
      }

      @Quota(value = "chat", costExpression = "#size")
      @GetMapping("/last")
      final String last(@RequestParam("size") int size) {
        return "last";
      }
    }
  }

  @Test
  void anExpressionThatWebFluxCannotEvaluateStopsTheStart() {
    String late = LateValues.Late.class.getName();
    assertThatThrownBy(() -> RunningApp.startReactive(LateValues.class, POLICIES))
        .hasMessageContaining(
            late + ".later: costExpression \"#size\" names #size, which is a Mono, so its value is")
        .hasMessageContaining(
            late
                + ".last: its expression is evaluated in a subclass, when the arguments are bound");
  }

  @Test
  void aWrongBasePathStopsTheStartOfBothStacks() {
    assertThatThrownBy(() -> RunningApp.start(Plain.class, POLICIES, "quota.base-path=quota/"))
        .hasStackTraceContaining("quota.base-path: path must start with a slash");
    assertThatThrownBy(
            () -> RunningApp.startReactive(Plain.class, POLICIES, "quota.base-path=quota/"))
        .hasStackTraceContaining("quota.base-path: path must start with a slash");
  }

  @Test
  void aMistakeIsFoundInALazyApplicationToo() {
    assertThatThrownBy(
            () -> RunningApp.start(Wrong.class, POLICIES, "spring.main.lazy-initialization=true"))
        .hasMessageContaining(".unknown names the unknown quota");
  }

  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  static class Plain {}

  /** A DispatcherServlet with a context of its own, and a resolver of endpoints. */
  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  static class TwoServlets {
    @Bean
    ServletRegistrationBean<DispatcherServlet> second() {
      AnnotationConfigWebApplicationContext own = new AnnotationConfigWebApplicationContext();
      own.register(Second.Web.class);
      ServletRegistrationBean<DispatcherServlet> second =
          new ServletRegistrationBean<>(new DispatcherServlet(own), "/second/*");
      second.setName("second");
      second.setLoadOnStartup(1);
      return second;
    }

    @Bean
    EndpointResolver resolver() {
      return request ->
          request.getRequestURI().endsWith("/resolved")
              ? new Endpoint(List.of(Endpoint.Cost.fixed("extra", 3)))
              : Endpoint.FREE;
    }

    @Bean
    SubjectResolver everybody() {
      return request -> Subject.user("alice");
    }

    @Bean
    SecurityFilterChain open(HttpSecurity http) throws Exception {
      return http.authorizeHttpRequests(it -> it.anyRequest().permitAll()).build();
    }
  }

  static class Second {
    @Configuration(proxyBeanMethods = false)
    @EnableWebMvc
    @Import(SecondController.class)
    static class Web {}
  }

  @RestController
  static class SecondController {
    @Quota("chat")
    @GetMapping("/metered")
    String metered() {
      return "second";
    }

    @Quota(value = "typed", costExpression = "#n")
    @GetMapping("/costly")
    String costly(@RequestParam("n") int n) {
      return "second";
    }
  }

  @RestController
  static class WrongController {
    @Quota("chta")
    @GetMapping("/wrong")
    String wrong() {
      return "";
    }
  }

  @Test
  void aSecondDispatcherServletIsMeteredToo() {
    try (RunningApp app = RunningApp.start(TwoServlets.class, POLICIES)) {
      assertThat(app.get("/second/metered").body()).isEqualTo("second");
      assertThat(app.used("alice", "chat")).isEqualTo(1);
      assertThat(app.get("/second/costly?n=3").body()).isEqualTo("second");
      assertThat(app.used("alice", "typed")).isEqualTo(3);
      assertThat(app.get("/resolved").statusCode()).isEqualTo(404);
      assertThat(app.used("alice", "extra")).isEqualTo(3);
    }
  }

  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  static class WrongSecond {
    @Bean
    ServletRegistrationBean<DispatcherServlet> second() {
      AnnotationConfigWebApplicationContext own = new AnnotationConfigWebApplicationContext();
      own.register(Second.Web.class, WrongController.class);
      ServletRegistrationBean<DispatcherServlet> second =
          new ServletRegistrationBean<>(new DispatcherServlet(own), "/second/*");
      second.setName("second");
      second.setLoadOnStartup(1);
      return second;
    }
  }

  @Test
  void aMistakeInASecondDispatcherServletStopsTheStart() {
    assertThatThrownBy(() -> RunningApp.start(WrongSecond.class, POLICIES))
        .rootCause()
        .hasMessageContaining("WrongController.wrong names the unknown quota");
  }

  @Test
  void aListOfPricesThatIsNotThereStopsTheStart() {
    assertThatThrownBy(
            () -> RunningApp.start(Plain.class, POLICIES, "quota.prices=classpath:nowhere.yaml"))
        .hasStackTraceContaining(
            "quota.prices is \"classpath:nowhere.yaml\", but there is no such file. Correct the"
                + " property, or add the file.");
  }

  @Test
  void aPolicyFileThatIsMissingStopsTheStart() {
    assertThatThrownBy(() -> RunningApp.start(Plain.class, "quota.policies=classpath:nowhere.yaml"))
        .hasRootCauseMessage(
            "quota.policies is \"classpath:nowhere.yaml\", but there is no such file. Correct the"
                + " property, or add the file.");
  }

  @Test
  void aShortSecretStopsTheStart() {
    assertThatThrownBy(() -> RunningApp.start(Plain.class, "quota.conversation-secret=short"))
        .rootCause()
        .hasMessageContaining("16");
  }

  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  @Import(Unprocessable.Handler.class)
  static class Unprocessable {
    @RestController
    static class Handler {
      @Quota("chat")
      @GetMapping("/unprocessable")
      ResponseEntity<String> unprocessable() {
        return ResponseEntity.status(422).body("");
      }

      @Bean
      static SecurityFilterChain open(HttpSecurity http) throws Exception {
        return http.authorizeHttpRequests(it -> it.anyRequest().permitAll()).build();
      }

      @Bean
      static SubjectResolver everybody() {
        return request -> Subject.user("alice");
      }
    }
  }

  @Test
  void statusesOfThePropertyRefund() {
    try (RunningApp app = RunningApp.start(Unprocessable.class, POLICIES, "quota.refund-on=422")) {
      assertThat(app.get("/unprocessable").statusCode()).isEqualTo(422);
      RunningApp.await(() -> app.used("alice", "chat") == 0);
    }
    try (RunningApp app = RunningApp.start(Unprocessable.class, POLICIES)) {
      assertThat(app.get("/unprocessable").headers().map()).containsKey("ratelimit");
      assertThat(app.used("alice", "chat")).isEqualTo(1);
    }
  }

  @Test
  void aStatusThatCannotRefundStopsTheStart() {
    assertThatThrownBy(() -> RunningApp.start(Plain.class, "quota.refund-on=5xx,200"))
        .rootCause()
        .hasMessageContaining("200");
  }

  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  static class OwnEngine {
    @Bean
    Quotas ownQuotas() {
      return Quotas.builder()
          .policy(QuotaPolicy.builder("own").limit("daily", "1 per 24 hours").build())
          .build();
    }
  }

  @Test
  void theEngineOfTheApplicationCounts() {
    try (RunningApp app = RunningApp.start(OwnEngine.class)) {
      assertThat(app.quotas().policies().names()).containsExactly("own");
    }
  }

  @Test
  void anApplicationWithoutTheWebHasTheEngineAlone() {
    try (ConfigurableApplicationContext context =
        new SpringApplicationBuilder(Plain.class)
            .web(WebApplicationType.NONE)
            .registerShutdownHook(false)
            .run("--" + POLICIES, "--spring.main.banner-mode=off")) {
      assertThat(context.getBean(Quotas.class).policies().names()).contains("chat");
      assertThat(context.getBeansOfType(QuotaFilter.class)).isEmpty();
    }
  }
}
