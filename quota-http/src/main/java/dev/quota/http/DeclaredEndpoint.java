package dev.quota.http;

import dev.quota.Quota;
import dev.quota.policy.QuotaPolicy;
import java.util.List;
import java.util.Objects;

/**
 * What annotations say of one endpoint.
 *
 * @param endpoint what a request costs when it begins
 * @param definitions the quotas that the annotations define in place
 * @param deferred what it costs when its arguments are known, together or not at all; empty unless
 *     an annotation has an expression
 * @param annotations what was read: those of the method, and of its type where it has no other
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
