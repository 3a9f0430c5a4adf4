package dev.quota.spring;

import dev.quota.Quotas;
import dev.quota.redis.RedisQuotaStore;
import dev.quota.redis.RedisQuotaStoreBuilder;
import dev.quota.spi.QuotaStore;
import dev.quota.spring.QuotaProperties.Redis;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.redisson.api.RedissonClient;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.AnyNestedCondition;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * Counts in Redis, if quota-redis is on the class path and the application has a Redisson client,
 * or properties below {@code quota.redis} or {@code spring.data.redis} have the address of Redis.
 */
@AutoConfiguration(
    afterName = {
      "org.springframework.boot.autoconfigure.data.redis.RedisAutoConfiguration",
      "org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration",
      "org.redisson.spring.starter.RedissonAutoConfiguration",
      "org.redisson.spring.starter.RedissonAutoConfigurationV2",
      "org.redisson.spring.starter.RedissonAutoConfigurationV4"
    })
@ConditionalOnClass({RedisQuotaStore.class, RedissonClient.class})
@EnableConfigurationProperties(QuotaProperties.class)
@Import({Boot3ServiceConnection.class, Boot4ServiceConnection.class})
public class QuotaRedisAutoConfiguration {

  /** For Spring alone. */
  public QuotaRedisAutoConfiguration() {}

  /**
   * Connects the store. The engine closes it. A client of the application stays open.
   *
   * @param properties the properties with the address
   * @param environment the environment with the properties of Spring Data Redis
   * @param clients the clients of the application, used unless {@code quota.redis} has an address
   * @param connection a service connection of Boot
   * @param beans the bean factory, which shuts a client down that is created here
   * @return the store
   */
  @Bean(destroyMethod = "")
  @ConditionalOnMissingBean({QuotaStore.class, Quotas.class})
  @Conditional(OnRedis.class)
  public QuotaStore quotaStore(
      QuotaProperties properties,
      Environment environment,
      ObjectProvider<RedissonClient> clients,
      ObjectProvider<RedisServiceConnection> connection,
      DefaultListableBeanFactory beans) {
    Redis redis = properties.redis();
    RedissonClient client = redis.isSet() ? null : clients.getIfAvailable();
    RedisQuotaStoreBuilder builder =
        client == null
            ? RedisConnections.builder(
                redis.isSet() ? redis : of(connection.getIfAvailable(), environment),
                // The engine is created later, so it is closed before the client.
                made -> beans.registerDisposableBean("quotaRedissonClient", made::shutdown))
            : RedisQuotaStore.builder(client);
    if (redis.secret() != null) {
      builder.secret(redis.secret().getBytes(StandardCharsets.UTF_8));
    }
    if (redis.keyPrefix() != null) {
      builder.keyPrefix(redis.keyPrefix());
    }
    if (redis.timeBudget() != null) {
      builder.timeBudget(redis.timeBudget());
    }
    return builder.build();
  }

  private static Redis of(@Nullable RedisServiceConnection connection, Environment environment) {
    return connection == null ? ofSpringData(environment) : connection.redis();
  }

  /** Returns the properties of {@code spring.data.redis}, which have the same names. */
  static Redis ofSpringData(Environment environment) {
    return Binder.get(environment).bindOrCreate("spring.data.redis", Redis.class);
  }

  /** Whether a Redis is configured. */
  static final class OnRedis extends AnyNestedCondition {

    OnRedis() {
      super(ConfigurationPhase.REGISTER_BEAN);
    }

    @Conditional(OnProperties.class)
    static final class Described {}

    @ConditionalOnBean(RedissonClient.class)
    static final class OnClient {}

    @Conditional(RedisServiceConnection.OnServiceConnection.class)
    static final class OnDetails {}
  }

  /** Whether properties have the address of a Redis. */
  static final class OnProperties implements Condition {
    @Override
    public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
      Environment environment = context.getEnvironment();
      return Binder.get(environment).bindOrCreate("quota.redis", Redis.class).isSet()
          || ofSpringData(environment).isSet();
    }
  }
}
