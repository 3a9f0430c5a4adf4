package dev.quota.models;

import dev.quota.AsyncReservation;
import dev.quota.Quotas;
import dev.quota.Subject;
import dev.quota.policy.Capacity;
import dev.quota.policy.QuotaPolicy;
import dev.quota.policy.WhenExhausted;
import dev.quota.usage.UsageReport;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/**
 * Reserves calls of models on one quota. The integrations of frameworks use it, and it can be used
 * without a framework. Thread-safe.
 *
 * <pre>{@code
 * ModelCalls calls = ModelCalls.builder(quotas, "tokens").build();
 *
 * ModelCall call = calls.begin(subject, new ModelRequest(model, 1_200, OptionalLong.of(400)));
 * if (!call.isAllowed()) {
 *   throw new QuotaRefusedException("the answer", call.decision());
 * }
 * }</pre>
 *
 * <p>The reservation is the cost of the input and of the longest answer. If nothing bounds the
 * answer, the builder's value is used, or else the policy's {@link QuotaPolicy#usualCost estimate}
 * if that is more than the cost of the input.
 */
public final class ModelCalls {

  /** A text for {@link Builder#finishNote}, in English, because it is for models. */
  public static final String FINISH_NOTE =
      "The budget of this run is almost used up: 90 % or more of it is used. Finish now. Call no more"
          + " tools unless you cannot answer without them. Give the best answer that you can, and say"
          + " briefly what is missing.";

  private static final System.Logger LOG = System.getLogger(ModelCalls.class.getName());

  private final Quotas quotas;
  private final String quota;
  private final TokenEstimator estimator;
  private final OptionalLong usualOutputTokens;
  private final Optional<String> finishNote;
  private final Pricing pricing;

  private ModelCalls(Builder builder) {
    quotas = builder.quotas;
    quota = builder.quota;
    estimator = builder.estimator;
    usualOutputTokens = builder.usualOutputTokens;
    finishNote = builder.finishNote;
    pricing = new Pricing(builder.prices);
    quotas.declareUse(quota, ModelCalls.class.getName());
    requireModel(policy(quota));
    policy(quota).currency().ifPresent(it -> LOG.log(System.Logger.Level.INFO, words(it)));
  }

  /**
   * Starts a builder.
   *
   * @param quotas the engine
   * @param quota the name of the quota
   * @return a builder, to be used by one thread
   */
  public static Builder builder(Quotas quotas, String quota) {
    return new Builder(quotas, quota);
  }

  /**
   * Returns what estimates the input.
   *
   * @return the estimator
   */
  public TokenEstimator estimator() {
    return estimator;
  }

  /**
   * Reserves a call, and waits for the store.
   *
   * @param subject who is charged
   * @param request what is known of the call
   * @return the call, also if it was refused: {@link ModelCall#isAllowed}
   * @throws IllegalArgumentException if the policy has no formula for the model, or lacks the quota
   * @throws IllegalStateException if the quota degrades and names no model to degrade to
   * @throws dev.quota.store.QuotaStoreException if the engine is closed
   */
  public ModelCall begin(Subject subject, ModelRequest request) {
    UsageReport atMost = atMost(request);
    long estimate = estimate(request, atMost);
    AsyncReservation reserved = quotas.reserve(subject, quota, estimate).async();
    return await(call(subject, request, atMost, estimate, reserved));
  }

  /**
   * Reserves a call without waiting.
   *
   * @param subject who is charged
   * @param request what is known of the call
   * @return completes with the call, also if it was refused: {@link ModelCall#isAllowed}; fails
   *     with an {@link IllegalStateException} if the quota degrades and names no model to degrade
   *     to
   * @throws IllegalArgumentException if the policy has no formula for the model, or lacks the quota
   */
  public CompletionStage<ModelCall> beginAsync(Subject subject, ModelRequest request) {
    UsageReport atMost = atMost(request);
    long estimate = estimate(request, atMost);
    return quotas
        .async()
        .reserve(subject, quota, estimate)
        .thenCompose(it -> call(subject, request, atMost, estimate, it));
  }

  /**
   * Waits for a stage of a call, for callers who may.
   *
   * @param <T> what it completes with
   * @param stage of a {@link ModelCall}
   * @return what it completed with
   */
  public static <T> T await(CompletionStage<T> stage) {
    try {
      return stage.toCompletableFuture().join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw e;
    }
  }

  /** Returns a policy that is in force. */
  QuotaPolicy policy(String name) {
    QuotaPolicy policy = quotas.policies().quotas().get(name);
    if (policy == null) {
      throw new IllegalStateException("quota " + name + " was removed while a call used it");
    }
    return policy;
  }

  Optional<String> finishNote() {
    return finishNote;
  }

  Quotas quotas() {
    return quotas;
  }

