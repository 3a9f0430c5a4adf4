package dev.quota.spring;

import dev.quota.Quota;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.springframework.aot.AotDetector;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.stereotype.Service;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** An application that asks itself, and prints the statuses of the answers. */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import({AotApplication.Chat.class, AotApplication.Painter.class})
public class AotApplication {

  @RestController
  static class Chat {

    private final Painter painter;

    Chat(Painter painter) {
      this.painter = painter;
    }

    @Quota(value = "chat", costExpression = "#cost")
    @GetMapping("/chat")
    String chat(@RequestParam("cost") int cost) {
      return "answer";
    }

    @GetMapping("/paint")
    String paint() {
      return painter.paint();
    }
  }

  @Service
  static class Painter {
    @Quota("extra")
    String paint() {
      return "painted";
    }
  }

  @Bean
  SecurityFilterChain open(HttpSecurity security) throws Exception {
    return security.authorizeHttpRequests(all -> all.anyRequest().permitAll()).build();
  }

  /**
   * Runs it.
   *
   * @param arguments of Spring Boot
   */
  public static void main(String[] arguments) throws Exception {
    SpringApplication application = new SpringApplication(AotApplication.class);
    application.setDefaultProperties(
        java.util.Map.of(
            "quota.policies", "classpath:quotas.yaml",
            "server.port", "0",
            "server.address", "127.0.0.1",
            "spring.main.web-application-type", "servlet",
            "spring.main.banner-mode", "off"));
    try (ConfigurableApplicationContext context = application.run(arguments)) {
      String base = "http://127.0.0.1:" + context.getEnvironment().getProperty("local.server.port");
      StringBuilder answers = new StringBuilder("aot " + AotDetector.useGeneratedArtifacts());
      for (String path : new String[] {"/chat?cost=2", "/chat?cost=2", "/paint", "/quota/state"}) {
        answers.append(' ').append(status(base + path));
      }
      System.out.println(answers);
    }
  }

  private static int status(String address) throws Exception {
    HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    HttpRequest request = HttpRequest.newBuilder(URI.create(address)).build();
    return client.send(request, HttpResponse.BodyHandlers.ofString()).statusCode();
  }
}
