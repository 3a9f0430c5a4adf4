package dev.quota.spring.security;

import dev.quota.spring.webflux.ReactiveSubjectResolver;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.security.core.context.ReactiveSecurityContextHolder;

/** Says whom requests to WebFlux count, if Spring Security is there. */
@AutoConfiguration(after = QuotaSecurityAutoConfiguration.class)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
@ConditionalOnClass(ReactiveSecurityContextHolder.class)
public class QuotaReactiveSecurityAutoConfiguration {

  /** The bean by which Spring Security guards an application. */
  private static final String CHAIN = "org.springframework.security.web.server.WebFilterChainProxy";

  /** For Spring alone. */
  public QuotaReactiveSecurityAutoConfiguration() {}

  /**
   * Says who is counted.
   *
   * @param people makes subjects of people
   * @param beans of the application
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
