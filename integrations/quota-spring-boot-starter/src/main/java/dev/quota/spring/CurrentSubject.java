package dev.quota.spring;

import dev.quota.Subject;
import java.util.Optional;

/**
 * Says who calls a bean method that carries {@link dev.quota.Quota}. All beans of this type are
 * asked in their order; the first that knows decides. By default it is whom the current request
 * counts, and else the person of Spring Security's context. Implementations must be safe for use by
 * several threads.
 */
@FunctionalInterface
public interface CurrentSubject {

  /**
   * Finds who calls, in the thread of the call.
   *
   * @return the subject; empty if this does not know
   */
  Optional<Subject> find();
}
