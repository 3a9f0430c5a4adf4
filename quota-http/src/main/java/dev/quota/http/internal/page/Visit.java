package dev.quota.http.internal.page;

import dev.quota.http.request.RequestView;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a person came to a page.
 *
 * @param canReopen whether opening the same address repeats the request
 * @param cameFrom the path of the page of this site that linked here, if there is one
 */
public record Visit(boolean canReopen, Optional<String> cameFrom) {

  /** The length of the longest link. */
  private static final int LONGEST_ADDRESS = 2_048;

  public static Visit of(RequestView request) {
    return new Visit(request.method().equals("GET"), cameFrom(request));
  }

  private static Optional<String> cameFrom(RequestView request) {
    return request
        .header("Referer")
        .filter(referer -> referer.length() <= LONGEST_ADDRESS)
        .flatMap(referer -> pathOn(request.authority(), referer))
        .filter(path -> !path.equals(request.target()));
  }

  private static Optional<String> pathOn(String host, String address) {
    try {
      URI uri = new URI(address);
      String path = uri.getRawPath();
      // Two slashes at the start of a link would mean another host.
      boolean here =
          host.equalsIgnoreCase(uri.getRawAuthority())
              && path.startsWith("/")
              && !path.startsWith("//");
      return here ? Optional.of(withQuery(path, uri.getRawQuery())) : Optional.empty();
    } catch (URISyntaxException e) {
      // A malformed address gives no link.
      return Optional.empty();
    }
  }

  private static String withQuery(String path, @Nullable String query) {
    return query == null ? path : path + "?" + query;
  }
}
