package dev.quota.http;

import java.util.Objects;

/**
 * What one annotation charges when the arguments of the endpoint are known. Immutable.
 *
 * @param cost the quota, and the cost unless an expression gives it
 * @param costExpression the expression of the cost; empty if {@code cost} has it
 * @param subjectExpression the expression of who is charged; empty for the caller
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
