package dev.quota.spring.webflux;

import dev.quota.Quotas;
import dev.quota.Reservation;
import dev.quota.http.DeclaredEndpoint;
import dev.quota.http.Endpoint;
import dev.quota.http.EndpointChecks;
import dev.quota.http.EndpointReader;
import dev.quota.http.QuotaAnnotations;
import dev.quota.spring.method.EndpointListing;
import dev.quota.spring.method.SpringAnnotations;
import dev.quota.spring.web.Handler;
import dev.quota.spring.web.Reservations;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.core.BridgeMethodResolver;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.reactive.function.server.HandlerFunction;
import org.springframework.web.server.ServerWebExchange;

/** Finds what the handlers of WebFlux cost. Thread-safe. */
final class HandlerEndpoints {

  private static final EndpointReader READER =
      new EndpointReader(ServerWebExchange.class, ServerHttpRequest.class);

  private final Quotas quotas;
  private final EndpointListing listing;
  private final Map<Handler, Endpoint> endpoints = new ConcurrentHashMap<>();
  private final Map<Method, Endpoint.Cost> reserving = new ConcurrentHashMap<>();

  HandlerEndpoints(Quotas quotas, EndpointListing listing) {
    this.quotas = quotas;
    this.listing = listing;
  }

  /** Returns what an object that handles costs. The calls of functions are charged as beans. */
  Endpoint ofFound(Object handler) {
    return handler instanceof HandlerFunction ? Endpoint.FREE : of(Handler.of(handler));
  }

  /**
   * Returns what a handler costs. A handler that was registered after the start is read now.
   *
   * @throws IllegalArgumentException if its annotations are malformed
   * @throws IllegalStateException if another place defines one of its quotas differently
   */
  Endpoint of(Handler handler) {
    Endpoint known = endpoints.get(handler);
    return known != null ? known : endpoints.computeIfAbsent(handler, this::read);
  }

  private Endpoint read(Handler handler) {
    QuotaAnnotations onType = SpringAnnotations.on(handler.type());
    Method method = handler.specificMethod();
    DeclaredEndpoint declared =
        method == null
            ? READER.read(onType)
            : READER.read(onType, SpringAnnotations.on(method), "the method " + method.getName());
    EndpointChecks.define(quotas, declared, handler.toString());
    listing.add(handler.toString(), declared.annotations());
    Endpoint endpoint = declared.endpoint();
    return method != null && Reservations.areTakenBy(method)
        ? reserving(handler, method, endpoint)
        : endpoint;
  }

  /** Notes what the handler reserves, and returns an endpoint that charges nothing before. */
  private Endpoint reserving(Handler handler, Method method, Endpoint endpoint) {
    if (List.of(method.getParameterTypes()).contains(Reservation.class)) {
      throw new IllegalArgumentException(
          "a Reservation waits for the store, and nothing may wait in WebFlux; take an"
              + " AsyncReservation");
    }
    Reservations.require(method, endpoint);
    Endpoint.Cost cost = endpoint.costs().get(0);
    reserving.put(BridgeMethodResolver.findBridgedMethod(method), cost);
    Method mapped = handler.method();
    if (mapped != null) {
      reserving.put(BridgeMethodResolver.findBridgedMethod(mapped), cost);
    }
    return new Endpoint(List.of(Endpoint.Cost.fixed(cost.quota(), 0)))
        .withErrors(endpoint.errors());
  }

  /** Returns what a method reserves, as the class declares it. */
  Optional<Endpoint.Cost> reserved(Method method) {
    return Optional.ofNullable(reserving.get(method));
  }

  Quotas quotas() {
    return quotas;
  }
}
