package dev.quota.jaxrs;

import dev.quota.Subject;
import dev.quota.http.CallerSubjects;
import jakarta.ws.rs.container.ContainerRequestContext;
import java.security.Principal;
import java.util.function.UnaryOperator;

/** Decides who is charged for a request. Implementations must be thread-safe. */
@FunctionalInterface
public interface SubjectResolver {

  /**
   * Returns the subject of a request. Authentication filters of the application have run before.
   *
   * @param request the request; {@link ContainerRequestContext#getSecurityContext} has the
   *     principal
   * @return who is charged, never null
   */
  Subject resolve(ContainerRequestContext request);

  /**
   * Returns the default: the authenticated principal, or the client's address if there is none.
   * Forwarding headers are not read, because any client can send them. An IPv6 address counts as
   * its /64 network.
   *
   * <p>Jakarta REST has no addresses of clients. They are known if the application runs in a
   * servlet container. Elsewhere a request without a principal fails, and the message says so.
   *
   * @return the resolver
   */
  static SubjectResolver principalOrAddress() {
    return principalOrAddress(UnaryOperator.identity());
  }

  /**
   * As {@link #principalOrAddress()}, with one subject for all names that the normaliser makes
   * equal.
   *
   * @param normaliser turns a principal's name into the name to count, for instance {@link
   *     dev.quota.http.SubjectNames#canonical}; must be thread-safe
   * @return the resolver
   */
  static SubjectResolver principalOrAddress(UnaryOperator<String> normaliser) {
    CallerSubjects callers = new CallerSubjects(normaliser);
    return request -> {
      Principal principal =
          request.getSecurityContext() == null
              ? null
              : request.getSecurityContext().getUserPrincipal();
      return principal == null || principal.getName() == null || principal.getName().isEmpty()
          ? callers.address(RestServer.remoteAddress(request))
          : callers.principal(principal.getName());
    };
  }
}
