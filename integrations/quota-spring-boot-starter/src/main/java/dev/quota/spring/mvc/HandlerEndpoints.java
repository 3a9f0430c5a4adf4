package dev.quota.spring.mvc;

import dev.quota.Quotas;
import dev.quota.http.DeclaredEndpoint;
import dev.quota.http.Endpoint;
import dev.quota.http.EndpointChecks;
import dev.quota.servlet.EndpointResolver;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Says what the handlers of Spring MVC cost. Safe for use by several threads. */
final class HandlerEndpoints implements EndpointResolver {

  private final HandlerLookup lookup;
  private final Quotas quotas;
  private final Map<Handler, Endpoint> endpoints = new ConcurrentHashMap<>();

  HandlerEndpoints(HandlerLookup lookup, Quotas quotas) {
    this.lookup = lookup;
    this.quotas = quotas;
  }

  @Override
  public Endpoint resolve(HttpServletRequest request) {
    return lookup
        .find(request)
        .map(found -> of(Handler.of(found.getHandler())))
        .orElse(Endpoint.FREE);
  }

  /**
   * Returns what a handler costs. One that was registered after the start is read now.
   *
   * @throws IllegalArgumentException if its annotations are malformed
   * @throws IllegalStateException if another place defines one of its quotas differently
   */
  Endpoint of(Handler handler) {
    Endpoint known = endpoints.get(handler);
    return known != null ? known : endpoints.computeIfAbsent(handler, this::read);
  }

  private Endpoint read(Handler handler) {
    DeclaredEndpoint annotations = HandlerAnnotations.read(handler);
    EndpointChecks.define(quotas, annotations, handler.toString());
    return annotations.endpoint();
  }
}
