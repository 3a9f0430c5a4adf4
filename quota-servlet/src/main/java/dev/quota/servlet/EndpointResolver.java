package dev.quota.servlet;

import dev.quota.http.Endpoint;
import jakarta.servlet.http.HttpServletRequest;

/**
 * Says what a request costs. Implementations must be safe for use by several threads.
 *
 * <p>The default finds the {@code @Quota} annotations of the servlet that the container matched. A
 * resolver is not asked for a CORS preflight: it is free, and reaches what is behind the filter.
 * What a resolver charges must not do its work for {@code OPTIONS}.
 */
@FunctionalInterface
public interface EndpointResolver {

  /**
   * Returns the endpoint that a request will reach.
   *
   * @param request the request
   * @return the endpoint, {@link Endpoint#FREE} if nothing is charged
   */
  Endpoint resolve(HttpServletRequest request);
}
