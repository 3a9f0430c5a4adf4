package dev.quota.servlet;

import dev.quota.Quotas;
import dev.quota.http.Endpoint;
import dev.quota.http.EndpointChecks;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;

/**
 * Tells the engine which quotas an application's own resolver names, at the first request that is
 * charged to each, so that no later policies lack them. Safe for use by several threads.
 */
final class DeclaringUse implements EndpointResolver {

  private final EndpointResolver resolver;
  private final Quotas quotas;
  private final BiConsumer<HttpServletRequest, Endpoint> met;
  private final String where;
  private final Set<String> declared = ConcurrentHashMap.newKeySet();

  /**
   * Creates a resolver.
   *
   * @param met hears of each endpoint before its quotas are known to exist
   */
  DeclaringUse(
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
