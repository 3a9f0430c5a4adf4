package dev.quota.jaxrs;

import dev.quota.http.Endpoint;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.container.DynamicFeature;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.FeatureContext;
import jakarta.ws.rs.ext.WriterInterceptor;
import java.lang.reflect.Method;
import java.util.Map;

/** Registers the filters of each method that charges something. */
final class MeteredMethods implements DynamicFeature {

  /** After the filters of the application, but before RESTEasy makes a method asynchronous. */
  private static final int LAST = Integer.MAX_VALUE - 1;

  private static final int BEHIND_LAST = Integer.MAX_VALUE;

  /** Response filters run in the opposite order, so this one is the last. */
  private static final int OUTERMOST = 0;

  private final ResourceEndpoints endpoints;
  private final Charging charging;

  MeteredMethods(ResourceEndpoints endpoints, Charging charging) {
    this.endpoints = endpoints;
    this.charging = charging;
  }

  @Override
  public void configure(ResourceInfo resource, FeatureContext context) {
    Class<?> type = resource.getResourceClass();
    Method method = resource.getResourceMethod();
    if (type == StateResource.class) {
      context.register(new StateFilter(charging), LAST);
      context.register(new AnswerFilter(charging), OUTERMOST);
      return;
    }
    Endpoint endpoint = endpoints.of(type, method);
    if (!endpoint.isFree()) {
      context.register(new ChargeFilter(charging, endpoint), LAST);
      context.register(new SinkFilter(charging.server(), method), BEHIND_LAST);
      context.register(
          new AnswerFilter(charging),
          Map.of(ContainerResponseFilter.class, OUTERMOST, WriterInterceptor.class, OUTERMOST));
    }
  }

  /** Wraps the event sink of a method. */
  private record SinkFilter(RestServer server, Method method) implements ContainerRequestFilter {
    @Override
    public void filter(ContainerRequestContext request) {
      if (request.getProperty(ChargedCall.PROPERTY) instanceof ChargedCall call) {
        server.follow(method, call);
      }
    }
  }
}
