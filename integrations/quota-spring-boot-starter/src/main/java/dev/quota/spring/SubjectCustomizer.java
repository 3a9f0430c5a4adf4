package dev.quota.spring;

import dev.quota.Subject;
import org.springframework.security.core.Authentication;

/**
 * Says what the application knows of a person who is signed in: the plan, the time zone, the
 * language, the organisation. All beans of this type are called for each metered request, in their
 * order. Implementations must be safe for use by several threads.
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
   * @param subject made from the authentication: its name, and the plan that properties find
   * @param authentication who is signed in, never anonymous
   */
  void customize(Subject.Builder subject, Authentication authentication);
}
