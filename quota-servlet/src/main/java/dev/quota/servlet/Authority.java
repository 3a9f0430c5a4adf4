package dev.quota.servlet;

import jakarta.servlet.http.HttpServletRequest;

/** The host and port to which a client sent its request. */
final class Authority {

  private Authority() {}

  /**
   * Returns the authority of a request. HTTP/2 has no {@code Host} header (RFC 9113, section
   * 8.3.1), but the container knows the authority.
   */
  static String of(HttpServletRequest request) {
    String host = request.getHeader("Host");
    if (host != null) {
      return host;
    }
    int port = request.getServerPort();
    boolean usual = port == (request.isSecure() ? 443 : 80);
    return usual ? request.getServerName() : request.getServerName() + ":" + port;
  }
}
