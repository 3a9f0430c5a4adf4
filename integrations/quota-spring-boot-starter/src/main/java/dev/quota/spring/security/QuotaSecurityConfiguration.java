package dev.quota.spring.security;

import dev.quota.servlet.SubjectResolver;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.core.context.SecurityContextHolder;

/** Finds who is charged for servlet requests, if Spring Security is on the class path. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass(SecurityContextHolder.class)
public class QuotaSecurityConfiguration {

  /** A class of Spring Security, to detect whether it is missing. */
  public static final String SECURITY =
      "org.springframework.security.core.context.SecurityContextHolder";

  /** The bean with Spring Security's filter chain. */
  private static final String CHAIN = "springSecurityFilterChain";

  /** For Spring alone. */
  public QuotaSecurityConfiguration() {}

  /**
   * Creates the resolver of subjects.
   *
   * @param people makes the subjects of people
   * @param beans the beans of the application
   * @return the resolver
   */
  @Bean
  @ConditionalOnMissingBean
  public SubjectResolver quotaSubjectResolver(
      AuthenticatedSubjects people, ListableBeanFactory beans) {
    return new AuthenticationSubjects(people, beans.containsBean(CHAIN));
  }
}
