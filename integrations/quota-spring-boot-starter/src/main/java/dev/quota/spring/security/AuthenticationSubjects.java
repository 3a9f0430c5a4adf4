package dev.quota.spring.security;

import dev.quota.Subject;
import dev.quota.servlet.SubjectResolver;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;

/**
 * Charges people by the name of their {@code Authentication}, and others as quota-servlet does: by
 * the container's principal, or by address. Thread-safe.
 */
final class AuthenticationSubjects implements SubjectResolver {

  private static final System.Logger LOG = System.getLogger(AuthenticationSubjects.class.getName());

  private final SubjectResolver others = SubjectResolver.principalOrAddress();
  private final AuthenticatedSubjects people;
  private final boolean chainExpected;
  private final AtomicBoolean told = new AtomicBoolean();

  /**
   * Creates a resolver.
   *
   * @param people makes the subjects of people
   * @param chainExpected whether the application has Spring Security's filter chain
   */
  AuthenticationSubjects(AuthenticatedSubjects people, boolean chainExpected) {
    this.people = people;
    this.chainExpected = chainExpected;
  }

  @Override
  public Subject resolve(HttpServletRequest request) {
    Authentication authentication = SecurityContextHolder.getContext().getAuthentication();
    if (authentication == null) {
      tellOnce(request);
    }
    Optional<Subject> person = people.of(authentication);
    return person.isPresent() ? person.get() : others.resolve(request);
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
