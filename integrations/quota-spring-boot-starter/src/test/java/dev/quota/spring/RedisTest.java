package dev.quota.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quota.QuotaListener;
import dev.quota.policy.Policies;
import dev.quota.redis.RedisQuotaStore;
import dev.quota.spi.QuotaStore;
import java.io.IOException;
import java.net.ServerSocket;
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
      assertThat(other.context.getBean(QuotaStore.class)).isInstanceOf(RedisQuotaStore.class);
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
                        empty.getBeanProvider(QuotaStore.class),
                        empty.getBeanProvider(QuotaListener.class),
                        empty.getBeanProvider(QuotasCustomizer.class)))
        .hasMessage(
            "quota.redis.url is set, but nothing here can count in Redis: add the artifact"
                + " dev.quota:quota-redis, or remove the property.");
  }
}
