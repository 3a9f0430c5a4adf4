package dev.quota.http.request;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Reads the query of a request target, by the URL standard of the WHATWG. Stateless. */
final class QueryString {

  private QueryString() {}

  /** Returns the first value of a parameter. */
  static Optional<String> first(String target, String name) {
    int query = target.indexOf('?');
    if (query < 0) {
      return Optional.empty();
    }
    int fragment = target.indexOf('#', query);
    String pairs = target.substring(query + 1, fragment < 0 ? target.length() : fragment);
    for (int start = 0; start <= pairs.length(); ) {
      int end = pairs.indexOf('&', start);
      String pair = pairs.substring(start, end < 0 ? pairs.length() : end);
      int equals = pair.indexOf('=');
      if (!pair.isEmpty() && decoded(equals < 0 ? pair : pair.substring(0, equals)).equals(name)) {
        return Optional.of(equals < 0 ? "" : decoded(pair.substring(equals + 1)));
      }
      start = end < 0 ? pairs.length() + 1 : end + 1;
    }
    return Optional.empty();
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      // A malformed escape is kept unchanged.
      return text;
    }
  }
}
