package dev.quota.spring;

import dev.quota.Subject;
import reactor.core.publisher.Mono;

/**
 * Says who calls a bean method that carries {@link dev.quota.Quota} and returns a publisher, where
 * no {@link CurrentSubject} knows: from the Reactor context. All beans of this type are asked in
 * their order; the first that knows decides. By default it is the person of Spring Security's
 * context.
 */
@FunctionalInterface
public interface ReactiveCurrentSubject {

  /**
   * Finds who calls, when the publisher is subscribed to.
   *
   * @return the subject; empty if this does not know
   */
  Mono<Subject> find();
}
