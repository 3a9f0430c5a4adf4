package dev.quota.spring.security;

import dev.quota.spring.CurrentSubject;
import dev.quota.spring.QuotaProperties;
import dev.quota.spring.ReactiveCurrentSubject;
import dev.quota.spring.SubjectCustomizer;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.core.context.ReactiveSecurityContextHolder;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.util.ClassUtils;

/** Makes subjects from Spring Security, if it is on the class path. */
@AutoConfiguration
@ConditionalOnClass(SecurityContextHolder.class)
@EnableConfigurationProperties(QuotaProperties.class)
public class QuotaSecurityAutoConfiguration {

  private static final String CLAIMS = "org.springframework.security.oauth2.core.ClaimAccessor";

  /** For Spring alone. */
  public QuotaSecurityAutoConfiguration() {}

  /**
   * Creates the maker of subjects of signed-in people.
   *
   * @param properties the properties with the source of the plan
   * @param customizers the customizers of the application
   * @return the maker
   */
  @Bean
  @ConditionalOnMissingBean
  public AuthenticatedSubjects quotaAuthenticatedSubjects(
      QuotaProperties properties, ObjectProvider<SubjectCustomizer> customizers) {
    return new AuthenticatedSubjects(
        plan(properties.subject()),
        Stream.concat(
                Stream.of(new ClaimedLocale(properties.subject())), customizers.orderedStream())
            .toList());
  }

  @Bean
  @Order(Ordered.LOWEST_PRECEDENCE)
  CurrentSubject quotaAuthenticatedCaller(AuthenticatedSubjects people) {
    return () -> people.of(SecurityContextHolder.getContext().getAuthentication());
  }

  /** In a Reactor context. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(name = "reactor.core.publisher.Mono")
  static class Reactive {

    @Bean
    @Order(Ordered.LOWEST_PRECEDENCE)
    ReactiveCurrentSubject quotaReactiveCaller(AuthenticatedSubjects people) {
      return () ->
          ReactiveSecurityContextHolder.getContext()
              .mapNotNull(it -> people.of(it.getAuthentication()).orElse(null));
    }
  }

  private static Function<Authentication, Optional<String>> plan(
      QuotaProperties.Subject properties) {
    String claim = properties.planClaim();
    String prefix = properties.planAuthorityPrefix();
    requireClaims("plan-claim", claim, "use quota.subject.plan-authority-prefix or ");
    requireClaims("locale-claim", properties.localeClaim(), "use ");
    requireClaims("zone-claim", properties.zoneClaim(), "use ");
    return authentication ->
        claimed(authentication, claim).or(() -> granted(authentication, prefix));
  }

  private static void requireClaims(String property, @Nullable String claim, String instead) {
    if (claim != null && !ClassUtils.isPresent(CLAIMS, null)) {
      throw new IllegalStateException(
          "quota.subject."
              + property
              + " is \""
              + claim
              + "\", but without spring-security-oauth2-core nobody has claims: add it, or "
              + instead
              + "a SubjectCustomizer.");
    }
  }

  private static Optional<String> claimed(Authentication authentication, @Nullable String claim) {
    return claim == null ? Optional.empty() : Claims.text(authentication, claim);
  }

  private static Optional<String> granted(Authentication authentication, @Nullable String prefix) {
    return prefix == null
        ? Optional.empty()
        : authentication.getAuthorities().stream()
            .map(GrantedAuthority::getAuthority)
            .filter(it -> it != null && it.startsWith(prefix) && it.length() > prefix.length())
            .map(it -> it.substring(prefix.length()))
            .findFirst();
  }
}
