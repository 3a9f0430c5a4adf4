package dev.quota.spring.ai;

import dev.quota.QuotaRefusedException;
import dev.quota.Quotas;
import dev.quota.Subject;
import dev.quota.models.ModelCall;
import dev.quota.models.ModelCalls;
import dev.quota.models.ModelRequest;
import dev.quota.models.PriceList;
import dev.quota.models.TokenEstimator;
import dev.quota.policy.QuotaPolicy;
import dev.quota.policy.WhenExhausted;
import dev.quota.usage.UsageReport;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.Supplier;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.image.ImageModel;

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
 * QuotaAdvisor}. The models for speech and transcription of Spring AI report no use.
 */
public final class QuotaModels {

  private final ModelCalls calls;
  private final Supplier<Optional<Subject>> subject;

  private QuotaModels(Builder builder) {
    calls = builder.calls.build();
    subject = builder.subject;
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

  TokenEstimator estimator() {
    return calls.estimator();
  }

  /**
   * Makes a call of one round.
   *
   * @param used reads the use of an answer; empty if it reports none
   * @throws QuotaRefusedException if the quota refuses
   * @throws IllegalStateException if nobody knows who is charged, or the quota degrades
   */
  <T> T call(
      Optional<String> model,
      long input,
      Supplier<T> work,
      Function<T, Optional<UsageReport>> used) {
    Subject charged = subject.get().orElseThrow(QuotaModels::nobody);
    ModelCall call = calls.begin(charged, new ModelRequest(model, input, OptionalLong.empty()));
    if (!call.isAllowed()) {
      throw new QuotaRefusedException(QuotaAdvisor.WHAT, call.decision());
    }
    try {
      if (call.isDegraded()) {
        throw degrades(call.quota());
      }
      boolean unused = ModelCalls.await(call.beginRound(input));
      T answer = work.get();
      call.endRound(used.apply(answer));
      var unusedEnd = ModelCalls.await(call.end());
      return answer;
    } catch (Throwable e) {
      var unused = ModelCalls.await(call.fail(e));
      throw e;
    }
  }

  private static IllegalStateException degrades(String quota) {
    return new IllegalStateException(
        "quota "
            + quota
            + " degrades, but vectors and images of a smaller model cannot replace those of another:"
            + " let the quota block.");
  }

  private static IllegalStateException nobody() {
    return new IllegalStateException(
        "Nothing here says who is charged for the call of the model, so it was not made: give the"
            + " builder of QuotaModels a subject(…).");
  }

  /** Collects the parts. Not thread-safe. */
  public static final class Builder {

    private final Quotas quotas;
    private final String quota;
    private final ModelCalls.Builder calls;
    private Supplier<Optional<Subject>> subject = Optional::empty;

    private Builder(Quotas quotas, String quota) {
      this.quotas = quotas;
      this.quota = quota;
      calls = ModelCalls.builder(quotas, quota).estimator(Estimators.best());
    }

    /**
     * Sets who is charged. The function is called in the thread that calls the model.
     *
     * @param source returns empty if nobody is known
     * @return this builder
     */
    public Builder subject(Supplier<Optional<Subject>> source) {
      subject = Objects.requireNonNull(source, "source");
      return this;
    }

    /**
     * Sets what estimates the tokens of the input, by default as {@link
     * QuotaAdvisor.Builder#estimator} says.
     *
     * @param tokens the estimator
     * @return this builder
     */
    public Builder estimator(TokenEstimator tokens) {
      calls.estimator(tokens);
      return this;
    }

    /**
     * Sets the prices of policies whose cost contains {@code price(usd)}.
     *
     * @param list by default {@link PriceList#builtIn}
     * @return this builder
     */
    public Builder prices(PriceList list) {
      calls.prices(list);
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
      QuotaModels models = new QuotaModels(this);
      QuotaPolicy policy = quotas.policies().quotas().get(quota);
      if (policy != null && policy.whenExhausted() == WhenExhausted.DEGRADE) {
        throw degrades(quota);
      }
      return models;
    }
  }
}
