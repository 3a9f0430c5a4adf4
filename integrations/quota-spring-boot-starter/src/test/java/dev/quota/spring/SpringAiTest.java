package dev.quota.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.Quotas;
import dev.quota.message.QuotaMessages;
import dev.quota.policy.Policies;
import dev.quota.policy.PolicyFile;
import dev.quota.spring.ai.QuotaAdvisor;
import java.io.StringReader;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.metadata.ChatResponseMetadata;
import org.springframework.ai.chat.metadata.DefaultUsage;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.Generation;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Flux;

/** An application whose controller asks a ChatClient. Compiled against Spring AI 1.1. */
@Tag("once")
class SpringAiTest {

  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  @RestController
  static class App {

    private Optional<ChatClient> client = Optional.empty();

    @Bean
    Policies policies() {
      return PolicyFile.read(
          "quotas.yaml",
          new StringReader(
              """
              version: 1
              quotas:
                tokens: {limits: 500 per calendar day, estimate: 300, cost: input_tokens + output_tokens}
                spend: {limits: 1_000_000 per calendar day, estimate: 900, cost: price(usd), unpriced: estimate}
              """));
    }

    @Bean
    ChatModel model() {
      return prompt -> answer();
    }

    private static ChatResponse answer() {
      return new ChatResponse(
          List.of(new Generation(new AssistantMessage("rain"))),
          ChatResponseMetadata.builder().model("house").usage(new DefaultUsage(200, 50)).build());
    }

    @Bean
    Runnable clients(ChatClient.Builder builder) {
      return () -> client = Optional.of(builder.build());
    }

    @Bean
    SubjectCustomizer none() {
      return (subject, authentication) -> {};
    }

    @Bean
    QuotaMessages words() {
      return QuotaMessages.builder().languages(Locale.FRENCH).defaultLocale(Locale.FRENCH).build();
    }

    @GetMapping("/say")
    String say() {
      return client
          .orElseThrow()
          .prompt("What is the weather?")
          .advisors(it -> it.param(QuotaAdvisor.REFUSAL_AS_ANSWER, true))
          .call()
          .content();
    }

    @GetMapping("/ask")
    String ask() {
      return client.orElseThrow().prompt("What is the weather?").call().content();
    }

    @GetMapping(value = "/stream", produces = "text/plain")
    Flux<String> stream() {
      return client.orElseThrow().prompt("What is the weather?").stream().content();
    }
  }

  @Test
  void aCallOfAControllerIsChargedAndRefusedAsAProblem() {
    try (RunningApp app = RunningApp.start(App.class, "quota.ai.quota=tokens", USER, PASSWORD)) {
      app.context.getBean("clients", Runnable.class).run();
      HttpResponse<String> first = app.get("/ask", "Authorization", BASIC);
      assertThat(first.body()).isEqualTo("rain");
      assertThat(app.used("alice", "tokens")).isEqualTo(250);
      HttpResponse<String> refused = app.get("/ask", "Authorization", BASIC);
      assertThat(refused.statusCode()).isEqualTo(429);
      assertThat(refused.headers().firstValue("Content-Type").orElseThrow())
          .startsWith("application/problem+json");
      assertThat(refused.body()).contains("quota.not_enough", "250");
      HttpResponse<String> page = app.get("/ask", "Authorization", BASIC, "Accept", "text/html");
      assertThat(page.body()).contains("<html");
      assertThat(app.get("/say", "Authorization", BASIC).body())
          .as("the words of the application's bean")
          .contains("aujourd’hui");
      assertThat(app.context.getBean(Quotas.class).openReservations()).isZero();
    }
  }

  @Test
  void pricesComeFromTheFileOfTheProperty() {
    try (RunningApp app =
        RunningApp.start(
            App.class,
            "quota.ai.quota=spend",
            "quota.ai.finish-note=true",
            "quota.prices=classpath:prices.yaml",
            USER,
            PASSWORD)) {
      app.context.getBean("clients", Runnable.class).run();
      assertThat(app.get("/ask", "Authorization", BASIC).body()).isEqualTo("rain");
      assertThat(app.used("alice", "spend")).isEqualTo(200 * 2 + 50 * 8);
    }
  }

  private static final String USER = "spring.security.user.name=alice";
  private static final String PASSWORD = "spring.security.user.password=secret";
  private static final String BASIC = "Basic YWxpY2U6c2VjcmV0";
}
