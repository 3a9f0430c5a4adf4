package dev.quota.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.Subject;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.net.ServerSocket;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.util.ClassUtils;
import redis.embedded.RedisServer;

/** A service connection, as Testcontainers and Docker Compose make them, says where Redis is. */
class ServiceConnectionTest {

  @SpringBootConfiguration
  @EnableAutoConfiguration
  static class Application {}

  /** Answers the methods of the interface that this Boot has. */
  private static Object answer(Class<?> details, String name, int port) throws Exception {
    if (!name.equals("getStandalone")) {
      return null;
    }
    Class<?> standalone =
        List.of(details.getDeclaredClasses()).stream()
            .filter(it -> it.getSimpleName().equals("Standalone"))
            .findFirst()
            .orElseThrow();
    Method of = standalone.getMethod("of", String.class, int.class);
    return of.invoke(null, "127.0.0.1", port);
  }

  private static void connect(ConfigurableApplicationContext context, int port) {
    Class<?> details =
        List.of(
                RedisServiceConnection.OnServiceConnection.BOOT_3,
                RedisServiceConnection.OnServiceConnection.BOOT_4)
            .stream()
            .filter(name -> ClassUtils.isPresent(name, null))
            .<Class<?>>map(name -> ClassUtils.resolveClassName(name, null))
            .findFirst()
            .orElseThrow();
    InvocationHandler handler =
        (proxy, method, arguments) -> answer(details, method.getName(), port);
    Object connection =
        Proxy.newProxyInstance(details.getClassLoader(), new Class<?>[] {details}, handler);
    RootBeanDefinition bean = new RootBeanDefinition();
    bean.setBeanClass(details);
    bean.setInstanceSupplier(() -> connection);
    ((GenericApplicationContext) context).registerBeanDefinition("redisDetails", bean);
  }

  @Test
  void countsLiveInTheRedisThatItNames() throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    RedisServer redis = RedisServer.newRedisServer().port(port).setting("save \"\"").build();
    redis.start();
    try (ConfigurableApplicationContext app =
        new SpringApplicationBuilder(Application.class)
            .initializers(context -> connect(context, port))
            .run(
                "--server.port=0",
                "--server.address=127.0.0.1",
                "--spring.main.banner-mode=off",
                "--quota.policies=classpath:quotas.yaml")) {
      dev.quota.Quotas quotas = app.getBean(dev.quota.Quotas.class);
      assertThat(quotas.health().store()).containsIgnoringCase("redis");
      assertThat(quotas.charge(Subject.user("alice"), "chat", 1).isAllowed()).isTrue();
      assertThat(quotas.health().available()).isTrue();
    } finally {
      redis.stop();
    }
  }
}
