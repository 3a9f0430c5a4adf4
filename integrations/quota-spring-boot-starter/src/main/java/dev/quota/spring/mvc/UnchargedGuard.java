package dev.quota.spring.mvc;

import dev.quota.servlet.QuotaExchange;
import dev.quota.spring.web.Handler;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.web.servlet.HandlerInterceptor;

/**
 * Stops a charged handler if the filter did not see its request, for instance because a later
 * filter changed the path.
 */
final class UnchargedGuard implements HandlerInterceptor {

  private final HandlerEndpoints endpoints;

  UnchargedGuard(HandlerEndpoints endpoints) {
    this.endpoints = endpoints;
  }

  @Override
  public boolean preHandle(
      HttpServletRequest request, HttpServletResponse response, Object handler) {
    if (!endpoints.ofFound(handler).isFree() && QuotaExchange.find(request).isEmpty()) {
      throw new IllegalStateException(
          Handler.of(handler)
              + " carries @Quota, but the request reached it uncharged. The quota filter must be the"
              + " last filter that can change where a request leads: set quota.filter.order, and in"
              + " MockMvc add the filter.");
    }
    return true;
  }
}
