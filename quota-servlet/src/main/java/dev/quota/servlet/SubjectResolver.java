package dev.quota.servlet;

import dev.quota.Subject;
import dev.quota.http.CallerSubjects;
import dev.quota.http.SubjectNames;
import jakarta.servlet.http.HttpServletRequest;
import java.security.Principal;
import java.util.function.UnaryOperator;

/** Decides who is charged for a request. Implementations must be thread-safe. */
@FunctionalInterface
public interface SubjectResolver {

  /**
   * Returns the subject of a request.
   *
   * @param request the request
   * @return who is charged, never null
   */
  Subject resolve(HttpServletRequest request);

  /**
   * Returns the default: the authenticated principal, or the client's address if there is none.
   *
   * <p>The address is {@link HttpServletRequest#getRemoteAddr}. Forwarding headers are not read,
   * because any client can send them. A port and a zone are removed. An IPv6 address counts as its
   * /64 network. An IPv4 address inside IPv6, mapped (RFC 4291) or translated (NAT64, RFC 6052),
   * counts as IPv4. No name is looked up.
   *
   * <p>In one day and on each node, the first 32 networks of a /56 and the first 1,024 of a /48
   * count separately. Further ones count together as their /56 or /48. So a subscriber with many
   * networks does not get a new allowance with each.
   *
   * <p>The name of a principal is used unchanged. Names that differ in case, in their Unicode form
   * or in a trailing space are different subjects. If the login treats them as one person, use
   * {@link #principalOrAddress(UnaryOperator)}.
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
   * <p>It must agree with the login. If the login distinguishes two names and the normaliser does
   * not, two people share one quota. Addresses are not normalised. Counts under the old names are
   * not read any more.
   *
   * @param normaliser turns a principal's name into the name to count, for instance {@link
   *     SubjectNames#canonical} or {@link SubjectNames#canonicalIgnoringCase}; must be thread-safe.
   *     If it returns null or an empty name, the resolver throws an {@link
   *     IllegalArgumentException}.
   * @return the resolver
   */
  static SubjectResolver principalOrAddress(UnaryOperator<String> normaliser) {
    CallerSubjects callers = new CallerSubjects(normaliser);
    return request -> {
      Principal principal = request.getUserPrincipal();
      return principal == null || principal.getName() == null || principal.getName().isEmpty()
          ? callers.address(request.getRemoteAddr())
          : callers.principal(principal.getName());
    };
  }
}
