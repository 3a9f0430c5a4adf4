package dev.quota.http;

import java.util.List;
import java.util.Optional;

/**
 * What any stack can tell of a request, for the language and the shape of an answer. Used by the
 * thread that serves the request.
 */
public interface RequestView {

  /**
   * Returns the HTTP method.
   *
   * @return the method in capitals, such as {@code GET}
   */
  String method();

  /**
   * Returns the lines of a header.
   *
   * @param name the name, in any case
   * @return the values in their order; empty if the header was not sent
   */
  List<String> headers(String name);

  /**
   * Returns the first line of a header.
   *
   * @param name the name, in any case
   * @return the value; empty if the header was not sent
   */
  default Optional<String> header(String name) {
    return headers(name).stream().findFirst();
  }

  /**
   * Returns the host and port that the client addressed, as an address has them.
   *
   * @return the authority, such as {@code shop.example:8443}
   */
  String authority();

  /**
   * Returns the path and the query that the client sent, for a link on a page. Nothing is decided
   * by it.
   *
   * @return the target, such as {@code /chat?topic=1}
   */
  String target();

  /**
   * Returns whether the answer carries {@code Access-Control-Allow-Origin} already.
   *
   * @return true if a page of another origin may read the answer
   */
  boolean allowsOtherOrigins();

  /**
   * Returns the shape of the endpoint's refusals.
   *
   * @return by default a problem document
   */
  default ErrorFormat errors() {
    return ErrorFormat.PROBLEM;
  }

  /**
   * Returns whether the request asks for something, which caches store without being told.
   *
   * @return true for GET and HEAD
   */
  default boolean isRead() {
    return method().equals("GET") || method().equals("HEAD");
  }
}
