package dev.quota.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quota.DecisionObserver;
import dev.quota.QuotaListener;
import dev.quota.Subject;
import dev.quota.micrometer.TimedQuotaStore;
import dev.quota.policy.Policies;
import dev.quota.source.PolicySource;
import dev.quota.spi.QuotaStore;
import dev.quota.store.ManualClock;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.redisson.Redisson;
import org.redisson.api.RedissonClient;
import org.redisson.config.Config;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import redis.embedded.RedisServer;

/** Counts that nodes share, in a real Redis. */
class RedisTest {

  private static RedisServer redis;
  private static String url;

  @BeforeAll
  static void start() throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    redis = RedisServer.newRedisServer().port(port).setting("save \"\"").build();
    redis.start();
    url = "redis://127.0.0.1:" + port;
  }

  @AfterAll
  static void stop() throws IOException {
    redis.stop();
  }

  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  static class OwnClient {
    @Bean(destroyMethod = "shutdown")
    RedissonClient redisson() {
      Config config = new Config();
      config.useSingleServer().setAddress(url);
      return Redisson.create(config);
    }
  }

  @Test
  void twoNodesCountTogether() {
    try (RunningApp one =
            RunningApp.start(
                ChatApplication.class,
                "quota.policies=classpath:quotas.yaml",
                "quota.redis.url=" + url);
        RunningApp other =
            RunningApp.start(OwnClient.class, "quota.policies=classpath:quotas.yaml")) {
      assertThat(one.post("/chat", "X-User", "shared").statusCode()).isEqualTo(200);
      assertThat(other.context.getBean(QuotaStore.class)).isInstanceOf(TimedQuotaStore.class);
      assertThat(other.used("shared", "chat")).isEqualTo(1);
    }
  }

  @Test
  void aRedisThatNothingCanReachStopsTheStart() {
    QuotaProperties properties =
        new Binder(
                new MapConfigurationPropertySource(
                    Map.of("quota.redis.url", "redis://127.0.0.1:6379")))
            .bindOrCreate("quota", QuotaProperties.class);
    DefaultListableBeanFactory empty = new DefaultListableBeanFactory();
    assertThatThrownBy(
            () ->
                new QuotaAutoConfiguration()
                    .quotas(
                        properties,
                        empty.getBeanProvider(Policies.class),
                        empty.getBeanProvider(PolicySource.class),
                        empty.getBeanProvider(QuotaStore.class),
                        empty.getBeanProvider(QuotaListener.class),
                        empty.getBeanProvider(DecisionObserver.class),
                        empty.getBeanProvider(QuotasCustomizer.class),
                        empty.getBeanProvider(ManualClock.class)))
        .hasMessage(
            "quota.redis is set, but nothing here can count in Redis: add the artifact"
                + " dev.quota:quota-redis, or remove the properties.");
  }

  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  static class Plain {}

  @Test
  void theRedisOfSpringDataCountsWhereThereIsNoOther() {
    int port = URI.create(url).getPort();
    try (RunningApp one =
            RunningApp.start(
                Plain.class,
                "quota.policies=classpath:quotas.yaml",
                "spring.data.redis.host=127.0.0.1",
                "spring.data.redis.port=" + port,
                "spring.data.redis.database=3");
        RunningApp other =
            RunningApp.start(
                Plain.class,
                "quota.policies=classpath:quotas.yaml",
                "quota.redis.url=" + url + "/3",
                "spring.data.redis.host=nowhere.invalid")) {
      assertThat(one.quotas().charge(Subject.user("data"), "chat", 2).isAllowed()).isTrue();
      assertThat(other.used("data", "chat")).isEqualTo(2);
    }
  }

  private static QuotaProperties.Redis redis(String... properties) {
    Map<String, String> map = new HashMap<>();
    for (int i = 0; i < properties.length; i += 2) {
      map.put("redis." + properties[i], properties[i + 1]);
    }
    return new Binder(new MapConfigurationPropertySource(map))
        .bindOrCreate("redis", QuotaProperties.Redis.class);
  }

  @Test
  void propertiesMakeTheAddress() {
    assertThat(RedisConnections.address(redis("host", "cache"))).isEqualTo("redis://cache:6379");
    assertThat(
            RedisConnections.address(
                redis(
                    "host",
                    "::1",
                    "port",
                    "7000",
                    "username",
                    "a b",
                    "password",
                    "p@ss+/:1",
                    "ssl.enabled",
                    "true",
                    "database",
                    "2")))
        .isEqualTo("rediss://a%20b:p%40ss%2B%2F%3A1@[::1]:7000/2");
    assertThat(
            RedisConnections.address(
                redis("url", "redis://u:w@cache:7000/1", "password", "other", "database", "2")))
        .isEqualTo("redis://u:w@cache:7000/1");
    assertThat(
            RedisConnections.address(
                redis("url", "redis://cache", "password", "secret", "database", "2")))
        .isEqualTo("redis://:secret@cache/2");
  }

  @Test
  void sentinelsAndClustersAreConfigured() {
    Config sentinel =
        RedisConnections.config(
            redis(
                "sentinel.master",
                "main",
                "sentinel.nodes",
                "10.0.0.1:26379,10.0.0.2:26379",
                "sentinel.password",
                "s",
                "password",
                "p",
                "database",
                "2"));
    assertThat(sentinel.isSentinelConfig()).isTrue();
    assertThat(sentinel.useSentinelServers().getSentinelAddresses())
        .containsExactly("redis://10.0.0.1:26379", "redis://10.0.0.2:26379");
    assertThat(sentinel.useSentinelServers().getSentinelPassword()).isEqualTo("s");
    assertThat(sentinel.useSentinelServers().getDatabase()).isEqualTo(2);
    assertThat(sentinel.getPassword()).isEqualTo("p");
    Config cluster =
        RedisConnections.config(redis("cluster.nodes[0]", "10.0.0.1:6379", "ssl.enabled", "true"));
    assertThat(cluster.isClusterConfig()).isTrue();
    assertThat(cluster.useClusterServers().getNodeAddresses())
        .containsExactly("rediss://10.0.0.1:6379");
    assertThatThrownBy(() -> RedisConnections.config(redis("sentinel.nodes", "10.0.0.1:26379")))
        .hasMessage("The Redis of the quotas needs sentinel.master.");
  }
}
