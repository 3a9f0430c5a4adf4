package dev.quota.spring.mvc;

import dev.quota.http.Endpoint;
import dev.quota.http.EndpointChecks;
import dev.quota.servlet.EndpointResolver;
import dev.quota.servlet.QuotaExchange;
import dev.quota.spring.method.EndpointScan;
import dev.quota.spring.web.Handler;
import dev.quota.spring.web.UnreadFunctions;
import dev.quota.spring.web.UnreadQuotas;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.event.ContextRefreshedEvent;
import org.springframework.web.HttpRequestHandler;
import org.springframework.web.context.WebApplicationContext;
import org.springframework.web.servlet.HandlerMapping;
import org.springframework.web.servlet.function.support.RouterFunctionMapping;
import org.springframework.web.servlet.handler.AbstractHandlerMethodMapping;
import org.springframework.web.servlet.handler.AbstractUrlHandlerMapping;
import org.springframework.web.servlet.mvc.Controller;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerAdapter;

/**
 * Reads the annotations of all handlers at the start, so that an application with a mistake in them
 * does not start.
 */
final class HandlerScan implements EndpointScan, ApplicationListener<ContextRefreshedEvent> {

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
    scan(context, checks);
  }

  /** Reads the handlers of a DispatcherServlet with its own context. */
  @Override
  public void onApplicationEvent(ContextRefreshedEvent event) {
    ApplicationContext refreshed = event.getApplicationContext();
    if (refreshed != context && refreshed instanceof WebApplicationContext) {
      EndpointChecks checks = new EndpointChecks(endpoints.quotas());
      scan(refreshed, checks);
      checks.finish();
    }
  }

  private void scan(ApplicationContext of, EndpointChecks checks) {
    Set<Handler> handlers = handlers(of);
    for (Handler handler : handlers) {
      String where = handler.toString();
      checks
          .read(where, () -> endpoints.of(handler))
          .ifPresent(
              endpoint -> {
                checks.use(where, endpoint);
                unmetered(handler, endpoint).ifPresent(checks::add);
              });
    }
    functions(of).tell(checks::add);
    BeanFactoryUtils.beansOfTypeIncludingAncestors(
            of, RequestMappingHandlerAdapter.class, true, false)
        .values()
        .forEach(adapter -> ChargingArguments.install(adapter, endpoints));
    new UnreadQuotas(of, "Spring MVC", HandlerScan::handles, handlers).find().forEach(checks::add);
  }

  /** Returns what to say about a handler that takes the charge of a request, and has none. */
  private Optional<String> unmetered(Handler handler, Endpoint endpoint) {
    boolean readsItsOwn =
        context.getBeanNamesForType(EndpointResolver.class, true, false).length > 1;
    return readsItsOwn || !endpoint.isFree()
        ? Optional.empty()
        : handler.unmetered(QuotaExchange.class);
  }

  /**
   * Returns whether a type handles requests. The module quota-servlet reads servlets and filters.
   */
  private static boolean handles(Class<?> type) {
    return HttpRequestHandler.class.isAssignableFrom(type)
        || Controller.class.isAssignableFrom(type);
  }

  private Set<Handler> handlers(ApplicationContext of) {
    Set<Handler> handlers = new LinkedHashSet<>();
    for (HandlerMapping mapping : lookup.mappings(of)) {
      if (mapping instanceof AbstractHandlerMethodMapping<?> methods) {
        methods.getHandlerMethods().values().forEach(it -> handlers.add(Handler.ofStart(it, of)));
      } else if (mapping instanceof AbstractUrlHandlerMapping urls) {
        List<Object> all = new ArrayList<>(urls.getHandlerMap().values());
        all.forEach(it -> handlers.add(Handler.ofStart(it, of)));
      }
    }
    return handlers;
  }

  /** Returns the functions that routers of beans call. */
  private UnreadFunctions functions(ApplicationContext of) {
    UnreadFunctions functions = new UnreadFunctions();
    for (HandlerMapping mapping : lookup.mappings(of)) {
      if (mapping instanceof RouterFunctionMapping routes && routes.getRouterFunction() != null) {
        routes.getRouterFunction().accept(new FunctionVisitor(functions));
      }
    }
    return functions;
  }
}
