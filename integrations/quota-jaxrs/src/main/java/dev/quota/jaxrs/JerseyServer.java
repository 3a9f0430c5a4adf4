package dev.quota.jaxrs;

import jakarta.inject.Inject;
import jakarta.inject.Provider;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.core.Configuration;
import jakarta.ws.rs.core.FeatureContext;
import java.util.Optional;
import org.glassfish.hk2.api.Factory;
import org.glassfish.hk2.utilities.binding.AbstractBinder;
import org.glassfish.jersey.InjectionManagerProvider;
import org.glassfish.jersey.internal.inject.InjectionManager;
import org.glassfish.jersey.process.internal.RequestScoped;
import org.glassfish.jersey.server.ChunkedOutput;
import org.glassfish.jersey.server.model.ModelProcessor;
import org.glassfish.jersey.server.model.Resource;
import org.glassfish.jersey.server.model.ResourceModel;
import org.glassfish.jersey.server.monitoring.ApplicationEvent;
import org.glassfish.jersey.server.monitoring.ApplicationEventListener;
import org.glassfish.jersey.server.monitoring.RequestEvent;
import org.glassfish.jersey.server.monitoring.RequestEventListener;
import org.jspecify.annotations.Nullable;

/** Jersey 3.1 and later. */
final class JerseyServer implements RestServer {

  private static final System.Logger LOG = System.getLogger(JerseyServer.class.getName());

  private final InjectionManager manager;

  JerseyServer(FeatureContext context) {
    manager = InjectionManagerProvider.getInjectionManager(context);
  }

  @Override
  public void install(FeatureContext context, String base) {
    context.register(new StateModel(base));
    context.register(new FinishedRequests());
    if (isPresent("org.glassfish.hk2.utilities.binding.AbstractBinder")) {
      context.register(new ExchangeBinder());
    }
  }

  private static boolean isPresent(String className) {
    try {
      Class<?> unused = Class.forName(className, false, JerseyServer.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException e) {
      LOG.log(System.Logger.Level.DEBUG, "Exchanges are not injectable.", e);
      return false;
    }
  }

  @Override
  public Optional<String> remoteAddress() {
    return isPresent("jakarta.servlet.http.HttpServletRequest")
        ? ServletAddress.of(manager)
        : Optional.empty();
  }

  /** A separate class, because the servlet API may be missing. */
  private static final class ServletAddress {
    static Optional<String> of(InjectionManager manager) {
      return Optional.ofNullable(manager.getInstance(HttpServletRequest.class))
          .map(HttpServletRequest::getRemoteAddr);
    }
  }

  @Override
  public void begin(ChargedCall call, QuotaExchange exchange) {
    // Nothing to do: the binder and the listener find them in the request.
  }

  @Override
  public boolean follows(ContainerResponseContext response, ChargedCall call) {
    if (!(response.getEntity() instanceof ChunkedOutput)) {
      return false;
    }
    response.setEntityStream(new FollowedStream(response.getEntityStream(), call, true));
    return true;
  }

  /** Adds the state endpoints to the resources of the application. */
  private record StateModel(String base) implements ModelProcessor {

    @Override
    public ResourceModel processResourceModel(ResourceModel model, Configuration configuration) {
      Resource.Builder resource =
          Resource.builder(base.substring(1) + "{" + StateResource.PATH + ": (/.*)?}");
      resource.addMethod("GET").handledBy(StateResource.class, StateResource.GET);
      return new ResourceModel.Builder(model, false).addResource(resource.build()).build();
    }

    @Override
    public ResourceModel processSubResource(ResourceModel model, Configuration configuration) {
      return model;
    }
  }

  /** Ends calls that failed without a filter, for instance in an exception mapper. */
  private static final class FinishedRequests implements ApplicationEventListener {

    @Override
    public void onEvent(ApplicationEvent event) {
      // Only requests matter.
    }

    @Override
    public RequestEventListener onRequest(RequestEvent event) {
      return new FinishedRequest();
    }
  }

  /**
   * Keeps the call, because at the end of asynchronous work the thread may serve another request.
   */
  private static final class FinishedRequest implements RequestEventListener {

    private volatile @Nullable ChargedCall call;

    @Override
    public void onEvent(RequestEvent event) {
      ChargedCall known = call;
      if (event.getType() == RequestEvent.Type.REQUEST_FILTERED) {
        call = (ChargedCall) event.getContainerRequest().getProperty(ChargedCall.PROPERTY);
      } else if (event.getType() == RequestEvent.Type.FINISHED && known != null) {
        known.endUnlessFollowed();
      }
    }
  }

  /** Makes exchanges injectable with {@code @Context}. */
  private static final class ExchangeBinder extends AbstractBinder {
    @Override
    protected void configure() {
      bindFactory(Exchanges.class).to(QuotaExchange.class).in(RequestScoped.class);
    }
  }

  /** Finds the exchange of a request. Public for HK2. */
  public static final class Exchanges implements Factory<QuotaExchange> {

    private final Provider<ContainerRequestContext> request;

    /**
     * For HK2.
     *
     * @param request the request
     */
    @Inject
    public Exchanges(Provider<ContainerRequestContext> request) {
      this.request = request;
    }

    @Override
    public QuotaExchange provide() {
      return QuotaExchange.of(request.get());
    }

    @Override
    public void dispose(QuotaExchange exchange) {
      // The request ends it.
    }
  }
}
