package dev.quota.jaxrs;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.container.CompletionCallback;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.core.FeatureContext;
import jakarta.ws.rs.sse.SseEventSink;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Optional;
import org.jboss.resteasy.core.ResteasyContext;
import org.jboss.resteasy.plugins.server.Cleanables;
import org.jboss.resteasy.spi.HttpRequest;
import org.jboss.resteasy.spi.Registry;

/** RESTEasy 6.2 and later. */
final class ResteasyServer implements RestServer {

  @Override
  public void install(FeatureContext context, String base) {
    ResteasyContext.getRequiredContextData(Registry.class)
        .addSingletonResource(new StateResource(), base);
  }

  @Override
  public Optional<String> remoteAddress() {
    return Optional.ofNullable(ResteasyContext.getContextData(HttpServletRequest.class))
        .map(HttpServletRequest::getRemoteAddr);
  }

  @Override
  public void begin(ChargedCall call, QuotaExchange exchange) {
    ResteasyContext.pushContext(QuotaExchange.class, exchange);
    HttpRequest request = ResteasyContext.getRequiredContextData(HttpRequest.class);
    ResteasyContext.getRequiredContextData(Cleanables.class)
        .addCleanable(() -> threadLeft(request, call));
  }

  /** Ends a call that failed without a filter, for instance in an exception mapper. */
  private static void threadLeft(HttpRequest request, ChargedCall call) {
    if (request.getAsyncContext().isSuspended()) {
      CompletionCallback completed = failure -> call.endUnlessFollowed();
      request.getAsyncContext().getAsyncResponse().register(completed);
    } else {
      call.endUnlessFollowed();
    }
  }

  @Override
  public void follow(Method method, ChargedCall call) {
    SseEventSink sink = ResteasyContext.getContextData(SseEventSink.class);
    if (sink != null && List.of(method.getParameterTypes()).contains(SseEventSink.class)) {
      ResteasyContext.pushContext(SseEventSink.class, new FollowedSink(sink, call));
    }
  }

  @Override
  public boolean follows(ContainerResponseContext response, ChargedCall call) {
    return call.isFollowed();
  }
}
