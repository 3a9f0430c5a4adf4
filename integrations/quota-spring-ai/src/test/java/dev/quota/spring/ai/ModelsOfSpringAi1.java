package dev.quota.spring.ai;

import java.time.Duration;
import java.util.List;
import org.springframework.ai.anthropic.AnthropicChatModel;
import org.springframework.ai.anthropic.AnthropicChatOptions;
import org.springframework.ai.anthropic.api.AnthropicApi;
import org.springframework.ai.audio.transcription.TranscriptionModel;
import org.springframework.ai.audio.tts.TextToSpeechModel;
import org.springframework.ai.chat.client.advisor.ToolCallAdvisor;
import org.springframework.ai.chat.client.advisor.api.Advisor;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.document.MetadataMode;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.image.ImageModel;
import org.springframework.ai.openai.OpenAiAudioSpeechModel;
import org.springframework.ai.openai.OpenAiAudioSpeechOptions;
import org.springframework.ai.openai.OpenAiAudioTranscriptionModel;
import org.springframework.ai.openai.OpenAiAudioTranscriptionOptions;
import org.springframework.ai.openai.OpenAiChatModel;
import org.springframework.ai.openai.OpenAiChatOptions;
import org.springframework.ai.openai.OpenAiEmbeddingModel;
import org.springframework.ai.openai.OpenAiEmbeddingOptions;
import org.springframework.ai.openai.OpenAiImageModel;
import org.springframework.ai.openai.OpenAiImageOptions;
import org.springframework.ai.openai.api.OpenAiApi;
import org.springframework.ai.openai.api.OpenAiAudioApi;
import org.springframework.ai.openai.api.OpenAiImageApi;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.retry.support.RetryTemplate;
import org.springframework.web.client.RestClient;

/** Clients of Spring AI 1.1. */
public final class ModelsOfSpringAi1 implements TestModels {

  private final RetryTemplate once = RetryTemplate.builder().maxAttempts(1).build();

  @Override
  public List<Advisor> toolAdvisors() {
    return List.of(ToolCallAdvisor.builder().build());
  }

  @Override
  public boolean seesRoundsOfStreams() {
    return false;
  }

  private static RestClient.Builder client() {
    JdkClientHttpRequestFactory factory = new JdkClientHttpRequestFactory();
    factory.setReadTimeout(Duration.ofSeconds(2));
    return RestClient.builder().requestFactory(factory);
  }

  @Override
  public ChatModel openAi(String url, String model, int maxTokens) {
    return OpenAiChatModel.builder()
        .openAiApi(
            OpenAiApi.builder().baseUrl(url).apiKey("none").restClientBuilder(client()).build())
        .defaultOptions(
            OpenAiChatOptions.builder().model(model).maxTokens(maxTokens).streamUsage(true).build())
        .retryTemplate(once)
        .build();
  }

  @Override
  public boolean reportsTranscriptions() {
    return false;
  }

  @Override
  public EmbeddingModel embeddings(String url, String model) {
    return new OpenAiEmbeddingModel(
        OpenAiApi.builder().baseUrl(url).apiKey("none").restClientBuilder(client()).build(),
        MetadataMode.EMBED,
        OpenAiEmbeddingOptions.builder().model(model).build(),
        once);
  }

  @Override
  public ImageModel images(String url, String model) {
    return new OpenAiImageModel(
        OpenAiImageApi.builder().baseUrl(url).apiKey("none").restClientBuilder(client()).build(),
        OpenAiImageOptions.builder().model(model).build(),
        once);
  }

  private static OpenAiAudioApi audio(String url) {
    return OpenAiAudioApi.builder().baseUrl(url).apiKey("none").restClientBuilder(client()).build();
  }

  @Override
  public TextToSpeechModel speech(String url, String model) {
    return new OpenAiAudioSpeechModel(
        audio(url), OpenAiAudioSpeechOptions.builder().model(model).voice("alloy").build(), once);
  }

  @Override
  public TranscriptionModel transcription(String url, String model) {
    return new OpenAiAudioTranscriptionModel(
        audio(url),
        OpenAiAudioTranscriptionOptions.builder()
            .model(model)
            .responseFormat(OpenAiAudioApi.TranscriptResponseFormat.JSON)
            .build(),
        once);
  }

  @Override
  public ChatModel anthropic(String url, String model, int maxTokens) {
    return AnthropicChatModel.builder()
        .anthropicApi(
            AnthropicApi.builder().baseUrl(url).apiKey("none").restClientBuilder(client()).build())
        .defaultOptions(AnthropicChatOptions.builder().model(model).maxTokens(maxTokens).build())
        .retryTemplate(once)
        .build();
  }
}
