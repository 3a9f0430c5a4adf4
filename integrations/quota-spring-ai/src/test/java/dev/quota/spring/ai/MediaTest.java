package dev.quota.spring.ai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quota.QuotaRefusedException;
import dev.quota.Quotas;
import dev.quota.Subject;
import dev.quota.models.FakeProvider;
import dev.quota.models.FakeProvider.Billed;
import dev.quota.policy.PolicyFile;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.ai.audio.transcription.AudioTranscriptionPrompt;
import org.springframework.ai.audio.tts.TextToSpeechModel;
import org.springframework.ai.audio.tts.TextToSpeechPrompt;
import org.springframework.ai.audio.tts.TextToSpeechResponse;
import org.springframework.ai.image.ImagePrompt;
import org.springframework.core.io.ByteArrayResource;
import reactor.core.publisher.Flux;

/** Models that answer with vectors, pictures and sound, by the clients of providers. */
class MediaTest {

  private static final String POLICY =
      """
      version: 1
      quotas:
        tokens: {limits: 1_000 per calendar day, cost: input_tokens + 2 * output_tokens, estimate: 30}
        named:
          limits: 1_000 per calendar day
          models: {house: input_tokens}
          estimate: 30
        spoken: {limits: 100 per calendar day, usage-names: characters, cost: characters, estimate: 20}
        pictures: {limits: 100 per calendar day, usage-names: images, cost: 7 * images, estimate: 20}
        heard:
          limits: 100 per calendar day
          usage-names: audio_seconds
          cost: 2 * audio_seconds
          estimate: 20
      """;

  private static final String SCRIPT = "fake{out=6 who=a}";

  private final FakeProvider provider = new FakeProvider();
  private final TestModels models = TestModels.create();
  private final Subject alice = Subject.user("alice");
  private final Quotas quotas =
      Quotas.builder().policies(PolicyFile.read("quotas.yaml", new StringReader(POLICY))).build();

  @AfterEach
  void close() {
    provider.close();
    quotas.close();
  }

  private QuotaModels quota(String name) {
    return QuotaModels.builder(quotas, name)
        .subject(() -> Optional.of(alice))
        .model("house")
        .build();
  }

  private long charged(String quota) {
    var limit = quotas.states(alice).quota(quota).orElseThrow().primary();
    assertThat(limit.reserved()).hasValue(0);
    return limit.used().orElseThrow();
  }

  private static AudioTranscriptionPrompt recording() {
    return new AudioTranscriptionPrompt(
        new ByteArrayResource(SCRIPT.getBytes(StandardCharsets.UTF_8)) {
          @Override
          public String getFilename() {
            return "talk.mp3";
          }
        });
  }

  @Test
  void embeddingsCostWhatTheProviderBills() {
    assertThat(quota("named").around(models.embeddings(provider.url(), "house")).embed(SCRIPT))
        .hasSize(2);
    assertThat(charged("named")).isEqualTo(provider.billed("a").input()).isPositive();
  }

  @Test
  void imagesWithoutAReportedUseCostTheEstimateOrAreCounted() {
    var images = quota("tokens").around(models.images(provider.url(), "gpt-image-1"));
    assertThat(images.call(new ImagePrompt(SCRIPT)).getResults()).hasSize(2);
    assertThat(charged("tokens")).isEqualTo(30);
    assertThat(
            quota("pictures")
                .around(models.images(provider.url(), "gpt-image-1"))
                .call(new ImagePrompt(SCRIPT))
                .getResults())
        .hasSize(2);
    assertThat(charged("pictures")).isEqualTo(14);
  }

  @Test
  void speechCostsTheCharactersOfItsText() {
    TextToSpeechModel speech = quota("spoken").around(models.speech(provider.url(), "tts-1"));
    assertThat(speech.call(SCRIPT)).hasSize(4);
    assertThat(charged("spoken")).isEqualTo(SCRIPT.length());
    assertThat(provider.billed("a").input()).isEqualTo(SCRIPT.length());
    List<byte[]> unused = speech.stream(SCRIPT).collectList().block();
    assertThat(charged("spoken")).isEqualTo(2L * SCRIPT.length());
  }

  @Test
  void speechOfAQuotaOfTokensIsNotFree() {
    assertThat(quota("tokens").around(models.speech(provider.url(), "tts-1")).call(SCRIPT))
        .hasSize(4);
    assertThat(charged("tokens")).isEqualTo(30);
    assertThat(quota("heard").around(models.speech(provider.url(), "tts-1")).call(SCRIPT))
        .hasSize(4);
    assertThat(charged("heard")).isEqualTo(20);
  }

  private static TextToSpeechModel speaking(Flux<TextToSpeechResponse> parts) {
    return new TextToSpeechModel() {
      @Override
      public TextToSpeechResponse call(TextToSpeechPrompt prompt) {
        throw new IllegalStateException("broken");
      }

      @Override
      public Flux<TextToSpeechResponse> stream(TextToSpeechPrompt prompt) {
        return parts;
      }
    };
  }

  @Test
  void speechThatFailsBeforeItsFirstSoundIsFreeAndLaterIsNot() {
    TextToSpeechResponse part = new TextToSpeechResponse(List.of());
    IllegalStateException broken = new IllegalStateException("broken");
    TextToSpeechModel atOnce = quota("spoken").around(speaking(Flux.error(broken)));
    assertThatThrownBy(() -> atOnce.call("ten chars.")).hasMessage("broken");
    assertThatThrownBy(() -> atOnce.stream("ten chars.").blockLast()).hasMessage("broken");
    assertThat(charged("spoken")).isZero();
    TextToSpeechModel later =
        quota("spoken").around(speaking(Flux.just(part).concatWith(Flux.error(broken))));
    assertThatThrownBy(() -> later.stream(new TextToSpeechPrompt("ten chars.")).blockLast())
        .hasMessage("broken");
    assertThat(charged("spoken")).isEqualTo(10);
    TextToSpeechModel endless = quota("spoken").around(speaking(Flux.just(part, part, part)));
    var unused = endless.stream(new TextToSpeechPrompt("ten chars.")).blockFirst();
    assertThat(charged("spoken")).isEqualTo(20);
  }

  @Test
  void aRefusedSpeechDoesNotReachTheModel() {
    var unused = quotas.charge(alice, "spoken", 95);
    TextToSpeechModel speech = quota("spoken").around(models.speech(provider.url(), "tts-1"));
    assertThatThrownBy(() -> speech.call(SCRIPT)).isInstanceOf(QuotaRefusedException.class);
    assertThatThrownBy(() -> speech.stream(SCRIPT).blockLast())
        .isInstanceOf(QuotaRefusedException.class);
    assertThat(provider.requests()).isZero();
  }

  @Test
  void aTranscriptionCostsWhatIsReportedOrTheEstimate() {
    var transcription = quota("tokens").around(models.transcription(provider.url(), "gpt-4o"));
    assertThat(transcription.call(recording()).getResult().getOutput()).startsWith("word");
    Billed billed = provider.billed("a");
    if (models.reportsTranscriptions()) {
      assertThat(charged("tokens")).isEqualTo(billed.input() + 2 * billed.output());
    } else {
      assertThat(charged("tokens")).isEqualTo(30);
    }
  }

  @Test
  void aTranscriptionWhoseLengthNobodySaysCostsTheEstimate() {
    var transcription = quota("heard").around(models.transcription(provider.url(), "gpt-4o"));
    assertThat(transcription.call(recording()).getResult().getOutput()).startsWith("word");
    assertThat(charged("heard")).isEqualTo(20);
  }
}
