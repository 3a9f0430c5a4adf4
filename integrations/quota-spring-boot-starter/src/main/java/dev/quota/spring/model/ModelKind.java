package dev.quota.spring.model;

import dev.quota.spring.QuotaProperties;
import dev.quota.spring.ai.QuotaModels;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.springframework.ai.audio.transcription.TranscriptionModel;
import org.springframework.ai.audio.tts.TextToSpeechModel;
import org.springframework.ai.embedding.DocumentEmbeddingModel;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.image.ImageModel;
import org.springframework.aop.scope.ScopedObject;

/** The kinds of models that get a quota. */
@SuppressWarnings("ImmutableEnumChecker") // Functions without state.
enum ModelKind {
  EMBEDDING(
      EmbeddingModel.class,
      QuotaProperties.Ai::embedding,
      (quota, model) -> quota.around((EmbeddingModel) model)),
  DOCUMENT_EMBEDDING(
      DocumentEmbeddingModel.class,
      QuotaProperties.Ai::embedding,
      (quota, model) -> quota.around((DocumentEmbeddingModel) model)),
  IMAGE(
      ImageModel.class,
      QuotaProperties.Ai::image,
      (quota, model) -> quota.around((ImageModel) model)),
  SPEECH(
      TextToSpeechModel.class,
      QuotaProperties.Ai::speech,
      (quota, model) -> quota.around((TextToSpeechModel) model)),
  TRANSCRIPTION(
      TranscriptionModel.class,
      QuotaProperties.Ai::transcription,
      (quota, model) -> quota.around((TranscriptionModel) model));

  private final Class<?> type;
  private final Function<QuotaProperties.Ai, QuotaProperties.Model> settings;
  private final BiFunction<QuotaModels, Object, Object> around;

  ModelKind(
      Class<?> type,
      Function<QuotaProperties.Ai, QuotaProperties.Model> settings,
      BiFunction<QuotaModels, Object, Object> around) {
    this.type = type;
    this.settings = settings;
    this.around = around;
  }

  /** Returns the kind of a bean; empty if it is none, or stands for another bean. */
  static Optional<ModelKind> of(Object bean) {
    return bean instanceof ScopedObject
        ? Optional.empty()
        : Arrays.stream(values()).filter(it -> it.type.isInstance(bean)).findFirst();
  }

  /** Returns the interface of Spring AI. */
  Class<?> type() {
    return type;
  }

  QuotaProperties.Model settings(QuotaProperties.Ai ai) {
    return settings.apply(ai);
  }

  /** Returns the property of its settings, without their names. */
  String property() {
    String kind = this == DOCUMENT_EMBEDDING ? EMBEDDING.name() : name();
    return "quota.ai." + kind.toLowerCase(Locale.ROOT);
  }

  Object around(QuotaModels quota, Object model) {
    return around.apply(quota, model);
  }
}
