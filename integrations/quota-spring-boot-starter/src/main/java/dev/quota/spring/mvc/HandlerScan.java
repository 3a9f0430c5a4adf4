package dev.quota.spring.mvc;

import dev.quota.Quotas;
import dev.quota.UnknownQuotaException;
import dev.quota.http.Endpoint;
import dev.quota.store.StoreCapability;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.context.ApplicationContext;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerMapping;
import org.springframework.web.servlet.handler.AbstractHandlerMethodMapping;
import org.springframework.web.servlet.handler.AbstractUrlHandlerMapping;

/**
 * Reads the annotations of all handlers before the first request, so that an application with a
 * mistake in them does not start.
 */
final class HandlerScan implements SmartInitializingSingleton {

  private final ApplicationContext context;
  private final HandlerLookup lookup;
  private final HandlerEndpoints endpoints;
  private final Quotas quotas;

  HandlerScan(
      ApplicationContext context, HandlerLookup lookup, HandlerEndpoints endpoints, Quotas quotas) {
    this.context = context;
    this.lookup = lookup;
    this.endpoints = endpoints;
    this.quotas = quotas;
  }

  /**
   * Reads all handlers.
   *
   * @throws IllegalStateException with every mistake, if there is one
   */
  @Override
  public void afterSingletonsInstantiated() {
    Set<String> mistakes = new LinkedHashSet<>();
    Set<Handler> handlers = handlers();
    Map<Handler, Endpoint> metered = read(handlers, mistakes);
    metered.forEach((handler, endpoint) -> check(handler, endpoint, mistakes));
    mistakes.addAll(new UnreadQuotas(context, handlers).find());
    if (!mistakes.isEmpty()) {
      throw new IllegalStateException(
          "The quotas of this application do not fit together: " + String.join("; ", mistakes));
    }
  }

  private Map<Handler, Endpoint> read(Set<Handler> handlers, Set<String> mistakes) {
    Map<Handler, Endpoint> metered = new LinkedHashMap<>();
    for (Handler handler : handlers) {
      try {
        Endpoint endpoint = endpoints.of(handler);
        if (!endpoint.isFree()) {
          metered.put(handler, endpoint);
        }
      } catch (IllegalArgumentException | IllegalStateException e) {
        mistakes.add(handler + ": " + e.getMessage());
      }
    }
    return metered;
  }

  /** Checks what can be checked only when all quotas are defined. */
  private void check(Handler handler, Endpoint endpoint, Set<String> mistakes) {
    if (endpoint.idempotent() && !quotas.supports(StoreCapability.IDEMPOTENCY)) {
      mistakes.add(
          handler
              + ": idempotent must be false, because the store \""
              + quotas.health().store()
              + "\" does not declare the capability IDEMPOTENCY");
    }
    for (Endpoint.Cost cost : endpoint.costs()) {
      try {
        quotas.declareUse(cost.quota(), handler.toString());
      } catch (UnknownQuotaException e) {
        mistakes.add(
            handler
                + " names the "
                + e.getMessage()
                + "; correct the name, or add the quota to the policies");
      }
    }
  }

  private Set<Handler> handlers() {
    Set<Handler> handlers = new LinkedHashSet<>();
    for (HandlerMapping mapping : lookup.mappings()) {
      if (mapping instanceof AbstractHandlerMethodMapping<?> methods) {
        methods.getHandlerMethods().values().forEach(it -> handlers.add(Handler.of(resolved(it))));
      } else if (mapping instanceof AbstractUrlHandlerMapping urls) {
        List<Object> all = new ArrayList<>(urls.getHandlerMap().values());
        all.forEach(it -> handlers.add(Handler.of(bean(it))));
      }
    }
    return handlers;
  }

  /** Returns the method with its bean, whose class may be behind a proxy. */
  private static HandlerMethod resolved(HandlerMethod method) {
    return method.createWithResolvedBean();
  }

  private Object bean(Object handler) {
    return handler instanceof String name ? context.getBean(name) : handler;
  }
}
