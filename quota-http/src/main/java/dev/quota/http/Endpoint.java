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
 * What a request to one endpoint costs, in any stack. {@link EndpointReader} makes it of
 * annotations. Instances are immutable and safe for use by several threads.
 *
 * @param costs the quotas to charge, together or not at all; none for an endpoint without quotas
 * @param idempotent whether a repeated {@code Idempotency-Key} is charged once, because the
 *     endpoint returns its stored answer then
 * @param keyRequired whether a request without an {@code Idempotency-Key} is refused with 400; only
 *     where the endpoint is idempotent
 * @param errors the shape of its refusals
 */
public record Endpoint(
    List<Cost> costs, boolean idempotent, boolean keyRequired, ErrorFormat errors) {

  /**
   * What is charged of one quota.
   *
   * @param quota the quota's name
   * @param amount how much, by the request, whose body must be left unread; empty for the usual
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
     * Returns what a request is charged.
     *
     * @param request the request, read only by a cost function of the application
     * @param policies for the usual cost
     * @return the charge
     */
    public Charge charge(RequestView request, Policies policies) {
      if (amount.isPresent()) {
        // More than can be counted fits nowhere: refused like any cost that is too large.
        return new Charge(quota, Math.min(amount.get().costOf(request), Capacity.MAX_UNITS));
      }
      QuotaPolicy policy = policies.quotas().get(quota);
      // An unknown quota is the engine's to report.
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
   * @throws IllegalArgumentException if a key is required where it means nothing
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
   * @throws IllegalArgumentException if a key is required where it means nothing
   */
  public Endpoint(List<Cost> costs, boolean idempotent, boolean keyRequired) {
    this(costs, idempotent, keyRequired, ErrorFormat.PROBLEM);
  }

  /**
   * Returns an endpoint to which a key may be sent.
   *
   * @param costs the quotas to charge
   * @param idempotent whether a repeated {@code Idempotency-Key} is charged once
   */
  public Endpoint(List<Cost> costs, boolean idempotent) {
    this(costs, idempotent, false);
  }

  /**
   * Returns an endpoint that charges each request.
   *
   * @param costs the quotas to charge
   */
  public Endpoint(List<Cost> costs) {
    this(costs, false, false);
  }

  /**
   * Returns the same endpoint with another shape of refusals.
   *
   * @param format the shape
   * @return the endpoint
   */
  public Endpoint withErrors(ErrorFormat format) {
    return new Endpoint(costs, idempotent, keyRequired, format);
  }

  /**
   * Returns whether nothing is charged here.
   *
   * @return true if there are no costs
   */
  public boolean isFree() {
    return costs.isEmpty();
  }

  /**
   * Returns what a request is charged.
   *
   * @param request the request, before its endpoint runs
   * @param policies for the usual costs
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
