package dev.quota.jaxrs;

import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.core.FeatureContext;
import java.lang.reflect.Method;
import java.util.Optional;

/** What each implementation of Jakarta REST does in its own way. */
interface RestServer {

  /** Where a request keeps the server that serves it. */
  String PROPERTY = RestServer.class.getName();

  /**
   * Returns the implementation that runs an application.
   *
   * @throws IllegalStateException if it is not known, so that nothing would end what it charges
   */
  static RestServer of(FeatureContext context) {
    String name = context.getClass().getName();
    if (name.startsWith("org.glassfish.jersey.")) {
      return new JerseyServer(context);
    }
    if (name.startsWith("org.jboss.resteasy.")) {
      return new ResteasyServer();
    }
    throw new IllegalStateException(
        "quota-jaxrs runs on Jersey 3.1 or later and on RESTEasy 6.2 or later, and this is "
            + name
            + "; charge with Quotas.charge there, or through quota-http");
  }

  /** Returns the address of the client of a request that our own filters saw. */
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

  /** Adds the state endpoints, and what makes exchanges injectable. */
  void install(FeatureContext context, String base);

  /** Returns the address of the client whose request this thread serves, if it is known. */
  Optional<String> remoteAddress();

  /**
   * Makes an exchange injectable in the request that this thread serves, and sees to it that its
   * call ends where no filter sees how.
   */
  void begin(ChargedCall call, QuotaExchange exchange);

  /** Prepares a method that sends events, before it runs; the call ends with its sink. */
  default void follow(Method method, ChargedCall call) {}

  /** Follows an answer that goes on after it was written; returns whether it does. */
  boolean follows(ContainerResponseContext response, ChargedCall call);
}
