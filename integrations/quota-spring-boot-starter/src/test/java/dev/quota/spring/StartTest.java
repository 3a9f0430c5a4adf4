package dev.quota.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quota.CostFunction;
import dev.quota.Quota;
import dev.quota.Quotas;
import dev.quota.Subject;
import dev.quota.http.ErrorFormat;
import dev.quota.http.QuotaErrors;
import dev.quota.policy.QuotaPolicy;
import dev.quota.servlet.QuotaFilter;
import dev.quota.servlet.SubjectResolver;
import org.junit.jupiter.api.Test;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.http.ResponseEntity;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.stereotype.Service;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

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
  @Import({Wrong.Mistakes.class, Wrong.Worker.class})
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
      public String work() {
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
        .hasMessageContaining(
            Wrong.Worker.class.getName()
                + ".work carries @Quota, but no request of Spring MVC leads there");
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
