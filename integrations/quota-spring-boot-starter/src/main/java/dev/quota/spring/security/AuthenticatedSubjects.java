package dev.quota.spring.security;

import dev.quota.Subject;
import dev.quota.spring.SubjectCustomizer;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.security.authentication.AuthenticationTrustResolver;
import org.springframework.security.authentication.AuthenticationTrustResolverImpl;
import org.springframework.security.core.Authentication;

/** Makes the subjects of signed-in people. Thread-safe. */
public final class AuthenticatedSubjects {

  private final AuthenticationTrustResolver trust = new AuthenticationTrustResolverImpl();
  private final Function<Authentication, Optional<String>> plan;
  private final List<SubjectCustomizer> customizers;

  /**
   * Creates it.
   *
   * @param plan finds the plan by the properties
   * @param customizers the customizers of the application
   */
  AuthenticatedSubjects(
      Function<Authentication, Optional<String>> plan, List<SubjectCustomizer> customizers) {
    this.plan = plan;
    this.customizers = customizers;
  }

  /**
   * Returns the subject of an authentication.
   *
   * @param authentication the authentication of the request or thread
   * @return the subject; empty if nobody is signed in, or if there is no name
   */
  public Optional<Subject> of(@Nullable Authentication authentication) {
    if (authentication == null || !isPerson(authentication)) {
      return Optional.empty();
    }
    Subject.Builder subject = Subject.builder(Subject.Kind.USER, authentication.getName());
    plan.apply(authentication).ifPresent(subject::plan);
    customizers.forEach(it -> it.customize(subject, authentication));
    return Optional.of(subject.build());
  }

  private boolean isPerson(Authentication authentication) {
    return authentication.isAuthenticated()
        && !trust.isAnonymous(authentication)
        && authentication.getName() != null
        && !authentication.getName().isEmpty();
  }
}
