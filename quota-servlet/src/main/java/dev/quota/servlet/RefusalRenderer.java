package dev.quota.servlet;

import dev.quota.http.answer.RefusedRequest;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * Writes the body of a refusal. Status and headers are set already; setting them again is allowed.
 * Implementations must be safe for use by several threads.
 *
 * <p>The default writes {@code application/problem+json} (RFC 9457), and a page for a person who
 * navigates.
 */
@FunctionalInterface
public interface RefusalRenderer {

  /**
   * Writes the body.
   *
   * @param refusal what is refused, and the words for it
   * @param request the request
   * @param response the response, uncommitted
   * @throws IOException if the client is gone
   */
  void render(RefusedRequest refusal, HttpServletRequest request, HttpServletResponse response)
      throws IOException;
}
