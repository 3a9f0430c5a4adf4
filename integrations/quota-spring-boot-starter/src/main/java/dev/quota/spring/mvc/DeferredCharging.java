package dev.quota.spring.mvc;

import dev.quota.spring.method.DeferredCharges;
import dev.quota.spring.web.Handler;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Optional;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;

/**
 * Prepares charges that need the arguments of a handler. A handler without arguments is charged
 * here.
 */
final class DeferredCharging implements HandlerInterceptor {

  private final HandlerEndpoints endpoints;

  DeferredCharging(HandlerEndpoints endpoints) {
    this.endpoints = endpoints;
  }

  @Override
  public boolean preHandle(
      HttpServletRequest request, HttpServletResponse response, Object handler) {
    // In an asynchronous dispatch the handler has run already.
    if (handler instanceof HandlerMethod method
        && request.getDispatcherType() != DispatcherType.ASYNC) {
      Optional<DeferredCharges> deferred = endpoints.deferred(Handler.of(method));
      if (deferred.isPresent()) {
        PendingCharge pending = new PendingCharge(endpoints, method, deferred.get());
        pending.put(request);
        if (pending.size() == 0) {
          pending.charge(request);
        }
      }
    }
    return true;
  }
}
