package dev.quota.jaxrs;

import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.core.FeatureContext;
import java.lang.reflect.Method;
import java.util.Optional;

/** The differences between implementations of Jakarta REST. */
interface RestServer {

  /** The request property with its server. */
  String PROPERTY = RestServer.class.getName();

  /**
   * Returns the implementation that runs an application.
   *
   * @throws IllegalStateException if it is not supported, because then charges would not be ended
   */
  static RestServer of(FeatureContext context) {
    String name = context.getClass().getName();
    if (name.startsWith("org.glassfish.jersey.")) {
      return new JerseyServer(context);
    }
    if (name.startsWith("org.jboss.resteasy.reactive.")) {
      // It has the same beginning, and nothing else in common.
      throw new IllegalStateException(
          "quota-jaxrs does not run on Quarkus REST, so it would charge nothing here: replace the"
              + " extension quarkus-rest with quarkus-resteasy, or charge with Quotas.charge");
    }
    if (name.startsWith("org.jboss.resteasy.")) {
      return new ResteasyServer();
    }
    throw new IllegalStateException(
        "quota-jaxrs runs on Jersey 3.1 or later and on RESTEasy 6.2 or later, and this is "
            + name
            + "; charge with Quotas.charge there, or through quota-http");
  }

  /** Returns the address of the client of a request that passed the filters of this module. */
  static String remoteAddress(ContainerRequestContext request) {
    return (request.getProperty(PROPERTY) instanceof RestServer server
            ? server.remoteAddress()
            : Optional.<String>empty())
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "this request has no principal, and this server does not tell the client's"
                        + " address; say who is charged, with"
                        + " QuotaFeature.builder(quotas).subjects(...)"));
  }

  /** Adds the state endpoints, and makes exchanges injectable. */
  void install(FeatureContext context, String base);

  /** Returns the address of the client of this thread's request, if it is known. */
  Optional<String> remoteAddress();

  /**
   * Makes an exchange injectable in this thread's request, and ends its call if it fails without a
   * filter.
   */
  void begin(ChargedCall call, QuotaExchange exchange);

  /** Prepares a method that sends events, before it runs. The call ends with its event sink. */
  default void follow(Method method, ChargedCall call) {}

  /** Observes an answer that goes on after it was written. Returns whether it does. */
  boolean follows(ContainerResponseContext response, ChargedCall call);
}
