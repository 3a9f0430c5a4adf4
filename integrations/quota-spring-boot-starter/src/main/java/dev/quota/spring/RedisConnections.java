package dev.quota.spring;

import dev.quota.redis.RedisQuotaStore;
import dev.quota.redis.RedisQuotaStoreBuilder;
import dev.quota.spring.QuotaProperties.Redis;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.redisson.Redisson;
import org.redisson.api.RedissonClient;
import org.redisson.config.BaseMasterSlaveServersConfig;
import org.redisson.config.Config;
import org.redisson.config.ConstantDelay;

/** Connects to the Redis that properties describe. */
final class RedisConnections {

  /** Redisson pipelines on shared connections if the pool is smaller than ten. */
  private static final int CONNECTIONS = 8;

  private static final int PING_INTERVAL_MILLIS = 1_000;
  private static final Duration RECONNECTION_DELAY = Duration.ofMillis(100);

  private RedisConnections() {}

  /**
   * Starts to configure a store.
   *
   * @param redis the address
   * @param owner gets a client that is created here, and shuts it down
   */
  static RedisQuotaStoreBuilder builder(Redis redis, Consumer<RedissonClient> owner) {
    if (redis.sentinel() == null && redis.cluster() == null) {
      return RedisQuotaStore.builder(address(redis));
    }
    RedissonClient client = Redisson.create(config(redis));
    owner.accept(client);
    return RedisQuotaStore.builder(client);
  }

  /** Returns the address of one Redis, in the format of the store. */
  static String address(Redis redis) {
    String url = redis.url();
    if (url == null) {
      String host = redis.host() == null ? "localhost" : redis.host();
      boolean bare = host.contains(":") && !host.startsWith("[");
      url = scheme(redis) + (bare ? "[" + host + "]" : host) + ":" + port(redis);
    }
    return withDatabase(withCredentials(url, redis), redis.database());
  }

  private static int port(Redis redis) {
    return redis.port() == null ? 6379 : redis.port();
  }

  private static String scheme(Redis redis) {
    return redis.ssl().enabled() ? "rediss://" : "redis://";
  }

  private static String withCredentials(String url, Redis redis) {
    String password = redis.password();
    int start = url.indexOf("://") + 3;
    if (password == null || password.isEmpty() || start < 3 || url.indexOf('@', start) >= 0) {
      return url;
    }
    String user = redis.username() == null ? "" : encoded(redis.username());
    return url.substring(0, start) + user + ":" + encoded(password) + "@" + url.substring(start);
  }

  private static String withDatabase(String url, int database) {
    String path = database == 0 ? "/" : URI.create(url).getRawPath();
    return path == null || path.isEmpty() ? url + "/" + database : url;
  }

  private static String encoded(String part) {
    return URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /** Returns the configuration of a client for Sentinel or Cluster. */
  static Config config(Redis redis) {
    Config config = new Config();
    config.setLazyInitialization(true);
    if (redis.password() != null) {
      config.setUsername(redis.username()).setPassword(redis.password());
    }
    if (redis.sentinel() != null) {
      var servers = config.useSentinelServers();
      servers
          .setMasterName(required(redis.sentinel().master(), "sentinel.master"))
          .setDatabase(redis.database())
          .addSentinelAddress(addresses(redis.sentinel().nodes(), "sentinel.nodes", redis));
      if (redis.sentinel().password() != null) {
        servers
            .setSentinelUsername(redis.sentinel().username())
            .setSentinelPassword(redis.sentinel().password());
      }
      tune(servers);
    } else if (redis.cluster() != null) {
      var servers = config.useClusterServers();
      servers.addNodeAddress(addresses(redis.cluster().nodes(), "cluster.nodes", redis));
      tune(servers);
    }
    return config;
  }

  private static void tune(BaseMasterSlaveServersConfig<?> servers) {
    servers
        .setMasterConnectionPoolSize(CONNECTIONS)
        .setMasterConnectionMinimumIdleSize(CONNECTIONS)
        .setPingConnectionInterval(PING_INTERVAL_MILLIS)
        .setReconnectionDelay(new ConstantDelay(RECONNECTION_DELAY));
  }

  private static String[] addresses(List<String> nodes, String property, Redis redis) {
    if (nodes.isEmpty()) {
      throw new IllegalStateException(
          "The Redis of the quotas needs " + property + ", such as \"10.0.0.1:6379\".");
    }
    return nodes.stream()
        .map(it -> it.contains("://") ? it : scheme(redis) + it)
        .toArray(String[]::new);
  }

  private static String required(@Nullable String value, String property) {
    if (value == null || value.isBlank()) {
      throw new IllegalStateException("The Redis of the quotas needs " + property + ".");
    }
    return value;
  }
}
