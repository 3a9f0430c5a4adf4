package dev.quota.spring.actuate;

import dev.quota.Quotas;
import dev.quota.spring.QuotaProperties;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingClass;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The health component of Boot 4, which has other classes for it. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass(name = "org.springframework.boot.health.contributor.HealthIndicator")
@ConditionalOnMissingClass("org.springframework.boot.actuate.health.HealthIndicator")
@ConditionalOnEnabledHealthIndicator("quota")
class Boot4Health {

  @Bean
  @ConditionalOnMissingBean(name = "quotaHealthIndicator")
  HealthIndicator quotaHealthIndicator(Quotas quotas, QuotaProperties properties) {
    return () -> {
      StoreStatus status = StoreStatus.of(quotas, properties);
      return Health.status(status.code()).withDetails(status.details()).build();
    };
  }
}
