package dev.quota.spring.ai;

import dev.quota.QuotaRefusedException;
import dev.quota.Quotas;
import dev.quota.Settlement;
import dev.quota.Subject;
import dev.quota.models.ModelCall;
import dev.quota.models.ModelCalls;
import dev.quota.models.ModelCallsBuilder;
import dev.quota.models.ModelRequest;
import dev.quota.policy.QuotaPolicy;
import dev.quota.policy.WhenExhausted;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.audio.transcription.TranscriptionModel;
import org.springframework.ai.audio.tts.TextToSpeechModel;
import org.springframework.ai.embedding.DocumentEmbeddingModel;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.image.ImageModel;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Puts a quota around models of Spring AI that are no chat models. It reserves before the model is
 * asked, and settles to the use that the model reports. For Spring AI 1.1 and 2.0. Thread-safe.
 *
 * <pre>{@code
 * QuotaModels quota = QuotaModels.builder(quotas, "embeddings").subject(this::caller).build();
 * EmbeddingModel metered = quota.around(model);
 * }</pre>
 *
 * <p>A refused call throws a {@link QuotaRefusedException}. Chat models have the {@link
 * QuotaAdvisor}.
 */
@SuppressWarnings("overloads") // A lambda needs a cast to its kind of model.
public final class QuotaModels {

  private final ModelCalls calls;
  private final Supplier<Optional<Subject>> subject;
  private final Optional<String> model;

  private QuotaModels(
      ModelCalls calls, Supplier<Optional<Subject>> subject, Optional<String> model) {
    this.calls = calls;
    this.subject = subject;
    this.model = model;
  }

  /**
   * Starts a builder.
   *
   * @param quotas the engine
   * @param quota the name of the quota, which must not degrade
   * @return a builder, to be used by one thread
   */
  public static Builder builder(Quotas quotas, String quota) {
    return new Builder(quotas, quota);
  }

  /**
   * Returns a model whose calls are reserved.
   *
   * @param model the model that answers
   * @return the same model with its quota
   */
  public EmbeddingModel around(EmbeddingModel model) {
    return new QuotaEmbeddingModel(model, this);
  }

  /**
   * Returns a model whose calls are reserved. Formulas that declare {@code images} with {@code
   * usage-names} can use the number of images in the answer.
   *
   * @param model the model that answers
   * @return the same model with its quota
   */
  public ImageModel around(ImageModel model) {
    return new QuotaImageModel(model, this);
  }

  /**
   * Returns a model whose calls are reserved.
   *
   * @param model the model that answers
   * @return the same model with its quota
   */
  public DocumentEmbeddingModel around(DocumentEmbeddingModel model) {
    return new QuotaDocumentEmbeddingModel(model, this);
  }

  /**
   * Returns a model whose calls are reserved. Providers charge for the text that is spoken, and
   * report no use. Formulas that declare {@code characters} with {@code usage-names} can use its
   * Unicode characters. Without that, a call costs at least the policy's {@code estimate}.
   *
   * @param model the model that answers
   * @return the same model with its quota
   */
  public TextToSpeechModel around(TextToSpeechModel model) {
    return new QuotaSpeechModel(model, this);
  }

  /**
   * Returns a model whose calls are reserved. Where Spring AI gives no use, a call costs at least
   * the policy's {@code estimate}.
   *
   * @param model the model that answers
   * @return the same model with its quota
   */
  public TranscriptionModel around(TranscriptionModel model) {
    return new QuotaTranscriptionModel(model, this);
  }

  /** Returns the name in the options of a request, or else in those of the model. */
  Optional<String> model(@Nullable Object options, Object asked) {
    return Later.model(options, asked).or(() -> model);
  }

  long tokens(@Nullable CharSequence text) {
    return text == null || text.length() == 0 ? 0 : calls.estimator().tokens(text);
  }

