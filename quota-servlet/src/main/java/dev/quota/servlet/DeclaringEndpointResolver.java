package dev.quota.servlet;

import dev.quota.Quotas;
import dev.quota.http.Endpoint;
import dev.quota.http.EndpointChecks;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;

/**
 * Declares the quotas of an application's own resolver to the engine, at the first request to each,
 * so that later policies cannot lack them. Thread-safe.
 */
final class DeclaringEndpointResolver implements EndpointResolver {

  private final EndpointResolver resolver;
  private final Quotas quotas;
  private final BiConsumer<HttpServletRequest, Endpoint> met;
  private final String where;
  private final Set<String> declared = ConcurrentHashMap.newKeySet();

  /**
   * Creates a resolver.
   *
   * @param met gets each endpoint before its quotas are checked
   */
  DeclaringEndpointResolver(
      EndpointResolver resolver, Quotas quotas, BiConsumer<HttpServletRequest, Endpoint> met) {
    this.resolver = resolver;
    this.where = "the endpoint resolver " + resolver.getClass().getName();
    this.quotas = quotas;
    this.met = met;
  }

  @Override
  public Endpoint resolve(HttpServletRequest request) {
    Endpoint endpoint = resolver.resolve(request);
    met.accept(request, endpoint);
    EndpointChecks.requireIdempotency(quotas, endpoint, where);
    for (Endpoint.Cost cost : endpoint.costs()) {
      if (!declared.contains(cost.quota())) {
        quotas.declareUse(cost.quota(), where);
        declared.add(cost.quota());
      }
    }
    return endpoint;
  }
}
