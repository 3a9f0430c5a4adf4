package dev.quota.servlet;

import dev.quota.Subject;
import jakarta.servlet.http.HttpServletRequest;
import java.security.Principal;

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
   * @return the resolver
   */
  static SubjectResolver principalOrAddress() {
    WideNetworks networks = new WideNetworks(System::nanoTime);
    return request -> {
      Principal principal = request.getUserPrincipal();
      return principal == null || principal.getName() == null || principal.getName().isEmpty()
          ? Subject.address(networks.counted(ClientAddress.normalise(request.getRemoteAddr())))
          : Subject.user(principal.getName());
    };
  }
}