  /**
   * Makes a call of one round.
   *
   * @param over ends the round of an answer
   * @throws QuotaRefusedException if the quota refuses
   * @throws IllegalStateException if nobody knows who is charged, or the quota degrades
   */
  <T> T call(ModelRequest request, Supplier<T> work, BiConsumer<ModelCall, T> over) {
    ModelCall call = calls.begin(subject.get().orElseThrow(QuotaModels::nobody), request);
    if (!call.isAllowed()) {
      throw new QuotaRefusedException(QuotaAdvisor.WHAT, call.decision());
    }
    try {
      if (call.isDegraded()) {
        throw degrades(call.quota());
      }
      boolean unused = ModelCalls.await(call.beginRound(request.inputTokens()));
      T answer = work.get();
      over.accept(call, answer);
      var unusedEnd = ModelCalls.await(call.end());
      return answer;
    } catch (Throwable e) {
      var unused = ModelCalls.await(call.fail(e));
      throw e;
    }
  }

  /**
   * Makes a streamed call of one round.
   *
   * @param part counts a part of the answer
   * @param over ends the round of an answer that began
   */
  <T> Flux<T> stream(
      ModelRequest request,
      Supplier<Flux<T>> work,
      BiConsumer<ModelCall, T> part,
      Consumer<ModelCall> over) {
    return Flux.usingWhen(
            Mono.deferContextual(
                context ->
                    Mono.justOrEmpty(context.<Subject>getOrEmpty(Subject.class).or(subject))
                        .switchIfEmpty(Mono.error(QuotaModels::nobody))
                        .flatMap(it -> PendingCalls.begin(calls, it, request))),
            call ->
                call.isDegraded()
                    ? Flux.error(degrades(call.quota()))
                    : Mono.fromCompletionStage(call.beginRound(request.inputTokens()))
                        .thenMany(Flux.defer(work))
                        .doOnNext(it -> part.accept(call, it)),
            call -> PendingCalls.over(ended(call, over)),
            (call, thrown) -> PendingCalls.over(failed(call, thrown, over)),
            call -> PendingCalls.over(ended(call, over)))
        .onErrorMap(
            RefusedRoundException.class,
            e -> new QuotaRefusedException(QuotaAdvisor.WHAT, e.decision()));
  }

  private static CompletionStage<Settlement> ended(ModelCall call, Consumer<ModelCall> over) {
    over.accept(call);
    return call.end();
  }

  /** What was sent is charged as soon as the answer began. */
  private static CompletionStage<Settlement> failed(
      ModelCall call, Throwable thrown, Consumer<ModelCall> over) {
    if (call.hasOutput()) {
      over.accept(call);
    }
    return call.fail(thrown);
  }

  private static IllegalStateException degrades(String quota) {
    return new IllegalStateException(
        "quota "
            + quota
            + " degrades, but vectors, images and speech of a smaller model cannot replace those of"
            + " another: let the quota block.");
  }

  private static IllegalStateException nobody() {
    return new IllegalStateException(
        "Nothing here says who is charged for the call of the model, so it was not made: give the"
            + " builder of QuotaModels a subject(…).");
  }

  /** Collects the parts. Not thread-safe. */
  public static final class Builder extends ModelCallsBuilder<Builder> {

    private final Quotas quotas;
    private final String quota;
    private Optional<String> model = Optional.empty();

    private Builder(Quotas quotas, String quota) {
      super(quotas, quota);
      this.quotas = quotas;
      this.quota = quota;
      estimator(Estimators.best());
    }

    @Override
    protected Builder self() {
      return this;
    }

    /**
     * Sets the name of the model where neither the options of a call nor the model itself give one,
     * as in Spring AI 1.1. Policies that have a cost for some models only need it.
     *
     * @param name as the provider writes it
     * @return this builder
     */
    public Builder model(String name) {
      model = Optional.of(name);
      return this;
    }

    /**
     * Checks the policy and returns what reserves.
     *
     * @return the models
     * @throws dev.quota.UnknownQuotaException if the policies lack the quota
     * @throws IllegalStateException if the quota degrades
     */
    public QuotaModels build() {
      QuotaModels models = new QuotaModels(buildCalls(), subject(), model);
      QuotaPolicy policy = quotas.policies().quotas().get(quota);
      if (policy != null && policy.whenExhausted() == WhenExhausted.DEGRADE) {
        throw degrades(quota);
      }
      return models;
    }
  }
}
