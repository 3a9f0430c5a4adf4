package dev.quota.spring;

import dev.quota.spring.QuotaProperties.Redis;
import java.util.List;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.data.redis.autoconfigure.DataRedisConnectionDetails;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;

/** The service connection of Boot 4. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass(
    name = "org.springframework.boot.data.redis.autoconfigure.DataRedisConnectionDetails")
@Conditional(RedisServiceConnection.OnServiceConnection.class)
class Boot4ServiceConnection {

  @Bean
  RedisServiceConnection quotaRedisServiceConnection(DataRedisConnectionDetails details) {
    return () -> redis(details);
  }

  private static Redis redis(DataRedisConnectionDetails details) {
    String username = details.getUsername();
    String password = details.getPassword();
    var sentinel = details.getSentinel();
    if (sentinel != null) {
      return sentinel(details, sentinel);
    }
    var cluster = details.getCluster();
    if (cluster != null) {
      return RedisServiceConnection.cluster(
          addresses(cluster.getNodes()), details.getSslBundle() != null, username, password);
    }
    var standalone = details.getStandalone();
    if (standalone == null) {
      throw new IllegalStateException(
          "The service connection to Redis names neither one Redis, nor sentinels, nor a cluster;"
              + " set quota.redis.url.");
    }
    return RedisServiceConnection.standalone(
        standalone.getHost(),
        standalone.getPort(),
        standalone.getDatabase(),
        details.getSslBundle() != null,
        username,
        password);
  }

  private static Redis sentinel(
      DataRedisConnectionDetails details, DataRedisConnectionDetails.Sentinel sentinel) {
    return RedisServiceConnection.sentinel(
        new Redis.Sentinel(
            sentinel.getMaster(),
            addresses(sentinel.getNodes()),
            sentinel.getUsername(),
            sentinel.getPassword()),
        sentinel.getDatabase(),
        details.getSslBundle() != null,
        details.getUsername(),
        details.getPassword());
  }

  private static List<String> addresses(List<DataRedisConnectionDetails.Node> nodes) {
    return nodes.stream().map(node -> node.host() + ":" + node.port()).toList();
  }
}
