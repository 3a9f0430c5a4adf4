package dev.quota.servlet;

import dev.quota.Subject;
import dev.quota.http.CallerSubjects;
import dev.quota.http.SubjectNames;
import jakarta.servlet.http.HttpServletRequest;
import java.security.Principal;
import java.util.function.UnaryOperator;

/** Says who is charged for a request. Implementations must be safe for use by several threads. */
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
   * Returns the default: the authenticated principal, and without one the client's address.
   *
   * <p>The address is {@link HttpServletRequest#getRemoteAddr}; no forwarding header is read,
   * because any client can send one. A port that a gateway adds and a zone are left out. An IPv6
   * address counts by its /64 network; an IPv4 address within IPv6, mapped (RFC 4291) or translated
   * (NAT64, RFC 6052), counts as IPv4. No name is looked up.
   *
   * <p>Of one /56 the first 32 networks of a day count by themselves, and of one /48 the first
   * 1,024, on each node; further ones count together as their /56 or /48. So nobody who holds many
   * networks begins a fresh allowance with each.
   *
   * <p>The name of a principal is taken as it is: names that differ in case, in their Unicode form
   * or in a trailing space are several subjects. If the login takes them for one person, use {@link
   * #principalOrAddress(UnaryOperator)}.
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
   * <p>It must say the same as the login: if that tells two spellings apart and the normaliser does
   * not, two people share one quota. An address is not normalised by it. Counts of earlier
   * spellings stay where they are, and are not read any more.
   *
   * @param normaliser makes the name to count by out of a principal's name, for instance {@link
   *     SubjectNames#canonical} or {@link SubjectNames#canonicalIgnoringCase}; safe for use by
   *     several threads. If it returns null or an empty name, the resolver throws an {@link
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
