package dev.quota.demo;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Refuses requests from pages of other origins. A page of another site whose name was pointed at
 * this machine (DNS rebinding) is recognised by the host that it asks for.
 */
@SuppressWarnings("serial") // filters of this demo are never serialised
final class StrangerFilter extends HttpFilter {

  /** DNS rebinding needs a name, so a host that is an address is safe. */
  private static final Pattern ADDRESS =
      Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}|\\[[0-9a-fA-F:.]{2,45}]");

  private static final Set<String> READING = Set.of("GET", "HEAD");

  private static final Problem UNKNOWN_HOST =
      new Problem(
          421,
          "Not this host",
          "The demo answers to localhost, to addresses and to the name given with --host.");

  private static final Problem OTHER_ORIGIN =
      new Problem(
          403,
          "Not from this page",
          "The request comes from a page of another origin. Send it from the demo's own page, or"
              + " from a program that is no browser.");

  private final String host;

  StrangerFilter(String host) {
    this.host = host;
  }

  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    if (!isKnown(request.getServerName())) {
      UNKNOWN_HOST.writeTo(response);
    } else if (changes(request) && !isOwn(request)) {
      OTHER_ORIGIN.writeTo(response);
    } else {
      chain.doFilter(request, response);
    }
  }

  private boolean isKnown(@Nullable String name) {
    return name != null
        && (name.equalsIgnoreCase("localhost")
            || name.equalsIgnoreCase(host)
            || ADDRESS.matcher(name).matches());
  }

  /** Returns whether a request can change or charge something. Endpoints charge for GET too. */
  private static boolean changes(HttpServletRequest request) {
    String path = request.getServletPath();
    return !READING.contains(request.getMethod())
        || path.startsWith("/api/")
        || path.startsWith("/demo/");
  }

  /**
   * Browsers send one of the two headers. A request without both is not from a page of another
   * origin.
   */
  private static boolean isOwn(HttpServletRequest request) {
    String site = request.getHeader("Sec-Fetch-Site");
    if (site != null) {
      return site.equals("same-origin") || site.equals("none");
    }
    String origin = request.getHeader("Origin");
    return origin == null
        || origin.equalsIgnoreCase(request.getScheme() + "://" + request.getHeader("Host"));
  }
}
