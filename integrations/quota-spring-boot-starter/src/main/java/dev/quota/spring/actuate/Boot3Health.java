package dev.quota.spring.actuate;

import dev.quota.Quotas;
import dev.quota.spring.QuotaProperties;
import org.springframework.boot.actuate.autoconfigure.health.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The health component of Boot 3. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass(name = "org.springframework.boot.actuate.health.HealthIndicator")
@ConditionalOnEnabledHealthIndicator("quota")
class Boot3Health {

  @Bean
  @ConditionalOnMissingBean(name = "quotaHealthIndicator")
  HealthIndicator quotaHealthIndicator(Quotas quotas, QuotaProperties properties) {
    return () -> {
      StoreStatus status = StoreStatus.of(quotas, properties);
      return Health.status(status.code()).withDetails(status.details()).build();
    };
  }
}
