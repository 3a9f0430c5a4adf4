package dev.quota.spring.mvc;

import dev.quota.Quotas;
import dev.quota.http.DeclaredEndpoint;
import dev.quota.http.DeferredCost;
import dev.quota.http.Endpoint;
import dev.quota.http.EndpointChecks;
import dev.quota.http.EndpointReader;
import dev.quota.http.QuotaAnnotations;
import dev.quota.servlet.EndpointResolver;
import dev.quota.spring.method.DeferredCharges;
import dev.quota.spring.method.EndpointListing;
import dev.quota.spring.method.SpringAnnotations;
import dev.quota.spring.web.Handler;
import dev.quota.spring.web.Reservations;
import jakarta.servlet.http.HttpServletRequest;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.core.BridgeMethodResolver;
import org.springframework.web.servlet.function.HandlerFunction;

/** Finds what the handlers of Spring MVC cost. Thread-safe. */
final class HandlerEndpoints implements EndpointResolver {

  private static final EndpointReader READER =
      new EndpointReader(HttpServletRequest.class).withExpressions();

  /**
   * What a handler charges.
   *
   * @param endpoint what it charges when the request begins
   * @param deferred what it charges when the arguments are known
   */
  private record Read(Endpoint endpoint, Optional<DeferredCharges> deferred) {}

  private final HandlerLookup lookup;
  private final Quotas quotas;
  private final BeanFactory beans;
  private final EndpointListing listing;
  private final Map<Handler, Read> endpoints = new ConcurrentHashMap<>();
  private final Set<Method> deferring = ConcurrentHashMap.newKeySet();

  HandlerEndpoints(
      HandlerLookup lookup, Quotas quotas, BeanFactory beans, EndpointListing listing) {
    this.lookup = lookup;
    this.quotas = quotas;
    this.beans = beans;
    this.listing = listing;
  }

  @Override
  public Endpoint resolve(HttpServletRequest request) {
    return lookup.find(request).map(found -> ofFound(found.getHandler())).orElse(Endpoint.FREE);
  }

  /** Returns what an object that handles costs. The calls of functions are charged as beans. */
  Endpoint ofFound(Object handler) {
    return handler instanceof HandlerFunction ? Endpoint.FREE : of(Handler.of(handler));
  }

  /**
   * Returns what a handler costs when its request begins. A handler that was registered after the
   * start is read now.
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

  /** Returns whether a method charges when its arguments are known. */
  boolean isDeferring(Method method) {
    return deferring.contains(method);
  }

  Quotas quotas() {
    return quotas;
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
    Read read = read(handler, method, declared);
    listing.add(handler.toString(), declared.annotations());
    if (read.deferred.isPresent()) {
      deferring.add(BridgeMethodResolver.findBridgedMethod(Objects.requireNonNull(method)));
      deferring.add(
          BridgeMethodResolver.findBridgedMethod(Objects.requireNonNull(handler.method())));
    }
    return read;
  }

  private Read read(Handler handler, @Nullable Method method, DeclaredEndpoint declared) {
    Endpoint endpoint = declared.endpoint();
    List<DeferredCost> costs = declared.deferred();
    boolean reserves = method != null && Reservations.areTakenBy(method);
    if (costs.isEmpty() && !reserves) {
      return new Read(endpoint, Optional.empty());
    }
    if (method == null) {
      throw new IllegalArgumentException(
          "an expression needs a method with arguments, and this handler is a class; use costFrom");
    }
    if (reserves) {
      requireReservable(method, endpoint, costs);
      costs = endpoint.costs().stream().map(it -> new DeferredCost(it, "", "")).toList();
      if (!declared.deferred().isEmpty()) {
        costs = declared.deferred();
      }
      endpoint =
          new Endpoint(
                  endpoint.costs().stream().map(it -> Endpoint.Cost.fixed(it.quota(), 0)).toList())
              .withErrors(endpoint.errors());
    }
    return new Read(
        endpoint, Optional.of(DeferredCharges.of(costs, handler.type(), method, beans)));
  }

  private static void requireReservable(
      Method method, Endpoint endpoint, List<DeferredCost> costs) {
    Reservations.require(method, endpoint);
    Class<?>[] parameters = method.getParameterTypes();
    if (costs.stream().anyMatch(it -> !it.subjectExpression().isEmpty())) {
      throw Reservations.wrong(method, "its @Quota has a subjectExpression");
    } else if (!Reservations.are(parameters[parameters.length - 1])) {
      throw Reservations.wrong(method, "it is not the last parameter");
    }
  }
}
