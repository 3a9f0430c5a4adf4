package dev.quota.spring;

import dev.quota.DecisionObserver;
import dev.quota.QuotaListener;
import dev.quota.Quotas;
import dev.quota.QuotasBuilder;
import dev.quota.policy.Policies;
import dev.quota.policy.PolicyFile;
import dev.quota.source.PolicySource;
import dev.quota.spi.QuotaStore;
import dev.quota.store.ManualClock;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.core.io.Resource;
import org.springframework.core.io.ResourceLoader;
import org.springframework.util.ClassUtils;

/** Creates the engine from the policies, the store and the listeners in the context. */
@AutoConfiguration(after = QuotaRedisAutoConfiguration.class)
@EnableConfigurationProperties(QuotaProperties.class)
public class QuotaAutoConfiguration {

  private static final System.Logger LOG = System.getLogger(QuotaAutoConfiguration.class.getName());

  private static final String REDIS_STORE = "dev.quota.redis.RedisQuotaStore";

  /** For Spring alone. */
  public QuotaAutoConfiguration() {}

  /**
   * Reads the policy file.
   *
   * @param properties has the location of the file
   * @param resources finds it
   * @return the policies
   */
  @Bean
  @ConditionalOnMissingBean({Policies.class, PolicySource.class, Quotas.class})
  @ConditionalOnProperty("quota.policies")
  @ConditionalOnProperty(
      name = "quota.policies-reload",
      havingValue = "false",
      matchIfMissing = true)
  public Policies quotaPolicies(QuotaProperties properties, ResourceLoader resources) {
    String location = String.valueOf(properties.policies());
    Resource file = file(location, resources);
    try (InputStream bytes = file.getInputStream()) {
      return PolicyFile.read(location, bytes);
    } catch (IOException e) {
      throw unreadable(location, e);
    }
  }

  /**
   * Watches the policy file.
   *
   * @param properties has the location of the file
   * @param resources finds it
   * @return the source, which the engine closes
   */
  @Bean(destroyMethod = "")
  @ConditionalOnMissingBean({Policies.class, PolicySource.class, Quotas.class})
  @ConditionalOnProperty("quota.policies-reload")
  public PolicySource quotaPolicySource(QuotaProperties properties, ResourceLoader resources) {
    String location = properties.policies();
    if (location == null) {
      throw new IllegalStateException(
          "quota.policies-reload is true, but quota.policies names no file: set it, or remove"
              + " quota.policies-reload.");
    }
    Resource file = resources.getResource(location);
    if (!file.isFile()) {
      throw new IllegalStateException(
          "quota.policies-reload is true, but quota.policies is \""
              + location
              + "\", which is no file that can be watched: name a file of the disk, such as"
              + " file:/etc/app/quotas.yaml, or remove quota.policies-reload.");
    }
    try {
      return PolicySource.file(file.getFile().toPath());
    } catch (IOException e) {
      throw unreadable(location, e);
    }
  }

  private static Resource file(String location, ResourceLoader resources) {
    Resource file = resources.getResource(location);
    if (!file.exists()) {
      throw new IllegalStateException(
          "quota.policies is \""
              + location
              + "\", but there is no such file. Correct the property, or add the file.");
    }
    return file;
  }

  private static IllegalStateException unreadable(String location, IOException e) {
    return new IllegalStateException(
        "quota.policies is \"" + location + "\", which cannot be read: " + e.getMessage(), e);
  }

  /** Refuses properties that would be ignored, because the artifact that reads them is missing. */
  private static void requireArtifacts(QuotaProperties properties) {
    if (properties.prices() != null && isMissing("dev.quota.models.PriceList")) {
      throw missing("quota.prices", "quota-models");
    }
    if (properties.ai().isUsed() && isMissing("dev.quota.spring.ai.QuotaAdvisor")) {
      throw missing("quota.ai", "quota-spring-ai");
    }
  }

  private static boolean isMissing(String type) {
    return !ClassUtils.isPresent(type, null);
  }

  private static IllegalStateException missing(String property, String artifact) {
    return new IllegalStateException(
        property
            + " is set, but nothing here reads it: add the artifact dev.quota:"
            + artifact
            + ", or remove the property.");
  }

  /**
   * Creates the engine. The context closes it.
   *
   * @param properties the other settings
   * @param policies by default those of the policy file
   * @param source by default the policy file, if it is watched
   * @param store by default Redis if it is configured, else the memory of this process
   * @param listeners the listeners of events
   * @param observers are told when decisions begin and end
   * @param customizers are called last
   * @param manualClock the clock that a test moves; such a test may count in memory
   * @return the engine
   */
  @Bean
  @ConditionalOnMissingBean
  public Quotas quotas(
      QuotaProperties properties,
      ObjectProvider<Policies> policies,
      ObjectProvider<PolicySource> source,
      ObjectProvider<QuotaStore> store,
      ObjectProvider<QuotaListener> listeners,
      ObjectProvider<DecisionObserver> observers,
      ObjectProvider<QuotasCustomizer> customizers,
      ObjectProvider<ManualClock> manualClock) {
    requireArtifacts(properties);
    QuotasBuilder builder = Quotas.builder();
    policies.ifAvailable(builder::policies);
    source.ifAvailable(builder::policySource);
    applyOptional(properties, builder);
    applyStore(store.getIfAvailable(), manualClock.getIfAvailable() != null, properties, builder);
    listeners.orderedStream().forEach(builder::listener);
    observers.orderedStream().forEach(builder::observer);
    customizers.orderedStream().forEach(it -> it.customize(builder));
    return builder.build();
  }

  private static void applyOptional(QuotaProperties properties, QuotasBuilder builder) {
    if (properties.policiesLastGood() != null) {
      builder.lastGoodPolicies(properties.policiesLastGood());
    }
    if (properties.nodes() != null) {
      builder.nodes(properties.nodes());
    }
    if (properties.storeTimeout() != null) {
      builder.storeTimeout(properties.storeTimeout());
    }
  }

  private static void applyStore(
      @Nullable QuotaStore shared,
      boolean isTest,
      QuotaProperties properties,
      QuotasBuilder builder) {
    if (shared != null) {
      builder.store(shared);
    } else if (properties.redis().isSet() && !isTest) {
      throw new IllegalStateException(
          "quota.redis is set, but nothing here can count in Redis: add the artifact"
              + " dev.quota:quota-redis, or remove the properties.");
    } else if (!isMissing(REDIS_STORE) && !isTest) {
      LOG.log(
          System.Logger.Level.WARNING,
          "quota-redis is here, but nothing says where Redis is, so counts stay in this process:"
              + " set quota.redis.url, or remove the artifact.");
    }
  }
}
