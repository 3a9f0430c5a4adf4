package dev.quota.jaxrs;

import dev.quota.http.answer.Content;
import dev.quota.http.answer.RefusedRequest;
import jakarta.ws.rs.container.ContainerRequestContext;

/** Makes the body of a refusal. Implementations must be thread-safe. */
@FunctionalInterface
public interface RefusalRenderer {

  /**
   * Renders a refusal.
   *
   * @param refusal the refusal; its texts are plain text, so escape them
   * @param request the request that is refused
   * @return the body; status and headers are set already
   */
  Content render(RefusedRequest refusal, ContainerRequestContext request);
}
