package dev.quota.spring.security;

import dev.quota.Subject;
import dev.quota.servlet.SubjectResolver;
import dev.quota.spring.SubjectCustomizer;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.security.authentication.AuthenticationTrustResolver;
import org.springframework.security.authentication.AuthenticationTrustResolverImpl;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;

/**
 * Counts people by the name of their {@code Authentication}, and everybody else as quota-servlet
 * does: by the container's principal, or by address.
 */
final class AuthenticationSubjects implements SubjectResolver {

  private static final System.Logger LOG = System.getLogger(AuthenticationSubjects.class.getName());

  private final SubjectResolver others = SubjectResolver.principalOrAddress();
  private final AuthenticationTrustResolver trust = new AuthenticationTrustResolverImpl();
  private final Function<Authentication, Optional<String>> plan;
  private final List<SubjectCustomizer> customizers;
  private final boolean chainExpected;
  private final AtomicBoolean told = new AtomicBoolean();

  /**
   * Creates a resolver.
   *
   * @param plan finds the plan that properties ask for
   * @param customizers of the application
   * @param chainExpected whether the application has Spring Security's filter chain
   */
  AuthenticationSubjects(
      Function<Authentication, Optional<String>> plan,
      List<SubjectCustomizer> customizers,
      boolean chainExpected) {
    this.plan = plan;
    this.customizers = customizers;
    this.chainExpected = chainExpected;
  }

  @Override
  public Subject resolve(HttpServletRequest request) {
    Authentication authentication = SecurityContextHolder.getContext().getAuthentication();
    if (authentication == null) {
      tellOnce(request);
    }
    if (!isPerson(authentication)) {
      return others.resolve(request);
    }
    Subject.Builder subject = Subject.builder(Subject.Kind.USER, authentication.getName());
    plan.apply(authentication).ifPresent(subject::plan);
    customizers.forEach(it -> it.customize(subject, authentication));
    return subject.build();
  }

  private boolean isPerson(@Nullable Authentication authentication) {
    return authentication != null
        && authentication.isAuthenticated()
        && !trust.isAnonymous(authentication)
        && authentication.getName() != null
        && !authentication.getName().isEmpty();
  }

  private void tellOnce(HttpServletRequest request) {
    if (chainExpected && told.compareAndSet(false, true)) {
      LOG.log(
          System.Logger.Level.WARNING,
          "A request to {0} reached the quota filter without an Authentication, so it is counted by"
              + " its principal or address. Either no chain of Spring Security covers this path, or"
              + " quota.filter.order puts the filter before Spring Security. This is said once.",
          request.getServletPath());
    }
  }
}
