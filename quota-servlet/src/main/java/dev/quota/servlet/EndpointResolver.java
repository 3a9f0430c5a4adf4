package dev.quota.servlet;

import dev.quota.http.Endpoint;
import jakarta.servlet.http.HttpServletRequest;

/**
 * Finds the endpoint of a request, which says what the request costs. Implementations must be
 * thread-safe.
 *
 * <p>The default finds the {@code @Quota} annotations of the servlet that the container matched. A
 * resolver is not called for a CORS preflight, which is free and passes the filter. So an endpoint
 * that a resolver charges must not do its work for {@code OPTIONS}.
 */
@FunctionalInterface
public interface EndpointResolver {

  /**
   * Returns the endpoint of a request.
   *
   * @param request the request
   * @return the endpoint, {@link Endpoint#FREE} if nothing is charged
   */
  Endpoint resolve(HttpServletRequest request);
}
