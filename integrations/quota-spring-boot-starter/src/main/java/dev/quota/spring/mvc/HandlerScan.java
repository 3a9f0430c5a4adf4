package dev.quota.spring.mvc;

import dev.quota.http.EndpointChecks;
import dev.quota.spring.method.EndpointScan;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.context.ApplicationContext;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerMapping;
import org.springframework.web.servlet.handler.AbstractHandlerMethodMapping;
import org.springframework.web.servlet.handler.AbstractUrlHandlerMapping;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerAdapter;

/**
 * Reads the annotations of all handlers before the first request, so that an application with a
 * mistake in them does not start.
 */
final class HandlerScan implements EndpointScan {

  private final ApplicationContext context;
  private final HandlerLookup lookup;
  private final HandlerEndpoints endpoints;

  HandlerScan(ApplicationContext context, HandlerLookup lookup, HandlerEndpoints endpoints) {
    this.context = context;
    this.lookup = lookup;
    this.endpoints = endpoints;
  }

  @Override
  public void scan(EndpointChecks checks) {
    Set<Handler> handlers = handlers();
    for (Handler handler : handlers) {
      String where = handler.toString();
      checks
          .read(where, () -> endpoints.of(handler))
          .ifPresent(endpoint -> checks.use(where, endpoint));
    }
    BeanFactoryUtils.beansOfTypeIncludingAncestors(
            context, RequestMappingHandlerAdapter.class, true, false)
        .values()
        .forEach(adapter -> ChargingArguments.install(adapter, endpoints));
    new UnreadQuotas(context, handlers).find().forEach(checks::add);
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
