package dev.quota.spring.security;

import dev.quota.servlet.SubjectResolver;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.core.context.SecurityContextHolder;

/** Says whom servlet requests count, if Spring Security is there. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass(SecurityContextHolder.class)
public class QuotaSecurityConfiguration {

  /** The class whose absence says that Spring Security is not there. */
  public static final String SECURITY =
      "org.springframework.security.core.context.SecurityContextHolder";

  /** The bean by which Spring Security guards an application. */
  private static final String CHAIN = "springSecurityFilterChain";

  /** For Spring alone. */
  public QuotaSecurityConfiguration() {}

  /**
   * Says who is counted.
   *
   * @param people makes subjects of people
   * @param beans of the application
   * @return the resolver
   */
  @Bean
  @ConditionalOnMissingBean
  public SubjectResolver quotaSubjectResolver(
      AuthenticatedSubjects people, ListableBeanFactory beans) {
    return new AuthenticationSubjects(people, beans.containsBean(CHAIN));
  }
}
