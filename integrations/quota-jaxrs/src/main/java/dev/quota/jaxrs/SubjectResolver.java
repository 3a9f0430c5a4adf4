package dev.quota.jaxrs;

import dev.quota.Subject;
import dev.quota.http.CallerSubjects;
import jakarta.ws.rs.container.ContainerRequestContext;
import java.security.Principal;
import java.util.function.UnaryOperator;

/** Says who is charged for a request. Implementations must be safe for use by several threads. */
@FunctionalInterface
public interface SubjectResolver {

  /**
   * Returns the subject of a request. Filters of the application that authenticate have run before.
   *
   * @param request the request; {@link ContainerRequestContext#getSecurityContext} has the
   *     principal
   * @return who is charged, never null
   */
  Subject resolve(ContainerRequestContext request);

  /**
   * Returns the default: the authenticated principal, and without one the client's address. No
   * forwarding header is read, because any client can send one. An IPv6 address counts by its
   * network.
   *
   * <p>Jakarta REST does not tell addresses. They are known where the application runs in a servlet
   * container. Elsewhere a request without a principal fails, and the message says so.
   *
   * @return the resolver
   */
  static SubjectResolver principalOrAddress() {
    return principalOrAddress(UnaryOperator.identity());
  }

  /**
   * As {@link #principalOrAddress()}, with one subject for all spellings that the normaliser makes
   * one name of.
   *
   * @param normaliser makes the name to count by out of a principal's name, for instance {@link
   *     dev.quota.http.SubjectNames#canonical}; safe for use by several threads
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
