package dev.quota.servlet;

import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a person came to a page.
 *
 * @param canReopen whether opening the same address again asks for the same thing
 * @param cameFrom the path of another page of this site that led here, if there is one
 */
record Visit(boolean canReopen, Optional<String> cameFrom) {

  /** Nobody needs a link that is longer. */
  private static final int LONGEST_ADDRESS = 2_048;

  static Visit of(HttpServletRequest request) {
    return new Visit(request.getMethod().equals("GET"), cameFrom(request));
  }

  private static Optional<String> cameFrom(HttpServletRequest request) {
    String referer = request.getHeader("Referer");
    if (referer == null || referer.length() > LONGEST_ADDRESS) {
      return Optional.empty();
    }
    return pathOn(Authority.of(request), referer).filter(path -> !path.equals(target(request)));
  }

  private static String target(HttpServletRequest request) {
    return withQuery(request.getRequestURI(), request.getQueryString());
  }

  private static Optional<String> pathOn(String host, String address) {
    try {
      URI uri = new URI(address);
      String path = uri.getRawPath();
      // Two slashes at the start of a link would name another host.
      boolean here =
          host.equalsIgnoreCase(uri.getRawAuthority())
              && path.startsWith("/")
              && !path.startsWith("//");
      return here ? Optional.of(withQuery(path, uri.getRawQuery())) : Optional.empty();
    } catch (URISyntaxException e) {
      // No address to go back to, and so no link.
      return Optional.empty();
    }
  }

  private static String withQuery(String path, @Nullable String query) {
    return query == null ? path : path + "?" + query;
  }
}
