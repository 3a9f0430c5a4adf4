package dev.quota.spring.webflux;

import dev.quota.AsyncReservation;
import dev.quota.Charge;
import dev.quota.Decision;
import dev.quota.QuotaRefusedException;
import dev.quota.spring.method.DeferredCharges;
import dev.quota.spring.web.Handler;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.springframework.core.Ordered;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.reactive.HandlerAdapter;
import org.springframework.web.reactive.HandlerResult;
import org.springframework.web.reactive.result.method.annotation.RequestMappingHandlerAdapter;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/**
 * Calls handlers whose cost depends on their arguments. WebFlux binds the arguments for an {@link
 * ArgumentRecorder}. Then the request is charged, and the handler runs with these arguments.
 */
final class DeferredHandlerAdapter implements HandlerAdapter, Ordered {

  /** The attribute that says that the arguments of such a handler are bound. */
  static final String BINDING = DeferredHandlerAdapter.class.getName();

  private final HandlerEndpoints endpoints;
  private final Supplier<RequestMappingHandlerAdapter> binding;
  private final Map<Method, ArgumentRecorder> recorders = new ConcurrentHashMap<>();

  /** One call. */
  private record Call(
      ServerWebExchange exchange,
      HandlerMethod method,
      DeferredCharges charges,
      List<@Nullable Object> arguments,
      Optional<HandlerResult> bound) {

    String where() {
      return Handler.of(method).toString();
    }
  }

  DeferredHandlerAdapter(
      HandlerEndpoints endpoints, Supplier<RequestMappingHandlerAdapter> binding) {
    this.endpoints = endpoints;
    this.binding = binding;
  }

  @Override
  public int getOrder() {
    return HIGHEST_PRECEDENCE;
  }

  @Override
  public boolean supports(Object handler) {
    return handler instanceof HandlerMethod method
        && endpoints.deferred(Handler.of(method)).isPresent();
  }

  @Override
  public Mono<HandlerResult> handle(ServerWebExchange exchange, Object handler) {
    HandlerMethod method = (HandlerMethod) handler;
    DeferredCharges charges = endpoints.deferred(Handler.of(method)).orElseThrow();
    ArgumentRecorder.Recording recording =
        recorders
            .computeIfAbsent(method.getMethod(), ArgumentRecorder::new)
            .start(method.getBean());
    exchange.getAttributes().put(BINDING, true);
    HandlerMethod recorded =
        new HandlerMethod(recording.bean(), method.getMethod()).createWithValidateFlags();
    return binding
        .get()
        .handle(exchange, recorded)
        .map(Optional::of)
        .defaultIfEmpty(Optional.empty())
        .flatMap(
            bound -> {
              Object[] arguments = recording.arguments();
              // Without arguments, this is the result of an exception handler.
              return arguments == null
                  ? Mono.justOrEmpty(bound)
                  : run(new Call(exchange, method, charges, Arrays.asList(arguments), bound));
            });
  }

  private Mono<HandlerResult> run(Call call) {
    return charge(call)
        .then(Mono.defer(() -> invoke(call)))
        .onErrorResume(
            e ->
                call.bound.isPresent() && call.bound.get().getExceptionHandler() != null
                    ? call.bound.get().getExceptionHandler().handleError(call.exchange, e)
                    : Mono.error(e));
  }

  private Mono<Void> charge(Call call) {
    return Mono.defer(
        () -> {
          QuotaExchange exchange = QuotaExchange.of(call.exchange);
          DeferredCharges.Due due =
              call.charges.of(
                  call.method.getBean(),
                  call.arguments.toArray(),
                  exchange.request(),
                  endpoints.quotas().policies());
          int place = reservation(call.method);
          return place < 0
              ? exchange
                  .charge(due.subject().orElseGet(exchange::subject), due.charges())
                  .flatMap(it -> allowed(it, call))
              : reserve(exchange, due.charges().get(0), place, call);
        });
  }

  private static Mono<Void> reserve(QuotaExchange exchange, Charge cost, int place, Call call) {
    return exchange
        .reserve(cost.quota(), cost.cost())
        .flatMap(
            (AsyncReservation it) -> {
              call.arguments.set(place, it);
              return it.isAllowed() ? Mono.empty() : allowed(it.decision(), call);
            });
  }

  private static Mono<Void> allowed(Decision decision, Call call) {
    return decision.isAllowed()
        ? Mono.empty()
        : Mono.error(new QuotaRefusedException(call.where(), decision));
  }

  /** Returns the place of the parameter that gets a reservation; -1 if there is none. */
  private static int reservation(HandlerMethod method) {
    return List.of(method.getMethod().getParameterTypes()).indexOf(AsyncReservation.class);
  }

  private static Mono<HandlerResult> invoke(Call call) {
    Object value;
    try {
      value =
          ArgumentRecorder.call(
              call.method.getMethod(), call.method.getBean(), call.arguments.toArray());
    } catch (Throwable e) {
      return Mono.error(e);
    }
    if (call.bound.isPresent()) {
      HandlerResult bound = call.bound.get();
      HandlerResult result =
          new HandlerResult(
              call.method, value, bound.getReturnTypeSource(), bound.getBindingContext());
      return Mono.just(result.setExceptionHandler(bound.getExceptionHandler()));
    }
    // Without a result, WebFlux takes the request as answered by the handler itself.
    return value instanceof Publisher<?> answering
        ? Mono.from(answering).then(Mono.empty())
        : Mono.justOrEmpty(value)
            .map(it -> new HandlerResult(call.method, it, call.method.getReturnType()));
  }
}
