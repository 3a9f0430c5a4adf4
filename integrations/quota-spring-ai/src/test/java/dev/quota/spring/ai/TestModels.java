package dev.quota.spring.ai;

import java.util.List;
import org.springframework.ai.audio.transcription.TranscriptionModel;
import org.springframework.ai.audio.tts.TextToSpeechModel;
import org.springframework.ai.chat.client.advisor.api.Advisor;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.image.ImageModel;

/** Makes real clients of providers, which are made differently in each version of Spring AI. */
public interface TestModels {

  /** Returns those of the version that the tests run with. */
  static TestModels create() {
    try {
      return Class.forName(System.getProperty("quota.ai.models"))
          .asSubclass(TestModels.class)
          .getDeclaredConstructor()
          .newInstance();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Returns the advisor that makes each round of a call seen, where that is not the default. */
  List<Advisor> toolAdvisors();

  /** Whether the rounds of a stream are seen one by one. */
  boolean seesRoundsOfStreams();

  /** Returns a model by OpenAI's client, which does not try again. */
  ChatModel openAi(String url, String model, int maxTokens);

  /** Returns a model of embeddings by OpenAI's client. */
  EmbeddingModel embeddings(String url, String model);

  /** Returns a model of images by OpenAI's client. */
  ImageModel images(String url, String model);

  /** Returns a model that speaks by OpenAI's client. */
  TextToSpeechModel speech(String url, String model);

  /** Returns a model that transcribes by OpenAI's client. */
  TranscriptionModel transcription(String url, String model);

  /** Whether the use of transcriptions is reported. */
  boolean reportsTranscriptions();

  /** Returns a model by Anthropic's client, which does not try again. */
  ChatModel anthropic(String url, String model, int maxTokens);
}
