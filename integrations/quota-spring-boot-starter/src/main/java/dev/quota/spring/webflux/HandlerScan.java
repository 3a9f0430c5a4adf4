package dev.quota.spring.webflux;

import dev.quota.http.EndpointChecks;
import dev.quota.spring.method.EndpointScan;
import dev.quota.spring.web.Handler;
import dev.quota.spring.web.UnreadFunctions;
import dev.quota.spring.web.UnreadQuotas;
import java.util.LinkedHashSet;
import java.util.Set;
import org.springframework.context.ApplicationContext;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.reactive.function.server.support.RouterFunctionMapping;
import org.springframework.web.reactive.handler.AbstractUrlHandlerMapping;
import org.springframework.web.reactive.result.method.AbstractHandlerMethodMapping;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebHandler;

/**
 * Reads the annotations of all handlers at the start, so that an application with a mistake in them
 * does not start.
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
          .ifPresent(
              endpoint -> {
                checks.use(where, endpoint);
                if (endpoint.isFree()) {
                  handler.unmetered(QuotaExchange.class).ifPresent(checks::add);
                }
              });
    }
    functions().tell(checks::add);
    new UnreadQuotas(context, "WebFlux", HandlerScan::handles, handlers)
        .find()
        .forEach(checks::add);
  }

  private static boolean handles(Class<?> type) {
    return WebHandler.class.isAssignableFrom(type) || WebFilter.class.isAssignableFrom(type);
  }

  private Set<Handler> handlers() {
    Set<Handler> handlers = new LinkedHashSet<>();
    for (HandlerMapping mapping : lookup.mappings()) {
      if (mapping instanceof AbstractHandlerMethodMapping<?> methods) {
        methods
            .getHandlerMethods()
            .values()
            .forEach(it -> handlers.add(Handler.ofStart(it, context)));
      } else if (mapping instanceof AbstractUrlHandlerMapping urls) {
        urls.getHandlerMap().values().forEach(it -> handlers.add(Handler.ofStart(it, context)));
      }
    }
    return handlers;
  }

  /** Returns the functions that routers of beans call. */
  private UnreadFunctions functions() {
    UnreadFunctions functions = new UnreadFunctions();
    for (HandlerMapping mapping : lookup.mappings()) {
      if (mapping instanceof RouterFunctionMapping routes && routes.getRouterFunction() != null) {
        routes.getRouterFunction().accept(new FunctionVisitor(functions));
      }
    }
    return functions;
  }
}
