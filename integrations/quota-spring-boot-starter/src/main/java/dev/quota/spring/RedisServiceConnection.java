package dev.quota.spring;

import dev.quota.spring.QuotaProperties.Redis;
import dev.quota.spring.QuotaProperties.Redis.Cluster;
import dev.quota.spring.QuotaProperties.Redis.Sentinel;
import dev.quota.spring.QuotaProperties.Redis.Ssl;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.ConfigurationCondition;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.springframework.util.ClassUtils;

/**
 * A service connection of Spring Boot to a Redis, as those of Testcontainers and Docker Compose
 * are. Each Boot has its own class for it.
 */
@FunctionalInterface
interface RedisServiceConnection {

  /** Returns where Redis is. */
  Redis redis();

  static Redis standalone(
      String host,
      int port,
      int database,
      boolean ssl,
      @Nullable String username,
      @Nullable String password) {
    return redis(host, port, database, ssl, username, password, null, null);
  }

  static Redis sentinel(
      Sentinel sentinel,
      int database,
      boolean ssl,
      @Nullable String username,
      @Nullable String password) {
    return redis(null, null, database, ssl, username, password, sentinel, null);
  }

  static Redis cluster(
      List<String> nodes, boolean ssl, @Nullable String username, @Nullable String password) {
    return redis(null, null, 0, ssl, username, password, null, new Cluster(nodes));
  }

  private static Redis redis(
      @Nullable String host,
      @Nullable Integer port,
      int database,
      boolean ssl,
      @Nullable String username,
      @Nullable String password,
      @Nullable Sentinel sentinel,
      @Nullable Cluster cluster) {
    return new Redis(
        null,
        host,
        port,
        username,
        password,
        database,
        new Ssl(ssl),
        sentinel,
        cluster,
        null,
        null,
        null);
  }

  /** Whether there is one that was not made of the properties {@code spring.data.redis}. */
  final class OnServiceConnection implements ConfigurationCondition {

    static final String BOOT_3 =
        "org.springframework.boot.autoconfigure.data.redis.RedisConnectionDetails";
    static final String BOOT_4 =
        "org.springframework.boot.data.redis.autoconfigure.DataRedisConnectionDetails";

    @Override
    public ConfigurationPhase getConfigurationPhase() {
      return ConfigurationPhase.REGISTER_BEAN;
    }

    @Override
    public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
      return isThere(context, BOOT_3) || isThere(context, BOOT_4);
    }

    private static boolean isThere(ConditionContext context, String className) {
      Class<?> type = type(className, context.getClassLoader());
      var beans = context.getBeanFactory();
      if (type == null || beans == null) {
        return false;
      }
      for (String name : beans.getBeanNamesForType(type, true, false)) {
        Class<?> made = beans.getType(name, false);
        if (made != null && !isOfProperties(made)) {
          return true;
        }
      }
      return false;
    }

    /** Returns whether Boot made it of properties. Those have a place of their own in the order. */
    private static boolean isOfProperties(Class<?> made) {
      return made.getName().startsWith("org.springframework.boot.")
          && made.getSimpleName().startsWith("Properties");
    }

    private static @Nullable Class<?> type(String name, @Nullable ClassLoader loader) {
      return ClassUtils.isPresent(name, loader) ? ClassUtils.resolveClassName(name, loader) : null;
    }
  }
}
