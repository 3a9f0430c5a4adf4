package dev.quota.http;

import dev.quota.Quota;
import dev.quota.policy.QuotaPolicy;
import java.util.List;
import java.util.Objects;

/**
 * The meaning of the annotations of one endpoint. Immutable.
 *
 * @param endpoint what a request costs when it begins
 * @param definitions the quotas that the annotations define in place
 * @param deferred the costs that are known only with its arguments, charged all or none; empty
 *     unless an annotation has an expression
 * @param annotations the annotations: those of the method, and those of its type that the method
 *     does not replace
 */
public record DeclaredEndpoint(
    Endpoint endpoint,
    List<QuotaPolicy> definitions,
    List<DeferredCost> deferred,
    List<Quota> annotations) {

  /**
   * Copies the lists.
   *
   * @param endpoint the component
   * @param definitions the component
   * @param deferred the component
   * @param annotations the component
   */
  public DeclaredEndpoint {
    Objects.requireNonNull(endpoint, "endpoint");
    definitions = List.copyOf(definitions);
    deferred = List.copyOf(deferred);
    annotations = List.copyOf(annotations);
  }
}
