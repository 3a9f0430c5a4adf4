package dev.quota.http;

import dev.quota.policy.QuotaPolicy;
import java.util.List;
import java.util.Objects;

/**
 * What annotations say of one endpoint.
 *
 * @param endpoint what a request costs
 * @param definitions the quotas that the annotations define in place
 */
public record DeclaredEndpoint(Endpoint endpoint, List<QuotaPolicy> definitions) {

  /**
   * Copies the list.
   *
   * @param endpoint the component
   * @param definitions the component
   */
  public DeclaredEndpoint {
    Objects.requireNonNull(endpoint, "endpoint");
    definitions = List.copyOf(definitions);
  }
}
