package dev.quota.spring.method;

import dev.quota.Quotas;
import dev.quota.spring.CurrentSubject;
import dev.quota.spring.QuotaAutoConfiguration;
import dev.quota.spring.QuotaProperties;
import org.springframework.aop.config.AopConfigUtils;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.ImportBeanDefinitionRegistrar;
import org.springframework.context.annotation.Role;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotationMetadata;

/** Charges methods of beans, and checks their annotations at the start. */
@AutoConfiguration(after = QuotaAutoConfiguration.class)
@ConditionalOnClass(name = "org.springframework.aop.Advisor")
@Import(QuotaMethodAutoConfiguration.Proxies.class)
public class QuotaMethodAutoConfiguration {

  /** For Spring alone. */
  public QuotaMethodAutoConfiguration() {}

  /** Registers a creator of proxies for infrastructure advisors, if there is none. */
  static final class Proxies implements ImportBeanDefinitionRegistrar {
    @Override
    public void registerBeanDefinitions(
        AnnotationMetadata metadata, BeanDefinitionRegistry registry) {
      BeanDefinition unused = AopConfigUtils.registerAutoProxyCreatorIfNecessary(registry);
    }
  }

  /** Created before all other beans, so it looks them up later. */
  @Bean
  @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
  @ConditionalOnProperty(name = "quota.methods.enabled", matchIfMissing = true)
  static QuotaMethodAdvisor quotaMethodAdvisor(
      Environment environment, ObjectProvider<MethodChargingSource> source) {
    int order =
        environment.getProperty(
            "quota.methods.order", Integer.class, QuotaProperties.Methods.DEFAULT_ORDER);
    return new QuotaMethodAdvisor(
        new QuotaMethodInterceptor(() -> source.getObject().charging()), order);
  }

  @Bean
  static MethodChargingSource quotaMethodCharging(
      Quotas quotas,
      ObjectProvider<CurrentSubject> callers,
      BeanFactory beans,
      EndpointListing listing,
      QuotaProperties properties) {
    return new MethodChargingSource(
        new MethodCharging(
            quotas,
            new MeteredMethods(quotas, beans, listing),
            callers.orderedStream().toList(),
            beans,
            properties.refundFailed()));
  }

  @Bean
  static EndpointListing quotaEndpointListing() {
    return new EndpointListing();
  }

  @Bean
  static StartCheck quotaStartCheck(Quotas quotas, ObjectProvider<EndpointScan> scans) {
    return new StartCheck(quotas, scans);
  }

  @Bean
  static MeteredMethodScan quotaMethodScan(
      ConfigurableListableBeanFactory beans,
      MethodChargingSource source,
      QuotaProperties properties) {
    return new MeteredMethodScan(beans, source.charging(), properties.methods().enabled());
  }
}
