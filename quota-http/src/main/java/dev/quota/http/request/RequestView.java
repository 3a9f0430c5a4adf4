package dev.quota.http.request;

import dev.quota.http.answer.ErrorFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A request, as every framework can provide it before the body is read. It gives the cost, and the
 * language and the format of an answer. Not thread-safe, unless an adapter says otherwise.
 *
 * <pre>{@code
 * public final class ImageCost implements CostFunction<RequestView> {
 *   public long costOf(RequestView request) {
 *     return request.parameter("size").equals(Optional.of("large")) ? 4 : 1;
 *   }
 * }
 * }</pre>
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
   * Returns the host and port to which the client sent the request.
   *
   * @return the authority, such as {@code shop.example:8443}
   */
  String authority();

  /**
   * Returns the path and the query that the client sent. They are only used for a link on a page
   * and for {@link #parameter}.
   *
   * @return the target, such as {@code /chat?topic=1}
   */
  String target();

  /**
   * Returns whether the answer has {@code Access-Control-Allow-Origin} already.
   *
   * @return true if a page of another origin may read the answer
   */
  boolean allowsOtherOrigins();

  /**
   * Returns the format of the endpoint's refusals.
   *
   * @return by default a problem document
   */
  default ErrorFormat errors() {
    return ErrorFormat.PROBLEM;
  }

  /**
   * Returns whether the request only reads. Caches may store the answers of such requests by
   * default.
   *
   * @return true for GET and HEAD
   */
  default boolean isRead() {
    return method().equals("GET") || method().equals("HEAD");
  }

  /**
   * Returns a parameter of the query. A form in the body is not read.
   *
   * @param name the name
   * @return its first value, decoded; empty if it was not sent
   */
  default Optional<String> parameter(String name) {
    return QueryString.first(target(), name);
  }

  /**
   * Returns the length of the body that the client declares.
   *
   * @return bytes, zero or more; empty if the client declares none, as with a chunked body
   */
  default OptionalLong contentLength() {
    String told = header("Content-Length").orElse("").strip();
    // At most 18 digits fit into a long.
    return told.matches("[0-9]{1,18}")
        ? OptionalLong.of(Long.parseLong(told))
        : OptionalLong.empty();
  }

  /**
   * Returns the framework's own request, whose body must not be read.
   *
   * @param <T> its type
   * @param type its type, such as {@code HttpServletRequest}
   * @return the request; empty if the framework has none of that type
   */
  default <T> Optional<T> unwrap(Class<T> type) {
    return Optional.empty();
  }

  /**
   * Returns whether this is a CORS preflight. It costs nothing. The CORS support of the application
   * must answer it.
   *
   * @return true for a CORS preflight, as the Fetch standard describes it
   */
  default boolean isPreflight() {
    return method().equals("OPTIONS")
        && header("Origin").isPresent()
        && header("Access-Control-Request-Method").isPresent();
  }
}
