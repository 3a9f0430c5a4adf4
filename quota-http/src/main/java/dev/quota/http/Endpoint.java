package dev.quota.http;

import dev.quota.Charge;
import dev.quota.CostFunction;
import dev.quota.http.answer.ErrorFormat;
import dev.quota.http.request.RequestView;
import dev.quota.policy.Capacity;
import dev.quota.policy.Policies;
import dev.quota.policy.QuotaPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What a request to one endpoint costs, in any framework. {@link EndpointReader} makes it of
 * annotations. Immutable and thread-safe.
 *
 * @param costs the quotas to charge, all or none; empty for an endpoint without quotas
 * @param idempotent whether a repeated {@code Idempotency-Key} is charged once, because the
 *     endpoint then returns its stored answer
 * @param keyRequired whether a request without an {@code Idempotency-Key} is refused with status
 *     400; only allowed if the endpoint is idempotent
 * @param errors the format of its refusals
 */
public record Endpoint(
    List<Cost> costs, boolean idempotent, boolean keyRequired, ErrorFormat errors) {

  /**
   * What is charged of one quota.
   *
   * @param quota the quota's name
   * @param amount computes the cost of a request, and must not read its body; empty for the usual
   *     cost of the policy
   */
  public record Cost(String quota, Optional<CostFunction<RequestView>> amount) {

    /**
     * Checks that nothing is null.
     *
     * @param quota the component
     * @param amount the component
     */
    public Cost {
      Objects.requireNonNull(quota, "quota");
      Objects.requireNonNull(amount, "amount");
    }

    /**
     * Returns the usual cost of the policy.
     *
     * @param quota the quota's name
     * @return the cost
     */
    public static Cost usual(String quota) {
      return new Cost(quota, Optional.empty());
    }

    /**
     * Returns a fixed cost.
     *
     * @param quota the quota's name
     * @param units how much, zero or more
     * @return the cost
     */
    public static Cost fixed(String quota, long units) {
      Charge fixed = new Charge(quota, units);
      return new Cost(quota, Optional.of(request -> fixed.cost()));
    }

    /**
     * Returns the charge of a request.
     *
     * @param request the request, which only a cost function of the application reads
     * @param policies the policies with the usual cost
     * @return the charge
     */
    public Charge charge(RequestView request, Policies policies) {
      if (amount.isPresent()) {
        // A cost beyond the countable range is refused like any cost that is too large.
        return new Charge(quota, Math.min(amount.get().costOf(request), Capacity.MAX_UNITS));
      }
      QuotaPolicy policy = policies.quotas().get(quota);
      // The engine reports an unknown quota.
      return new Charge(quota, policy == null ? 1 : policy.usualCost());
    }
  }

  /** An endpoint without quotas. */
  public static final Endpoint FREE = new Endpoint(List.of());

  /**
   * Copies the list.
   *
   * @param costs the component
   * @param idempotent the component
   * @param keyRequired the component
   * @param errors the component
   * @throws IllegalArgumentException if a key is required but the endpoint is not idempotent
   */
  public Endpoint {
    costs = List.copyOf(costs);
    Objects.requireNonNull(errors, "errors");
    if (keyRequired && !idempotent) {
      throw new IllegalArgumentException(
          "keyRequired must be false unless the endpoint is idempotent, was true");
    }
  }

  /**
   * Returns an endpoint whose refusals are problem documents.
   *
   * @param costs the quotas to charge
   * @param idempotent whether a repeated {@code Idempotency-Key} is charged once
   * @param keyRequired whether a request without one is refused
   * @throws IllegalArgumentException if a key is required but the endpoint is not idempotent
   */
  public Endpoint(List<Cost> costs, boolean idempotent, boolean keyRequired) {
    this(costs, idempotent, keyRequired, ErrorFormat.PROBLEM);
  }

  /**
   * Returns an endpoint that does not require a key.
   *
   * @param costs the quotas to charge
   * @param idempotent whether a repeated {@code Idempotency-Key} is charged once
   */
  public Endpoint(List<Cost> costs, boolean idempotent) {
    this(costs, idempotent, false);
  }

  /**
   * Returns an endpoint without idempotency keys.
   *
   * @param costs the quotas to charge
   */
  public Endpoint(List<Cost> costs) {
    this(costs, false, false);
  }

  /**
   * Returns the same endpoint with another format of refusals.
   *
   * @param format the format
   * @return the endpoint
   */
  public Endpoint withErrors(ErrorFormat format) {
    return new Endpoint(costs, idempotent, keyRequired, format);
  }

  /**
   * Returns whether the endpoint charges nothing.
   *
   * @return true if there are no costs
   */
  public boolean isFree() {
    return costs.isEmpty();
  }

  /**
   * Returns the charges of a request.
   *
   * @param request the request, before its endpoint runs
   * @param policies the policies with the usual costs
   * @return one charge for each cost
   */
  public List<Charge> charges(RequestView request, Policies policies) {
    if (costs.size() == 1) {
      return List.of(costs.get(0).charge(request, policies));
    }
    List<Charge> charges = new ArrayList<>(costs.size());
    for (Cost cost : costs) {
      charges.add(cost.charge(request, policies));
    }
    return charges;
  }
}
