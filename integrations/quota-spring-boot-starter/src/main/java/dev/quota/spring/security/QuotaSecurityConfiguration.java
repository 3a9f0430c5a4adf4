package dev.quota.spring.security;

import dev.quota.servlet.SubjectResolver;
import dev.quota.spring.QuotaProperties;
import dev.quota.spring.SubjectCustomizer;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.util.ClassUtils;

/** Makes subjects from Spring Security, if it is there. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass(SecurityContextHolder.class)
public class QuotaSecurityConfiguration {

  /** The class whose absence says that Spring Security is not there. */
  public static final String SECURITY =
      "org.springframework.security.core.context.SecurityContextHolder";

  /** The bean by which Spring Security guards an application. */
  private static final String CHAIN = "springSecurityFilterChain";

  private static final String CLAIMS = "org.springframework.security.oauth2.core.ClaimAccessor";

  /** For Spring alone. */
  public QuotaSecurityConfiguration() {}

  /**
   * Says who is counted.
   *
   * @param properties say where the plan is
   * @param customizers of the application
   * @param beans of the application
   * @return the resolver
   */
  @Bean
  @ConditionalOnMissingBean
  public SubjectResolver quotaSubjectResolver(
      QuotaProperties properties,
      ObjectProvider<SubjectCustomizer> customizers,
      ListableBeanFactory beans) {
    List<SubjectCustomizer> ordered = customizers.orderedStream().toList();
    return new AuthenticationSubjects(
        plan(properties.subject()), ordered, beans.containsBean(CHAIN));
  }

  private static Function<Authentication, Optional<String>> plan(
      QuotaProperties.Subject properties) {
    String claim = properties.planClaim();
    String prefix = properties.planAuthorityPrefix();
    if (claim != null && !ClassUtils.isPresent(CLAIMS, null)) {
      throw new IllegalStateException(
          "quota.subject.plan-claim is \""
              + claim
              + "\", but without spring-security-oauth2-core nobody has claims: add it, or use"
              + " quota.subject.plan-authority-prefix or a SubjectCustomizer.");
    }
    return authentication ->
        claimed(authentication, claim).or(() -> granted(authentication, prefix));
  }

  private static Optional<String> claimed(Authentication authentication, @Nullable String claim) {
    return claim == null ? Optional.empty() : ClaimedPlan.of(authentication, claim);
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
