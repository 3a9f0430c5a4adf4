package dev.quota.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import org.springframework.ai.audio.transcription.AudioTranscription;
import org.springframework.ai.audio.transcription.AudioTranscriptionResponse;
import org.springframework.ai.audio.transcription.TranscriptionModel;
import org.springframework.ai.audio.tts.Speech;
import org.springframework.ai.audio.tts.TextToSpeechModel;
import org.springframework.ai.audio.tts.TextToSpeechPrompt;
import org.springframework.ai.audio.tts.TextToSpeechResponse;
import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.metadata.ChatResponseMetadata;
import org.springframework.ai.chat.metadata.DefaultUsage;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.Generation;
import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.Embedding;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.embedding.EmbeddingRequest;
import org.springframework.ai.embedding.EmbeddingResponse;
import org.springframework.ai.embedding.EmbeddingResponseMetadata;
import org.springframework.ai.image.Image;
import org.springframework.ai.image.ImageGeneration;
import org.springframework.ai.image.ImageModel;
import org.springframework.ai.image.ImagePrompt;
import org.springframework.ai.image.ImageResponse;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.ByteArrayResource;
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
                vectors: {limits: 500 per calendar day, estimate: 30, cost: input_tokens}
                spoken: {limits: 50 per calendar day, usage-names: characters, cost: characters}
                shrinking:
                  limits: 500 per calendar day
                  estimate: 30
                  cost: input_tokens
                  when-exhausted: degrade
                  degrade-to: vectors
                  degraded-model: small
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

    /** Like those of Spring AI, which applications inject by their class. */
    static class HouseVectors implements EmbeddingModel {
      @Override
      public EmbeddingResponse call(EmbeddingRequest request) {
        return new EmbeddingResponse(
            List.of(new Embedding(new float[] {1}, 0)),
            new EmbeddingResponseMetadata("m", new DefaultUsage(30, 0)));
      }

      @Override
      public float[] embed(Document document) {
        return embed(String.valueOf(document.getText()));
      }
    }

    @Bean
    HouseVectors vectors() {
      return new HouseVectors();
    }

    @Bean
    ImageModel images() {
      return prompt -> new ImageResponse(List.of(new ImageGeneration(new Image("a", null))));
    }

    @Bean
    TranscriptionModel transcriptions() {
      return prompt -> new AudioTranscriptionResponse(new AudioTranscription("rain"));
    }

    @Bean
    TextToSpeechModel speech() {
      return new TextToSpeechModel() {
        @Override
        public TextToSpeechResponse call(TextToSpeechPrompt prompt) {
          return new TextToSpeechResponse(List.of(new Speech(new byte[] {1})));
        }

        @Override
        public Flux<TextToSpeechResponse> stream(TextToSpeechPrompt prompt) {
          return Flux.just(call(prompt));
        }
      };
    }

    @Bean
    MediaController media(
        HouseVectors vectors,
        EmbeddingModel same,
        ImageModel images,
        TranscriptionModel transcriptions,
        TextToSpeechModel speech) {
      assertThat(same).isSameAs(vectors);
      return new MediaController(vectors, images, transcriptions, speech);
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

    @GetMapping("/answer")
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
      assertThat(app.get("/answer", "Authorization", BASIC).body())
          .as("the words of the application's bean")
          .contains("aujourd’hui");
      assertThat(app.context.getBean(Quotas.class).openReservations()).isZero();
    }
  }

  @RestController
  record MediaController(
      App.HouseVectors vectors,
      ImageModel images,
      TranscriptionModel transcriptions,
      TextToSpeechModel speech) {

    @GetMapping("/embed")
    int embed() {
      return vectors.embed(new Document("What is the weather?")).length;
    }

    @GetMapping("/draw")
    int draw() {
      return images.call(new ImagePrompt("the weather of today")).getResults().size();
    }

    @GetMapping("/hear")
    String hear() {
      return transcriptions.transcribe(new ByteArrayResource(new byte[] {1}));
    }

    @GetMapping("/say")
    int say() {
      return speech.call("ten chars.").length;
    }
  }

  @Test
  void modelsOfEachKindAreCharged() {
    try (RunningApp app =
        RunningApp.start(
            App.class,
            "quota.ai.quota=tokens",
            "quota.ai.speech.quota=spoken",
            "quota.ai.image.enabled=false",
            USER,
            PASSWORD)) {
      assertThat(app.get("/embed", "Authorization", BASIC).body()).isEqualTo("1");
      assertThat(app.used("alice", "tokens")).isBetween(1L, 29L);
      long before = app.used("alice", "tokens");
      assertThat(app.get("/hear", "Authorization", BASIC).body()).isEqualTo("rain");
      assertThat(app.used("alice", "tokens")).isEqualTo(before + 300);
      long after = app.used("alice", "tokens");
      assertThat(app.get("/draw", "Authorization", BASIC).body()).isEqualTo("1");
      assertThat(app.used("alice", "tokens")).isEqualTo(after);
      for (int i = 0; i < 5; i++) {
        assertThat(app.get("/say", "Authorization", BASIC).body()).isEqualTo("1");
      }
      assertThat(app.used("alice", "spoken")).isEqualTo(50);
      assertThat(app.get("/say", "Authorization", BASIC).statusCode()).isEqualTo(429);
      assertThatThrownBy(() -> app.context.getBean(App.HouseVectors.class).embed("at the start"))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("quota.ai.embedding.enabled");
      assertThat(app.context.getBean(Quotas.class).openReservations()).isZero();
    }
  }

  @Test
  void aQuotaThatDegradesIsRefusedForOtherModelsOnly() {
    assertThatThrownBy(
            () -> RunningApp.start(App.class, "quota.ai.embedding.quota=shrinking", USER, PASSWORD))
        .hasStackTraceContaining("quota shrinking degrades")
        .hasStackTraceContaining("quota.ai.embedding.quota");
    try (RunningApp app = RunningApp.start(App.class, "quota.ai.quota=shrinking", USER, PASSWORD)) {
      assertThat(app.get("/embed", "Authorization", BASIC).statusCode()).isEqualTo(500);
      assertThat(app.used("alice", "shrinking")).isZero();
    }
  }

  @Test
  void withoutAQuotaModelsAreLeftAlone() {
    try (RunningApp app = RunningApp.start(App.class, USER, PASSWORD)) {
      App.HouseVectors vectors = app.context.getBean(App.HouseVectors.class);
      assertThat(vectors.getClass()).isEqualTo(App.HouseVectors.class);
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
