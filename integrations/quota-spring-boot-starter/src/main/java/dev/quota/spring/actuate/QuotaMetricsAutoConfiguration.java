package dev.quota.spring.actuate;

import dev.quota.Quotas;
import dev.quota.micrometer.QuotaMetrics;
import dev.quota.micrometer.QuotaMetricsListener;
import dev.quota.micrometer.TimedQuotaStore;
import dev.quota.micrometer.UsageMetrics;
import dev.quota.models.UsageFaults;
import dev.quota.spi.QuotaStore;
import dev.quota.spring.QuotaAutoConfiguration;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Metrics of decisions and of the store, if quota-micrometer and a meter registry are present. */
@AutoConfiguration(
    before = QuotaAutoConfiguration.class,
    afterName = {
      "org.springframework.boot.actuate.autoconfigure.metrics.CompositeMeterRegistryAutoConfiguration",
      "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration"
    })
@ConditionalOnClass({MeterRegistry.class, QuotaMetricsListener.class})
@ConditionalOnBean(MeterRegistry.class)
@ConditionalOnProperty(name = "management.metrics.enable.quota", matchIfMissing = true)
public class QuotaMetricsAutoConfiguration {

  /** For Spring alone. */
  public QuotaMetricsAutoConfiguration() {}

  @Bean
  @ConditionalOnMissingBean
  QuotaMetricsListener quotaMetricsListener(MeterRegistry registry) {
    return new QuotaMetricsListener(registry);
  }

  @Bean
  @ConditionalOnMissingBean
  QuotaMetrics quotaMetrics(Quotas quotas) {
    return new QuotaMetrics(quotas);
  }

  /** Only with quota-models. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(UsageFaults.class)
  static class Usage {

    @Bean
    @ConditionalOnMissingBean
    UsageMetrics quotaUsageMetrics() {
      return new UsageMetrics();
    }
  }

  /** Created before the store, so the registry is looked up later. */
  @Bean
  static BeanPostProcessor quotaStoreTimer(ObjectProvider<MeterRegistry> registry) {
    return new BeanPostProcessor() {
      @Override
      public Object postProcessAfterInitialization(Object bean, String name) {
        return bean instanceof QuotaStore store && !(bean instanceof TimedQuotaStore)
            ? new TimedQuotaStore(store, registry.getObject())
            : bean;
      }
    };
  }
}
