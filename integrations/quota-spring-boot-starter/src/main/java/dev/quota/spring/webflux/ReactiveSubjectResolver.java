package dev.quota.spring.webflux;

import dev.quota.Subject;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/**
 * Decides who is charged for a request to WebFlux. By default it is the person of Spring Security's
 * context, else the client's address. Implementations must be thread-safe and must not block.
 */
@FunctionalInterface
public interface ReactiveSubjectResolver {

  /**
   * Finds the subject of a request.
   *
   * @param exchange the request; the Reactor context has the values of earlier filters
   * @return who is charged, never empty
   */
  Mono<Subject> resolve(ServerWebExchange exchange);
}
