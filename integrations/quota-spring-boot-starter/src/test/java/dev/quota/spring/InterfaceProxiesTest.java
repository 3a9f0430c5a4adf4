package dev.quota.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quota.Quota;
import java.lang.reflect.Proxy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/** Controllers and clients whose beans are proxies that have only the methods of interfaces. */
class InterfaceProxiesTest {

  private static final String POLICIES = "quota.policies=classpath:quotas.yaml";

  /** Boot 4 makes subclasses of all beans otherwise. */
  private static final String INTERFACES = "spring.aop.proxy-target-class=false";

  private interface Chat {
    String chat();

    void other();
  }

  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  @EnableAsync
  @Import({UnusualControllersTest.Open.class, Hidden.ChatController.class})
  static class Hidden {

    @RestController
    static class ChatController implements Chat {
      @Quota("chat")
      @GetMapping("/chat")
      @Override
      public String chat() {
        return "answer";
      }

      @Async
      @Override
      public void other() {
        // Only its proxy matters.
      }
    }
  }

  private interface MeteredChat {
    @Quota("chat")
    Mono<String> chat();

    void other();
  }

  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  @EnableAsync
  @Import(HiddenMetered.ChatController.class)
  static class HiddenMetered {

    @RestController
    static class ChatController implements MeteredChat {
      @GetMapping("/chat")
      @Override
      public Mono<String> chat() {
        return Mono.just("answer");
      }

      @Async
      @Override
      public void other() {
        // Only its proxy matters.
      }
    }
  }

  @RestController
  private interface VisibleChat {
    @Quota("chat")
    @GetMapping("/chat")
    String chat();

    void other();
  }

  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  @EnableAsync
  @Import({UnusualControllersTest.Open.class, Visible.ChatController.class})
  static class Visible {

    static class ChatController implements VisibleChat {
      @Override
      public String chat() {
        return "answer";
      }

      @Async
      @Override
      public void other() {
        // Only its proxy matters.
      }
    }
  }

  private static String sentence(Class<?> controller, String stack) {
    return controller.getName()
        + ".chat carries @Quota, but no request of "
        + stack
        + " leads there, so it would charge nothing: its bean is a proxy that has only the methods"
        + " of interfaces, and "
        + stack
        + " finds no controller in it; set spring.aop.proxy-target-class=true, or proxyTargetClass"
        + " where the proxy is configured";
  }

  @Test
  void aControllerThatSpringDoesNotFindStopsTheStart() {
    assertThatThrownBy(() -> RunningApp.start(Hidden.class, POLICIES, INTERFACES))
        .hasMessageContaining(sentence(Hidden.ChatController.class, "Spring MVC"));
    assertThatThrownBy(() -> RunningApp.startReactive(HiddenMetered.class, POLICIES, INTERFACES))
        .hasMessageContaining(sentence(HiddenMetered.ChatController.class, "WebFlux"))
        .hasMessageNotContaining("has no proxy");
  }

  @Test
  void aControllerThatSpringFindsIsMetered() {
    try (RunningApp app = RunningApp.start(Visible.class, POLICIES, INTERFACES)) {
      assertThat(app.get("/chat", "X-User", "visible").body()).isEqualTo("answer");
      assertThat(app.used("visible", "chat")).isEqualTo(1);
    }
  }

  private interface Client {
    @Quota("chat")
    String ask();
  }

  /** Makes a client, as those of Spring Cloud and the repositories of Spring Data are made. */
  static final class ClientFactory implements FactoryBean<Client> {

    @Override
    public Client getObject() {
      return (Client)
          Proxy.newProxyInstance(
              Client.class.getClassLoader(),
              new Class<?>[] {Client.class},
              (self, method, arguments) ->
                  method.getName().equals("ask") ? "asked" : method.invoke(this, arguments));
    }

    @Override
    public Class<?> getObjectType() {
      return Client.class;
    }
  }

  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  @Import({UnusualControllersTest.Open.class, WithClient.Asking.class})
  static class WithClient {

    @RestController
    static class Asking {
      private final Client client;

      Asking(Client client) {
        this.client = client;
      }

      @GetMapping("/ask")
      String ask() {
        return client.ask();
      }
    }
  }

  @Import(ClientFactory.class)
  static class FromFactory extends WithClient {}

  static class FromMethod extends WithClient {
    @Bean
    static Client client() {
      return new ClientFactory().getObject();
    }
  }

  @ParameterizedTest
  @ValueSource(classes = {FromFactory.class, FromMethod.class})
  void aClientIsMetered(Class<?> application) {
    try (RunningApp app = RunningApp.start(application, POLICIES, INTERFACES)) {
      assertThat(app.get("/ask", "X-User", "asking").body()).isEqualTo("asked");
      assertThat(app.used("asking", "chat")).isEqualTo(1);
    }
  }
}
