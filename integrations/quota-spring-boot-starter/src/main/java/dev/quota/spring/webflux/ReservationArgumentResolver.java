package dev.quota.spring.webflux;

import dev.quota.AsyncReservation;
import dev.quota.QuotaRefusedException;
import dev.quota.http.Endpoint;
import java.lang.reflect.Method;
import org.springframework.core.MethodParameter;
import org.springframework.web.reactive.BindingContext;
import org.springframework.web.reactive.result.method.HandlerMethodArgumentResolver;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/**
 * Reserves what the {@code @Quota} of a handler method costs, for its parameter. The end of the
 * request ends the reservation too.
 */
final class ReservationArgumentResolver implements HandlerMethodArgumentResolver {

  private final HandlerEndpoints endpoints;

  ReservationArgumentResolver(HandlerEndpoints endpoints) {
    this.endpoints = endpoints;
  }

  @Override
  public boolean supportsParameter(MethodParameter parameter) {
    return parameter.getParameterType() == AsyncReservation.class;
  }

  @Override
  public Mono<Object> resolveArgument(
      MethodParameter parameter, BindingContext binding, ServerWebExchange exchange) {
    return Mono.defer(() -> reserve(parameter, exchange)).cast(Object.class);
  }

  private Mono<AsyncReservation> reserve(MethodParameter parameter, ServerWebExchange exchange) {
    Method method = parameter.getMethod();
    if (exchange.getAttribute(DeferredHandlerAdapter.BINDING) != null) {
      // DeferredHandlerAdapter reserves when all other arguments are known.
      return Mono.empty();
    }
    Endpoint.Cost cost = method == null ? null : endpoints.reserved(method).orElse(null);
    if (cost == null) {
      return Mono.error(
          new IllegalStateException(
              "an AsyncReservation is a parameter of handler methods that carry one @Quota, and not"
                  + " of "
                  + method));
    }
    return QuotaExchange.of(exchange)
        .reserve(cost, endpoints.quotas().policies())
        .flatMap(
            it ->
                it.isAllowed()
                    ? Mono.just(it)
                    : Mono.error(
                        new QuotaRefusedException(
                            method.getDeclaringClass().getName() + "." + method.getName(),
                            it.decision())));
  }
}
