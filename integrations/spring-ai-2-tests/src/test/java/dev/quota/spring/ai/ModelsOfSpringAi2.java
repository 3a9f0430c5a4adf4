package dev.quota.spring.ai;

import com.openai.models.audio.AudioResponseFormat;
import java.time.Duration;
import java.util.List;
import org.springframework.ai.anthropic.AnthropicChatModel;
import org.springframework.ai.anthropic.AnthropicChatOptions;
import org.springframework.ai.audio.transcription.TranscriptionModel;
import org.springframework.ai.audio.tts.TextToSpeechModel;
import org.springframework.ai.chat.client.advisor.api.Advisor;
import org.springframework.ai.chat.model.ChatModel;
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
  public boolean reportsTranscriptions() {
    return true;
  }

  @Override
  public EmbeddingModel embeddings(String url, String model) {
    return OpenAiEmbeddingModel.builder()
        .options(
            OpenAiEmbeddingOptions.builder()
                .baseUrl(url + "/v1")
                .apiKey("none")
                .model(model)
                .maxRetries(0)
                .build())
        .build();
  }

  @Override
  public ImageModel images(String url, String model) {
    return OpenAiImageModel.builder()
        .options(
            OpenAiImageOptions.builder()
                .baseUrl(url + "/v1")
                .apiKey("none")
                .model(model)
                .maxRetries(0)
                .build())
        .build();
  }

  @Override
  public TextToSpeechModel speech(String url, String model) {
    return OpenAiAudioSpeechModel.builder()
        .options(
            OpenAiAudioSpeechOptions.builder()
                .baseUrl(url + "/v1")
                .apiKey("none")
                .model(model)
                .maxRetries(0)
                .build())
        .build();
  }

  @Override
  public TranscriptionModel transcription(String url, String model) {
    return OpenAiAudioTranscriptionModel.builder()
        .options(
            OpenAiAudioTranscriptionOptions.builder()
                .responseFormat(AudioResponseFormat.JSON)
                .baseUrl(url + "/v1")
                .apiKey("none")
                .model(model)
                .maxRetries(0)
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
