package dev.quota.spring;

import dev.quota.Subject;
import java.util.Optional;

/**
 * Finds the caller of a bean method that is annotated with {@link dev.quota.Quota}. All beans of
 * this type are called in their order, and the first result is used. By default the caller is the
 * subject of the current request, else the person of Spring Security's context. Implementations
 * must be thread-safe.
 */
@FunctionalInterface
public interface CurrentSubject {

  /**
   * Finds the caller, in the thread of the call.
   *
   * @return the subject; empty if it is not known here
   */
  Optional<Subject> find();
}
