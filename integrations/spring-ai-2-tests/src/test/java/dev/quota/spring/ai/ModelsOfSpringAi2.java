package dev.quota.spring.ai;

import java.time.Duration;
import java.util.List;
import org.springframework.ai.anthropic.AnthropicChatModel;
import org.springframework.ai.anthropic.AnthropicChatOptions;
import org.springframework.ai.chat.client.advisor.api.Advisor;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.openai.OpenAiChatModel;
import org.springframework.ai.openai.OpenAiChatOptions;

/** Clients of Spring AI 2, which are the providers' own. */
public final class ModelsOfSpringAi2 implements TestModels {

  private static final Duration TIMEOUT = Duration.ofSeconds(2);

  @Override
  public List<Advisor> toolAdvisors() {
    return List.of();
  }

  @Override
  public boolean seesRoundsOfStreams() {
    return true;
  }

  @Override
  public ChatModel openAi(String url, String model, int maxTokens) {
    return OpenAiChatModel.builder()
        .options(
            OpenAiChatOptions.builder()
                .baseUrl(url + "/v1")
                .apiKey("none")
                .model(model)
                .maxTokens(maxTokens)
                .maxRetries(0)
                .timeout(TIMEOUT)
                .build())
        .build();
  }

  @Override
  public ChatModel anthropic(String url, String model, int maxTokens) {
    return AnthropicChatModel.builder()
        .options(
            AnthropicChatOptions.builder()
                .baseUrl(url)
                .apiKey("none")
                .model(model)
                .maxTokens(maxTokens)
                .maxRetries(0)
                .timeout(TIMEOUT)
                .build())
        .build();
  }
}