  /** Returns a report with its price, if the policy asks for one and there is one. */
  UsageReport priced(QuotaPolicy policy, UsageReport used) {
    return pricing.priced(policy, used);
  }

  private CompletionStage<ModelCall> call(
      Subject subject,
      ModelRequest request,
      UsageReport atMost,
      long estimate,
      AsyncReservation reservation) {
    QuotaPolicy asked = policy(quota);
    if (reservation.isDegraded() && asked.degradedModel().isEmpty()) {
      return reservation.refund().thenCompose(it -> CompletableFuture.failedFuture(noModel(quota)));
    }
    return CompletableFuture.completedFuture(
        new ModelCall(
            new ModelRun(
                this,
                subject,
                request.model(),
                asked.degradedModel(),
                atMost,
                estimate,
                reservation)));
  }

  private UsageReport atMost(ModelRequest request) {
    UsageReport.Builder report =
        UsageReport.builder()
            .inputTokens(request.inputTokens())
            .outputTokens(request.maxOutputTokens().orElse(usualOutputTokens.orElse(0)));
    request.model().ifPresent(report::model);
    return report.build();
  }

  private long estimate(ModelRequest request, UsageReport atMost) {
    QuotaPolicy policy = policy(quota);
    long exact = pricing.before(policy, atMost);
    long cost = Math.min(exact, Capacity.MAX_UNITS);
    boolean isBounded = request.maxOutputTokens().isPresent() || usualOutputTokens.isPresent();
    return isBounded ? cost : Math.max(cost, policy.usualCost());
  }

  private String words(String currency) {
    return "Quota "
        + quota
        + " charges prices in "
        + currency
        + ". They are facts of a day: "
        + pricing.prices()
        + ".";
  }

  private static void requireModel(QuotaPolicy policy) {
    if (policy.whenExhausted() == WhenExhausted.DEGRADE && policy.degradedModel().isEmpty()) {
      throw noModel(policy.name());
    }
  }

  private static IllegalStateException noModel(String quota) {
    return new IllegalStateException(
        "quota "
            + quota
            + " degrades, but its policy does not say which model answers then: add degraded-model,"
            + " or let it block.");
  }

  /** Collects what calls have in common. Not thread-safe. */
  public static final class Builder {

    private final Quotas quotas;
    private final String quota;
    private TokenEstimator estimator = TokenEstimator.characters();
    private OptionalLong usualOutputTokens = OptionalLong.empty();
    private Optional<String> finishNote = Optional.empty();
    private PriceList prices = PriceList.builtIn();

    private Builder(Quotas quotas, String quota) {
      this.quotas = Objects.requireNonNull(quotas, "quotas");
      this.quota = Objects.requireNonNull(quota, "quota");
    }

    /**
     * Sets what estimates the input, by default {@link TokenEstimator#characters}.
     *
     * @param tokens the estimator
     * @return this builder
     */
    public Builder estimator(TokenEstimator tokens) {
      estimator = Objects.requireNonNull(tokens, "tokens");
      return this;
    }

    /**
     * Sets how long an answer is assumed to become where a call does not bound it.
     *
     * @param tokens 1 to {@link Capacity#MAX_UNITS}
     * @return this builder
     * @throws IllegalArgumentException if the number is out of range
     */
    public Builder usualOutputTokens(long tokens) {
      if (tokens < 1 || tokens > Capacity.MAX_UNITS) {
        throw new IllegalArgumentException(
            "usualOutputTokens must be between 1 and " + Capacity.MAX_UNITS + ", was " + tokens);
      }
      usualOutputTokens = OptionalLong.of(tokens);
      return this;
    }

    /**
     * Lets integrations add a note to the system prompt when 90 % of a run is used, so that an
     * agent finishes by itself. Without this, prompts are not changed.
     *
     * @param text for the model, such as {@link #FINISH_NOTE}
     * @return this builder
     * @throws IllegalArgumentException if the text is blank
     */
    public Builder finishNote(String text) {
      if (text.isBlank()) {
        throw new IllegalArgumentException("finishNote must have a text, was blank");
      }
      finishNote = Optional.of(text);
      return this;
    }

    /**
     * Sets the prices of policies whose cost contains {@code price(usd)}.
     *
     * @param list by default {@link PriceList#builtIn}
     * @return this builder
     */
    public Builder prices(PriceList list) {
      prices = Objects.requireNonNull(list, "list");
      return this;
    }

    /**
     * Checks the policy and returns what reserves.
     *
     * @return the calls
     * @throws dev.quota.UnknownQuotaException if the policies lack the quota
     * @throws IllegalStateException if the quota degrades and names no model to degrade to
     */
    public ModelCalls build() {
      return new ModelCalls(this);
    }
  }
}
