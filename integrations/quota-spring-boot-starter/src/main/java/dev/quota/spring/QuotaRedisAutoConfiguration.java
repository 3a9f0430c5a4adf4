package dev.quota.spring;

import dev.quota.Quotas;
import dev.quota.redis.RedisQuotaStore;
import dev.quota.redis.RedisQuotaStoreBuilder;
import dev.quota.spi.QuotaStore;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.redisson.api.RedissonClient;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.AnyNestedCondition;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;

/**
 * Counts in Redis, if quota-redis is there and the application has a Redisson client or {@code
 * quota.redis.url} is set.
 */
@AutoConfiguration(
    afterName = {
      "org.redisson.spring.starter.RedissonAutoConfiguration",
      "org.redisson.spring.starter.RedissonAutoConfigurationV2",
      "org.redisson.spring.starter.RedissonAutoConfigurationV4"
    })
@ConditionalOnClass({RedisQuotaStore.class, RedissonClient.class})
@EnableConfigurationProperties(QuotaProperties.class)
public class QuotaRedisAutoConfiguration {

  /** For Spring alone. */
  public QuotaRedisAutoConfiguration() {}

  /**
   * Connects the store. The engine closes it; a client of the application stays open.
   *
   * @param properties say which Redis
   * @param clients of the application; used unless a property names a Redis
   * @return the store
   */
  @Bean(destroyMethod = "")
  @ConditionalOnMissingBean({QuotaStore.class, Quotas.class})
  @Conditional(OnRedis.class)
  public QuotaStore quotaStore(QuotaProperties properties, ObjectProvider<RedissonClient> clients) {
    RedisQuotaStoreBuilder builder = builder(properties.redis().url(), clients);
    String secret = properties.redis().secret();
    if (secret != null) {
      builder.secret(secret.getBytes(StandardCharsets.UTF_8));
    }
    return builder.build();
  }

  private static RedisQuotaStoreBuilder builder(
      @Nullable String url, ObjectProvider<RedissonClient> clients) {
    return url == null
        ? RedisQuotaStore.builder(clients.getObject())
        : RedisQuotaStore.builder(url);
  }

  /** Whether there is a Redis to count in. */
  static final class OnRedis extends AnyNestedCondition {

    OnRedis() {
      super(ConfigurationPhase.REGISTER_BEAN);
    }

    @ConditionalOnProperty("quota.redis.url")
    static final class OnUrl {}

    @ConditionalOnBean(RedissonClient.class)
    static final class OnClient {}
  }
}
