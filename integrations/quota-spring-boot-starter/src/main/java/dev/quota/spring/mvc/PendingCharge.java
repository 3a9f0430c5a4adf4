package dev.quota.spring.mvc;

import dev.quota.Decision;
import dev.quota.QuotaRefusedException;
import dev.quota.Reservation;
import dev.quota.servlet.QuotaExchange;
import dev.quota.spring.method.DeferredCharges;
import dev.quota.spring.web.Handler;
import jakarta.servlet.http.HttpServletRequest;
import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;
import org.springframework.core.BridgeMethodResolver;
import org.springframework.web.method.HandlerMethod;

/** What one request charges when the arguments of its handler are known. Not thread-safe. */
final class PendingCharge {

  private static final String ATTRIBUTE = PendingCharge.class.getName();

  private final HandlerEndpoints endpoints;
  private final Handler handler;
  private final Object bean;
  private final HandlerMethod method;
  private final DeferredCharges charges;
  private final @Nullable Object[] arguments;

  PendingCharge(HandlerEndpoints endpoints, HandlerMethod method, DeferredCharges charges) {
    this.endpoints = endpoints;
    this.handler = Handler.of(method);
    this.bean = method.getBean();
    this.method = method;
    this.charges = charges;
    this.arguments = new Object[method.getMethodParameters().length];
  }

  /**
   * Returns the pending charge of a request for a method.
   *
   * @throws IllegalStateException if the request bypassed {@link DeferredCharging}
   */
  static PendingCharge of(HttpServletRequest request, Method called) {
    if (request.getAttribute(ATTRIBUTE) instanceof PendingCharge pending
        && BridgeMethodResolver.findBridgedMethod(pending.method.getMethod()).equals(called)) {
      return pending;
    }
    throw new IllegalStateException(
        called.getDeclaringClass().getName()
            + "."
            + called.getName()
            + " carries @Quota, but the request reached it uncharged, because its handler mapping"
            + " has not the interceptors of Spring MVC.");
  }

  /** Attaches this to a request. */
  void put(HttpServletRequest request) {
    request.setAttribute(ATTRIBUTE, this);
  }

  int size() {
    return arguments.length;
  }

  void set(int index, @Nullable Object argument) {
    arguments[index] = argument;
  }

  /**
   * Charges, with the arguments that are set.
   *
   * @throws QuotaRefusedException if a quota refuses
   */
  void charge(HttpServletRequest request) {
    QuotaExchange exchange = QuotaExchange.of(request);
    DeferredCharges.Due due = due(exchange);
    Decision decision = exchange.charge(due.subject().orElseGet(exchange::subject), due.charges());
    if (!decision.isAllowed()) {
      throw new QuotaRefusedException(handler.toString(), decision);
    }
  }

  /**
   * Reserves, with the arguments that are set.
   *
   * @throws QuotaRefusedException if the quota refuses
   */
  Reservation reserve(HttpServletRequest request) {
    QuotaExchange exchange = QuotaExchange.of(request);
    var estimate = due(exchange).charges().get(0);
    Reservation reservation = exchange.reserve(estimate.quota(), estimate.cost());
    if (!reservation.isAllowed()) {
      throw new QuotaRefusedException(handler.toString(), reservation.decision());
    }
    return reservation;
  }

  private DeferredCharges.Due due(QuotaExchange exchange) {
    return charges.of(bean, arguments, exchange.request(), endpoints.quotas().policies());
  }
}
