package dev.quota.spring.ai;

import dev.quota.models.ModelCall;
import dev.quota.models.ModelRequest;
import dev.quota.models.UsageObjects;
import dev.quota.usage.UsageReport;
import java.util.Optional;
import java.util.OptionalLong;
import org.springframework.ai.audio.transcription.AudioTranscriptionPrompt;
import org.springframework.ai.audio.transcription.AudioTranscriptionResponse;
import org.springframework.ai.audio.transcription.TranscriptionModel;
import reactor.core.publisher.Flux;

/** A model that writes down what is said, with its quota. */
final class QuotaTranscriptionModel implements TranscriptionModel {

  private static final String BILLED = "audio_seconds";
  private static final double MOST_SECONDS = 1e9;

  private final TranscriptionModel model;
  private final QuotaModels quota;

  QuotaTranscriptionModel(TranscriptionModel model, QuotaModels quota) {
    this.model = model;
    this.quota = quota;
  }

  @Override
  public AudioTranscriptionResponse call(AudioTranscriptionPrompt prompt) {
    return quota.call(request(prompt), () -> model.call(prompt), this::end);
  }

  private void end(ModelCall call, AudioTranscriptionResponse answer) {
    call.endCountedRound(tokens(answer).orElseGet(() -> counted(answer)), BILLED);
  }

  private UsageReport counted(AudioTranscriptionResponse answer) {
    UsageReport.Builder report =
        UsageReport.builder().outputTokens(quota.tokens(answer.getResult().getOutput()));
    seconds(answer).ifPresent(it -> report.amount(BILLED, it));
    return report.build();
  }

  /** Overrides a method that only Spring AI 2 has. */
  public Flux<AudioTranscriptionResponse> stream(AudioTranscriptionPrompt prompt) {
    StringBuilder text = new StringBuilder();
    return quota.stream(
        request(prompt),
        () ->
            ((Flux<?>) Later.invoke(TranscriptionModel.class, "stream", model, prompt))
                .cast(AudioTranscriptionResponse.class),
        (call, part) -> text.append(part.getResult().getOutput()),
        call ->
            call.endCountedRound(
                UsageReport.builder().outputTokens(quota.tokens(text)).build(), BILLED));
  }

  private ModelRequest request(AudioTranscriptionPrompt prompt) {
    return new ModelRequest(quota.model(prompt.getOptions(), model), 0, OptionalLong.empty());
  }

  /** Returns the tokens of OpenAI's client, which Spring AI 2 has in its metadata. */
  private static Optional<UsageReport> tokens(AudioTranscriptionResponse answer) {
    Object usage = Later.get(answer.getMetadata(), "getUsage");
    if (usage == null) {
      return Optional.empty();
    }
    try {
      return UsageObjects.read(part(usage, "tokens").orElse(usage));
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // they contradict each other, so the text is counted
    }
  }

  /** Returns the length of the audio, rounded up; empty if nothing says it. */
  private static OptionalLong seconds(AudioTranscriptionResponse answer) {
    Object usage = Later.get(answer.getMetadata(), "getUsage");
    Object said =
        Optional.ofNullable(usage)
            .flatMap(it -> part(it, "duration"))
            .flatMap(it -> Optional.ofNullable(Later.get(it, "seconds")))
            .orElseGet(() -> Later.get(answer.getMetadata(), "getDuration"));
    return said instanceof Double length && length > 0 && length < MOST_SECONDS
        ? OptionalLong.of((long) Math.ceil(length))
        : OptionalLong.empty();
  }

  private static Optional<Object> part(Object usage, String name) {
    return Later.get(usage, name) instanceof Optional<?> part
        ? part.map(it -> it)
        : Optional.empty();
  }
}
