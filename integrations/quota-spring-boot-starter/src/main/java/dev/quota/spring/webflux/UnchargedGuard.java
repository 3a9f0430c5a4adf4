package dev.quota.spring.webflux;

import dev.quota.spring.web.Handler;
import org.springframework.core.Ordered;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/**
 * Stops a charged handler if the filter did not see its request, for instance because a later
 * filter changed the path. It comes before all other mappings and finds no handler itself.
 */
final class UnchargedGuard implements HandlerMapping, Ordered {

  private static final String SEEN = UnchargedGuard.class.getName();

  private final HandlerLookup lookup;
  private final HandlerEndpoints endpoints;

  UnchargedGuard(HandlerLookup lookup, HandlerEndpoints endpoints) {
    this.lookup = lookup;
    this.endpoints = endpoints;
  }

  @Override
  public int getOrder() {
    return HIGHEST_PRECEDENCE;
  }

  /** Notes that the filter has seen a request. */
  static void seen(ServerWebExchange exchange) {
    exchange.getAttributes().put(SEEN, target(exchange.getRequest()));
  }

  private static String target(ServerHttpRequest request) {
    return request.getMethod() + " " + request.getPath().value();
  }

  @Override
  public Mono<Object> getHandler(ServerWebExchange exchange) {
    if (target(exchange.getRequest()).equals(exchange.getAttribute(SEEN))) {
      return Mono.empty();
    }
    return lookup
        .find(exchange)
        .filter(
            handler ->
                !endpoints.ofFound(handler).isFree() && QuotaExchange.find(exchange).isEmpty())
        .flatMap(handler -> Mono.error(uncharged(Handler.of(handler))));
  }

  private static IllegalStateException uncharged(Handler handler) {
    return new IllegalStateException(
        handler
            + " carries @Quota, but the request reached it uncharged. The quota filter must be the"
            + " last filter that can change where a request leads: set quota.filter.order.");
  }
}
