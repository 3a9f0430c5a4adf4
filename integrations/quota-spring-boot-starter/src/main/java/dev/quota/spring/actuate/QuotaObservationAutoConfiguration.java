package dev.quota.spring.actuate;

import dev.quota.micrometer.QuotaObservations;
import dev.quota.spring.QuotaAutoConfiguration;
import io.micrometer.observation.ObservationRegistry;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/** Observes decisions, if quota-micrometer and a registry of observations are there. */
@AutoConfiguration(
    before = QuotaAutoConfiguration.class,
    afterName = {
      "org.springframework.boot.actuate.autoconfigure.observation.ObservationAutoConfiguration",
      "org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration"
    })
@ConditionalOnClass({ObservationRegistry.class, QuotaObservations.class})
@ConditionalOnBean(ObservationRegistry.class)
public class QuotaObservationAutoConfiguration {

  /** Called by Spring. */
  public QuotaObservationAutoConfiguration() {}

  @Bean
  @ConditionalOnMissingBean
  QuotaObservations quotaObservations(ObservationRegistry registry) {
    return new QuotaObservations(registry);
  }
}
