package dev.quota.spring.security;

import dev.quota.Subject;
import dev.quota.spring.webflux.AddressSubjects;
import dev.quota.spring.webflux.ReactiveSubjectResolver;
import java.util.concurrent.atomic.AtomicBoolean;
import org.springframework.security.core.context.ReactiveSecurityContextHolder;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/**
 * Charges people by the name of their {@code Authentication} in the Reactor context, and others by
 * address. Thread-safe.
 */
final class ReactiveAuthenticationSubjects implements ReactiveSubjectResolver {

  private static final System.Logger LOG =
      System.getLogger(ReactiveAuthenticationSubjects.class.getName());

  private final AddressSubjects others = new AddressSubjects();
  private final AuthenticatedSubjects people;
  private final boolean chainExpected;
  private final AtomicBoolean told = new AtomicBoolean();

  /**
   * Creates a resolver.
   *
   * @param people makes the subjects of people
   * @param chainExpected whether the application has Spring Security's filter chain
   */
  ReactiveAuthenticationSubjects(AuthenticatedSubjects people, boolean chainExpected) {
    this.people = people;
    this.chainExpected = chainExpected;
  }

  @Override
  public Mono<Subject> resolve(ServerWebExchange exchange) {
    return Mono.deferContextual(
        context -> {
          // Spring Security's filter chain sets it for each request, even if nobody is signed in.
          if (!context.hasKey(SecurityContext.class)) {
            tellOnce(exchange);
          }
          return ReactiveSecurityContextHolder.getContext()
              .mapNotNull(SecurityContext::getAuthentication)
              .mapNotNull(authentication -> people.of(authentication).orElse(null))
              .switchIfEmpty(Mono.fromSupplier(() -> others.byAddress(exchange)));
        });
  }

  private void tellOnce(ServerWebExchange exchange) {
    if (chainExpected && told.compareAndSet(false, true)) {
      LOG.log(
          System.Logger.Level.WARNING,
          "A request to {0} reached the quota filter past Spring Security, so it is counted by its"
              + " address. Either no chain of Spring Security covers this path, or"
              + " quota.filter.order puts the filter before Spring Security. This is said once.",
          exchange.getRequest().getPath().pathWithinApplication().value());
    }
  }
}
