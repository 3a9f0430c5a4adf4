package dev.quota.spring.security;

import dev.quota.spring.webflux.ReactiveSubjectResolver;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.security.core.context.ReactiveSecurityContextHolder;

/** Finds who is charged for requests to WebFlux, if Spring Security is on the class path. */
@AutoConfiguration(after = QuotaSecurityAutoConfiguration.class)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
@ConditionalOnClass(ReactiveSecurityContextHolder.class)
public class QuotaReactiveSecurityAutoConfiguration {

  /** The bean with Spring Security's filter chain. */
  private static final String CHAIN = "org.springframework.security.web.server.WebFilterChainProxy";

  /** For Spring alone. */
  public QuotaReactiveSecurityAutoConfiguration() {}

  /**
   * Creates the resolver of subjects.
   *
   * @param people makes the subjects of people
   * @param beans the beans of the application
   * @return the resolver
   */
  @Bean
  @ConditionalOnMissingBean
  public ReactiveSubjectResolver quotaReactiveSubjectResolver(
      AuthenticatedSubjects people, ListableBeanFactory beans) {
    return new ReactiveAuthenticationSubjects(people, hasChain(beans));
  }

  private static boolean hasChain(ListableBeanFactory beans) {
    for (String name : beans.getBeanDefinitionNames()) {
      Class<?> type = beans.getType(name, false);
      if (type != null && type.getName().equals(CHAIN)) {
        return true;
      }
    }
    return false;
  }
}
