package dev.quota.models;

import dev.quota.Quotas;
import dev.quota.Subject;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What the builders of all integrations have in common. Not thread-safe.
 *
 * @param <B> the builder of the integration
 */
public abstract class ModelCallsBuilder<B extends ModelCallsBuilder<B>> {

  final ModelCalls.Builder calls;
  private Supplier<Optional<Subject>> subject = Optional::empty;

  /**
   * Starts a builder.
   *
   * @param quotas the engine
   * @param quota the name of the quota
   */
  protected ModelCallsBuilder(Quotas quotas, String quota) {
    calls = ModelCalls.builder(quotas, quota);
  }

  /** {@return this builder} */
  protected abstract B self();

  /**
   * Sets who is charged if the call itself does not say it. The function is called in the thread
   * that calls the model, or that subscribes to a stream.
   *
   * @param source returns empty if nobody is known
   * @return this builder
   */
  public B subject(Supplier<Optional<Subject>> source) {
    subject = Objects.requireNonNull(source, "source");
    return self();
  }

  /**
   * Sets what estimates the tokens of the input, by default {@link TokenEstimator#characters}, or a
   * tokenizer that the framework brings.
   *
   * @param tokens the estimator
   * @return this builder
   */
  public B estimator(TokenEstimator tokens) {
    calls.estimator(tokens);
    return self();
  }

  /**
   * Sets the prices of policies whose cost contains {@code price(usd)}.
   *
   * @param list by default {@link PriceList#builtIn}
   * @return this builder
   */
  public B prices(PriceList list) {
    calls.prices(list);
    return self();
  }

  /** {@return who is charged if the call itself does not say it} */
  protected final Supplier<Optional<Subject>> subject() {
    return subject;
  }

  /**
   * Checks the policy and returns what reserves.
   *
   * @return the calls
   * @throws dev.quota.UnknownQuotaException if the policies lack the quota
   * @throws IllegalStateException if the quota degrades and names no model to degrade to
   */
  protected final ModelCalls buildCalls() {
    return calls.build();
  }
}
