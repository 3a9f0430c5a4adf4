package dev.quota.spring.webflux;

import dev.quota.Quotas;
import dev.quota.Reservation;
import dev.quota.http.DeclaredEndpoint;
import dev.quota.http.Endpoint;
import dev.quota.http.EndpointChecks;
import dev.quota.http.EndpointReader;
import dev.quota.http.QuotaAnnotations;
import dev.quota.spring.method.DeferredCharges;
import dev.quota.spring.method.EndpointListing;
import dev.quota.spring.method.SpringAnnotations;
import dev.quota.spring.web.Handler;
import dev.quota.spring.web.Reservations;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.core.BridgeMethodResolver;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.reactive.function.server.HandlerFunction;
import org.springframework.web.server.ServerWebExchange;

/** Finds what the handlers of WebFlux cost. Thread-safe. */
final class HandlerEndpoints {

  private static final EndpointReader READER =
      new EndpointReader(ServerWebExchange.class, ServerHttpRequest.class).withExpressions();

  /**
   * What a handler charges.
   *
   * @param endpoint what it charges when the request begins
   * @param deferred what it charges when the arguments are known
   */
  private record Read(Endpoint endpoint, Optional<DeferredCharges> deferred) {}

  private final Quotas quotas;
  private final EndpointListing listing;
  private final BeanFactory beans;
  private final Map<Handler, Read> endpoints = new ConcurrentHashMap<>();
  private final Map<Method, Endpoint.Cost> reserving = new ConcurrentHashMap<>();

  HandlerEndpoints(Quotas quotas, BeanFactory beans, EndpointListing listing) {
    this.quotas = quotas;
    this.beans = beans;
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
    return read(handler).endpoint;
  }

  /** Returns what a handler costs when its arguments are known, if anything does. */
  Optional<DeferredCharges> deferred(Handler handler) {
    return read(handler).deferred;
  }

  private Read read(Handler handler) {
    Read known = endpoints.get(handler);
    return known != null ? known : endpoints.computeIfAbsent(handler, this::readNow);
  }

  private Read readNow(Handler handler) {
    QuotaAnnotations onType = SpringAnnotations.on(handler.type());
    Method method = handler.specificMethod();
    DeclaredEndpoint declared =
        method == null
            ? READER.read(onType)
            : READER.read(onType, SpringAnnotations.on(method), "the method " + method.getName());
    EndpointChecks.define(quotas, declared, handler.toString());
    listing.add(handler.toString(), declared.annotations());
    Endpoint endpoint = declared.endpoint();
    boolean reserves = method != null && Reservations.areTakenBy(method);
    if (!declared.deferred().isEmpty()) {
      return deferring(handler, declared, reserves);
    }
    return new Read(
        method != null && reserves ? reserving(handler, method, endpoint) : endpoint,
        Optional.empty());
  }

  /** Reads a cost that is known when the arguments are. */
  private Read deferring(Handler handler, DeclaredEndpoint declared, boolean reserves) {
    Method method = handler.specificMethod();
    Method mapped = handler.method();
    if (method == null || mapped == null) {
      throw new IllegalArgumentException(
          "an expression needs a method with arguments, and this handler is a class; use costFrom");
    }
    Endpoint endpoint = declared.endpoint();
    if (reserves) {
      Endpoint.Cost unused = reservable(method, endpoint);
      if (declared.deferred().stream().anyMatch(it -> !it.subjectExpression().isEmpty())) {
        throw Reservations.wrong(method, "its @Quota has a subjectExpression");
      }
      endpoint = free(endpoint);
    }
    ArgumentRecorder unusedRecorder = new ArgumentRecorder(mapped);
    return new Read(
        endpoint,
        Optional.of(DeferredCharges.of(declared.deferred(), handler.type(), method, beans)));
  }

  /** Notes what the handler reserves, and returns an endpoint that charges nothing before. */
  private Endpoint reserving(Handler handler, Method method, Endpoint endpoint) {
    Endpoint.Cost cost = reservable(method, endpoint);
    reserving.put(BridgeMethodResolver.findBridgedMethod(method), cost);
    Method mapped = handler.method();
    if (mapped != null) {
      reserving.put(BridgeMethodResolver.findBridgedMethod(mapped), cost);
    }
    return free(endpoint);
  }

  private static Endpoint.Cost reservable(Method method, Endpoint endpoint) {
    if (List.of(method.getParameterTypes()).contains(Reservation.class)) {
      throw new IllegalArgumentException(
          "a Reservation waits for the store, and nothing may wait in WebFlux; take an"
              + " AsyncReservation");
    }
    Reservations.require(method, endpoint);
    return endpoint.costs().get(0);
  }

  /** Returns an endpoint that charges nothing when the request begins. */
  private static Endpoint free(Endpoint endpoint) {
    return new Endpoint(
            endpoint.costs().stream().map(it -> Endpoint.Cost.fixed(it.quota(), 0)).toList())
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
