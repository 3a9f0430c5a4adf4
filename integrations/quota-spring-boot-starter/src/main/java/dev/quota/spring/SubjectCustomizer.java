package dev.quota.spring;

import dev.quota.Subject;
import org.springframework.security.core.Authentication;

/**
 * Adds what the application knows of a signed-in person: the plan, the time zone, the language, the
 * organisation. All beans of this type are called for each charged request, in their order.
 * Implementations must be thread-safe.
 *
 * <pre>{@code
 * @Bean
 * SubjectCustomizer plan() {
 *   return (subject, authentication) -> subject.plan(planOf(authentication));
 * }
 * }</pre>
 */
@FunctionalInterface
public interface SubjectCustomizer {

  /**
   * Adds to a subject.
   *
   * @param subject the builder, with the name of the authentication and the plan that properties
   *     configure
   * @param authentication the authentication, never anonymous
   */
  void customize(Subject.Builder subject, Authentication authentication);
}
