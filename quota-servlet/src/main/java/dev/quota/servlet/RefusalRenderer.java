package dev.quota.servlet;

import dev.quota.http.answer.RefusedRequest;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * Writes the body of a refusal. Status and headers are set already and may be changed.
 * Implementations must be thread-safe.
 *
 * <p>The default writes {@code application/problem+json} (RFC 9457), or a page for a person in a
 * browser.
 */
@FunctionalInterface
public interface RefusalRenderer {

  /**
   * Writes the body.
   *
   * @param refusal the refusal with its texts
   * @param request the request
   * @param response the response, uncommitted
   * @throws IOException if the client is gone
   */
  void render(RefusedRequest refusal, HttpServletRequest request, HttpServletResponse response)
      throws IOException;
}
