package dev.quota.spring.actuate;

import dev.quota.Quotas;
import dev.quota.spring.QuotaAutoConfiguration;
import dev.quota.spring.method.EndpointListing;
import dev.quota.spring.method.QuotaMethodAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** The health of the store and the endpoint {@code quota}, if Actuator is on the class path. */
@AutoConfiguration(after = {QuotaAutoConfiguration.class, QuotaMethodAutoConfiguration.class})
@Import({Boot3Health.class, Boot4Health.class})
public class QuotaActuatorAutoConfiguration {

  /** For Spring alone. */
  public QuotaActuatorAutoConfiguration() {}

  /** The endpoint. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(
      name = {
        "org.springframework.boot.actuate.endpoint.annotation.Endpoint",
        "org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint"
      })
  static class Described {

    @Bean
    @ConditionalOnMissingBean
    @ConditionalOnAvailableEndpoint
    QuotaEndpoint quotaEndpoint(Quotas quotas, EndpointListing endpoints) {
      return new QuotaEndpoint(quotas, endpoints);
    }
  }
}
