package dev.quota.spring;

import dev.quota.Quotas;
import dev.quota.Subject;
import dev.quota.httptests.HttpApp;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.util.ClassUtils;

/** A real application of Spring Boot on a free port, below the context path {@code /app}. */
final class RunningApp implements AutoCloseable {

  final ConfigurableApplicationContext context;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private RunningApp(ConfigurableApplicationContext context) {
    this.context = context;
  }

  /** Starts one of WebFlux on Netty, although Spring MVC and Tomcat are there too. */
  static RunningApp startReactive(Class<?> application, String... properties) {
    List<String> all = new ArrayList<>(List.of(properties));
    all.add("spring.main.web-application-type=reactive");
    all.add("spring.webflux.base-path=/app");
    return start(new SpringApplicationBuilder(application).initializers(Server.NETTY::addTo), all);
  }

  /** What serves an application. */
  enum Server {
    TOMCAT(
        "org.springframework.boot.web.embedded.tomcat.TomcatServletWebServerFactory",
        "org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory"),
    JETTY(
        "org.springframework.boot.web.embedded.jetty.JettyServletWebServerFactory",
        "org.springframework.boot.jetty.servlet.JettyServletWebServerFactory"),
    NETTY(
        "org.springframework.boot.web.embedded.netty.NettyReactiveWebServerFactory",
        "org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory");

    private final String inBoot3;
    private final String inBoot4;

    Server(String inBoot3, String inBoot4) {
      this.inBoot3 = inBoot3;
      this.inBoot4 = inBoot4;
    }

    /** Adds what Boot would make, in the package that this Boot has it in. */
    private void addTo(ConfigurableApplicationContext context) {
      Class<?> factory =
          Stream.of(inBoot3, inBoot4)
              .filter(name -> ClassUtils.isPresent(name, null))
              .map(name -> ClassUtils.resolveClassName(name, null))
              .findFirst()
              .orElseThrow();
      ((GenericApplicationContext) context)
          .registerBeanDefinition("server", new RootBeanDefinition(factory));
    }
  }

  /** Starts the application of the record, at the root. */
  static RunningApp startRecorded(Server server, Class<?> application, HttpApp app) {
    return run(
        new SpringApplicationBuilder(application)
            .initializers(server::addTo)
            .initializers(context -> context.getBeanFactory().registerSingleton("app", app)),
        List.of(
            "server.shutdown=immediate",
            "spring.main.web-application-type="
                + (server == Server.NETTY ? "reactive" : "servlet")));
  }

  static RunningApp start(Class<?> application, String... properties) {
    return start(new SpringApplicationBuilder(application), List.of(properties));
  }

  private static RunningApp start(SpringApplicationBuilder application, List<String> properties) {
    List<String> all = new ArrayList<>(properties);
    all.add("server.servlet.context-path=/app");
    return run(application, all);
  }

  private static RunningApp run(SpringApplicationBuilder application, List<String> properties) {
    List<String> arguments = new ArrayList<>();
    for (String property : properties) {
      arguments.add("--" + property);
    }
    arguments.add("--server.port=0");
    arguments.add("--server.address=127.0.0.1");
    arguments.add("--spring.main.banner-mode=off");
    arguments.add("--spring.jmx.enabled=false");
    return new RunningApp(
        application.registerShutdownHook(false).run(arguments.toArray(String[]::new)));
  }

  Quotas quotas() {
    return context.getBean(Quotas.class);
  }

  long used(String user, String quota) {
    return quotas()
        .states(Subject.user(user))
        .quota(quota)
        .orElseThrow()
        .primary()
        .used()
        .orElseThrow();
  }

  HttpResponse<String> get(String path, String... headers) {
    return send("GET", path, headers);
  }

  HttpResponse<String> post(String path, String... headers) {
    return send("POST", path, headers);
  }

  int port() {
    return Integer.parseInt(context.getEnvironment().getRequiredProperty("local.server.port"));
  }

  HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + "/app" + path))
        .timeout(Duration.ofSeconds(30));
  }

  HttpResponse<String> postJson(String path, String json, String... headers) {
    List<String> all = new ArrayList<>(List.of(headers));
    all.addAll(List.of("Content-Type", "application/json"));
    return send(
        "POST", path, HttpRequest.BodyPublishers.ofString(json), all.toArray(String[]::new));
  }

  HttpResponse<String> send(String method, String path, String... headers) {
    return send(method, path, HttpRequest.BodyPublishers.noBody(), headers);
  }

  private HttpResponse<String> send(
      String method, String path, HttpRequest.BodyPublisher body, String... headers) {
    HttpRequest.Builder request = request(path).method(method, body);
    if (headers.length > 0) {
      request.headers(headers);
    }
    return send(request.build());
  }

  HttpResponse<String> send(HttpRequest request) {
    try {
      return client.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Waits for what follows an answer. */
  static void await(BooleanSupplier condition) {
    long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - deadline > 0) {
        throw new AssertionError("it did not happen within 20 seconds");
      }
      LockSupport.parkNanos(1_000_000);
    }
  }

  @Override
  public void close() {
    context.close();
  }
}
