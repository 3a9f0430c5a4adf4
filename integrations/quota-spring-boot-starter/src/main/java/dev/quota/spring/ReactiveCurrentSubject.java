package dev.quota.spring;

import dev.quota.Subject;
import reactor.core.publisher.Mono;

/**
 * Finds the caller of a bean method that is annotated with {@link dev.quota.Quota} and returns a
 * publisher, from the Reactor context. It is used if no {@link CurrentSubject} finds the caller.
 * All beans of this type are called in their order, and the first result is used. By default it is
 * the person of Spring Security's context. Implementations must be thread-safe.
 */
@FunctionalInterface
public interface ReactiveCurrentSubject {

  /**
   * Finds the caller, when the publisher is subscribed to.
   *
   * @return the subject; empty if it is not known here
   */
  Mono<Subject> find();
}
