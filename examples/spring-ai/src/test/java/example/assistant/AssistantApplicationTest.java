package example.assistant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.errors.RateLimitException;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import dev.quota.Quotas;
import dev.quota.Subject;
import dev.quota.models.FakeProvider;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.ai.audio.tts.TextToSpeechModel;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootVersion;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.context.SecurityContextHolder;

/** The application on a real provider's protocol, with a provider that counts what it bills. */
class AssistantApplicationTest {

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final FakeProvider provider = new FakeProvider();
  private final ConfigurableApplicationContext app =
      SpringApplication.run(
          AssistantApplication.class,
          "--server.port=0",
          "--server.address=127.0.0.1",
          "--spring.ai.openai.base-url=" + provider.url() + "/v1");

  @AfterEach
  void close() {
    app.close();
    provider.close();
  }

  private HttpResponse<String> ask(String path, String person, String question) throws Exception {
    String port = app.getEnvironment().getRequiredProperty("local.server.port");
    byte[] login = (person + ":secret").getBytes(StandardCharsets.UTF_8);
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .header("Authorization", "Basic " + Base64.getEncoder().encodeToString(login))
            .header("Content-Type", "text/plain")
            .POST(HttpRequest.BodyPublishers.ofString(question))
            .build();
    return client.send(request, HttpResponse.BodyHandlers.ofString());
  }

  private long used(String person) {
    return app.getBean(Quotas.class)
        .states(Subject.user(person))
        .quota("tokens")
        .orElseThrow()
        .primary()
        .used()
        .orElseThrow();
  }

  private long billed(String person) {
    return provider.billed(person).input() + provider.billed(person).output();
  }

  @Test
  void answersAreChargedAndRefusedAsProblems() throws Exception {
    assertThat(SpringBootVersion.getVersion()).startsWith("4.");
    assertThat(ask("/ask", "alice", "fake{out=60 who=alice}").body()).startsWith("word");
    assertThat(used("alice")).isEqualTo(billed("alice")).isPositive();
    assertThat(ask("/stream", "alice", "fake{out=50 who=alice}").body()).contains("data:word");
    assertThat(used("alice")).isEqualTo(billed("alice"));
    assertThat(ask("/ask", "alice", "fake{out=70 who=alice}").statusCode()).isEqualTo(200);
    int requests = provider.requests();
    HttpResponse<String> refused = ask("/ask", "alice", "fake{out=60 who=alice}");
    assertThat(refused.statusCode()).isEqualTo(429);
    assertThat(refused.headers().firstValue("Content-Type").orElseThrow())
        .startsWith("application/problem+json");
    assertThat(refused.body()).contains("quota.not_enough", "\"error\"", "\"message\"");
    assertThat(provider.requests()).isEqualTo(requests);
    assertThat(ask("/ask", "bob", "fake{out=6 who=bob}").statusCode()).isEqualTo(200);
    assertThat(used("bob")).isEqualTo(billed("bob"));
  }

  private OpenAIClient sdk(String person) {
    String port = app.getEnvironment().getRequiredProperty("local.server.port");
    return OpenAIOkHttpClient.builder()
        .baseUrl("http://127.0.0.1:" + port + "/v1")
        .apiKey(person)
        .maxRetries(0)
        .build();
  }

  private static ChatCompletionCreateParams chat(String question) {
    return ChatCompletionCreateParams.builder().model("house").addUserMessage(question).build();
  }

  private static String streamed(OpenAIClient sdk, String question) {
    try (var stream = sdk.chat().completions().createStreaming(chat(question))) {
      return stream.stream()
          .flatMap(it -> it.choices().get(0).delta().content().stream())
          .collect(Collectors.joining());
    }
  }

  private static void assertSentence(ThrowingCallable call) {
    RateLimitException refused = catchThrowableOfType(RateLimitException.class, call);
    assertThat(refused).isNotNull();
    assertThat(refused.getMessage()).contains("tokens");
    assertThat(refused.code()).hasValue("quota.not_enough.calendar");
  }

  @Test
  void openAisSdkGetsAnswersAndRefusals() {
    OpenAIClient sdk = sdk("bob");
    try {
      var answer = sdk.chat().completions().create(chat("fake{out=60 who=bob}"));
      assertThat(answer.choices().get(0).message().content().orElseThrow()).startsWith("word");
      assertThat(used("bob")).isEqualTo(billed("bob")).isPositive();
      assertThat(streamed(sdk, "fake{out=50 who=bob}")).isEqualTo("word".repeat(50));
      assertThat(used("bob")).isEqualTo(billed("bob"));
      assertThat(streamed(sdk, "fake{out=70 who=bob}")).startsWith("word");
      int requests = provider.requests();
      assertSentence(() -> sdk.chat().completions().create(chat("fake{out=60 who=bob}")));
      assertSentence(() -> streamed(sdk, "fake{out=60 who=bob}"));
      assertThat(provider.requests()).isEqualTo(requests);
    } finally {
      sdk.close();
    }
  }

  @Test
  void otherModelsOfTheContextAreChargedToo() {
    EmbeddingModel vectors = app.getBean(EmbeddingModel.class);
    assertThatThrownBy(() -> vectors.embed("fake{who=carol}"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("quota.ai.embedding.enabled");
    assertThat(provider.requests()).isZero();
    SecurityContextHolder.getContext()
        .setAuthentication(
            UsernamePasswordAuthenticationToken.authenticated("carol", "", List.of()));
    try {
      assertThat(vectors.embed("fake{who=carol}")).hasSize(2);
      assertThat(used("carol")).isEqualTo(billed("carol")).isPositive();
      long before = used("carol");
      assertThat(app.getBean(TextToSpeechModel.class).call("hello")).hasSize(4);
      assertThat(used("carol")).isEqualTo(before + 100);
    } finally {
      SecurityContextHolder.clearContext();
    }
  }
}
