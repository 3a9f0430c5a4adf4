package dev.quota.http;

import java.util.Objects;

/**
 * What one annotation of an endpoint charges when the arguments of the endpoint are known.
 *
 * @param cost the quota, and its cost unless an expression gives it
 * @param costExpression gives the cost; empty where {@code cost} says it
 * @param subjectExpression gives who is charged; empty for the caller
 */
public record DeferredCost(Endpoint.Cost cost, String costExpression, String subjectExpression) {

  /**
   * Checks that nothing is null.
   *
   * @param cost the component
   * @param costExpression the component
   * @param subjectExpression the component
   */
  public DeferredCost {
    Objects.requireNonNull(cost, "cost");
    Objects.requireNonNull(costExpression, "costExpression");
    Objects.requireNonNull(subjectExpression, "subjectExpression");
  }
}
