package dev.quota.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.anthropic.client.AnthropicClient;
import com.anthropic.client.okhttp.AnthropicOkHttpClient;
import com.anthropic.models.messages.Message;
import com.anthropic.models.messages.MessageCreateParams;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.errors.RateLimitException;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import dev.quota.models.UsageObjects;
import dev.quota.usage.UsageReport;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The Java SDKs of OpenAI and Anthropic, pointed at the demo. */
@Tag("once")
class SdkTest {

  private final RunningDemo demo = new RunningDemo();
  private final OpenAIClient openAi =
      OpenAIOkHttpClient.builder()
          .baseUrl(demo.uri("/v1").toString())
          .apiKey("none")
          .putHeader("X-Demo-User", "alice")
          .maxRetries(0)
          .build();
  private final AnthropicClient anthropic =
      AnthropicOkHttpClient.builder()
          .baseUrl(demo.uri("/").toString())
          .apiKey("none")
          .putHeader("X-Demo-User", "alice")
          .maxRetries(0)
          .build();

  @AfterEach
  void close() {
    openAi.close();
    anthropic.close();
    demo.close();
  }

  private static ChatCompletionCreateParams chat(long most) {
    return ChatCompletionCreateParams.builder()
        .model("gpt-4o-mini")
        .addUserMessage("Hello")
        .maxCompletionTokens(most)
        .build();
  }

  private static MessageCreateParams message(long most) {
    return MessageCreateParams.builder()
        .model("claude-haiku-4-5")
        .addUserMessage("Hello")
        .maxTokens(most)
        .build();
  }

  private long used() {
    return demo.quota("alice", "tokens").get("used").longValue();
  }

  private void useUp() {
    int left = demo.quota("alice", "tokens").get("remaining").intValue();
    demo.spend("alice", "tokens", left);
  }

  /** Returns the sentence of a refusal, as a person reads it. */
  private String sentence(String path, String model) throws IOException {
    String body =
        "{\"model\":\"%s\",\"max_tokens\":20,\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}"
            .formatted(model);
    String detail =
        new ObjectMapper()
            .readTree(demo.post(path, "alice", body).body())
            .get("detail")
            .textValue();
    assertThat(detail).contains("tokens");
    return detail;
  }

  @Test
  void openAisTypedUsageIsWhatIsCharged() {
    ChatCompletion answer = openAi.chat().completions().create(chat(20));
    UsageReport used = UsageObjects.read(answer.usage().orElseThrow()).orElseThrow();

    assertThat(used.totalInputTokens() + used.outputTokens()).isEqualTo(used());
  }

  @Test
  void openAisStreamIsCharged() {
    ChatCompletionCreateParams params =
        chat(20).toBuilder()
            .streamOptions(ChatCompletionStreamOptions.builder().includeUsage(true).build())
            .build();
    try (var stream = openAi.chat().completions().createStreaming(params)) {
      var usage = stream.stream().flatMap(it -> it.usage().stream()).reduce((one, last) -> last);
      assertThat(UsageObjects.read(usage.orElseThrow()).orElseThrow().outputTokens()).isPositive();
    }
    assertThat(used()).isPositive();
  }

  @Test
  void anthropicsTypedUsageIsWhatIsCharged() {
    Message answer = anthropic.messages().create(message(20));
    UsageReport used = UsageObjects.read(answer.usage()).orElseThrow();

    assertThat(used.totalInputTokens() + used.outputTokens()).isEqualTo(used());
  }

  @Test
  void openAisExceptionHasTheSentence() throws IOException {
    useUp();
    RateLimitException refused =
        catchThrowableOfType(
            RateLimitException.class, () -> openAi.chat().completions().create(chat(20)));

    assertThat(refused.statusCode()).isEqualTo(429);
    assertThat(refused.getMessage()).contains(sentence("/v1/chat/completions", "gpt-4o-mini"));
    assertThat(refused.code()).hasValueSatisfying(it -> assertThat(it).startsWith("quota."));
  }

  @Test
  void anthropicsExceptionHasTheSentence() throws IOException {
    useUp();
    com.anthropic.errors.RateLimitException refused =
        catchThrowableOfType(
            com.anthropic.errors.RateLimitException.class,
            () -> anthropic.messages().create(message(20)));

    assertThat(refused.statusCode()).isEqualTo(429);
    assertThat(refused.getMessage()).contains(sentence("/v1/messages", "claude-haiku-4-5"));
  }
}
