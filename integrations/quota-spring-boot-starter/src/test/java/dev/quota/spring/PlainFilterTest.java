package dev.quota.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.Quota;
import dev.quota.Quotas;
import dev.quota.policy.QuotaPolicy;
import dev.quota.servlet.QuotaFilter;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletRegistration;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Set;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleState;
import org.apache.catalina.core.StandardContext;
import org.apache.catalina.startup.Tomcat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.support.AnnotationConfigWebApplicationContext;
import org.springframework.web.servlet.DispatcherServlet;
import org.springframework.web.servlet.config.annotation.EnableWebMvc;

/**
 * Spring MVC behind the plain servlet filter, which cannot read its controllers: nothing of them
 * may run without its charge.
 */
class PlainFilterTest {

  @RestController
  static class Metered {
    static int runs;

    @Quota("chat")
    @GetMapping("/chat")
    String chat() {
      runs++;
      return "answer";
    }
  }

  @RestController
  static class Free {
    @GetMapping("/free")
    String free() {
      return "free";
    }
  }

  @Configuration(proxyBeanMethods = false)
  @EnableWebMvc
  @Import({Metered.class, Free.class})
  static class WithQuota {}

  @Configuration(proxyBeanMethods = false)
  @EnableWebMvc
  @Import(Free.class)
  static class WithoutQuota {}

  @TempDir private Path directory;

  private final Quotas quotas =
      Quotas.builder()
          .policy(QuotaPolicy.builder("chat").limit("daily", "3 per calendar day").build())
          .build();
  private final Tomcat tomcat = new Tomcat();
  private Context context;
  private boolean failing;

  @AfterEach
  void stop() throws Exception {
    tomcat.stop();
    tomcat.destroy();
    quotas.close();
  }

  private void start(Class<?> configuration, int loadOnStartup) throws Exception {
    tomcat.setBaseDir(directory.toString());
    tomcat.setPort(0);
    tomcat.getConnector().setProperty("address", InetAddress.getLoopbackAddress().getHostAddress());
    context = tomcat.addContext("", directory.toString());
    ((StandardContext) context).setFailCtxIfServletStartFails(failing);
    context.addServletContainerInitializer(
        (classes, servlets) -> install(servlets, configuration, loadOnStartup), Set.of());
    tomcat.start();
  }

  private void install(ServletContext servlets, Class<?> configuration, int loadOnStartup) {
    AnnotationConfigWebApplicationContext beans = new AnnotationConfigWebApplicationContext();
    beans.register(configuration);
    ServletRegistration.Dynamic dispatcher =
        servlets.addServlet("dispatcher", new DispatcherServlet(beans));
    dispatcher.addMapping("/");
    dispatcher.setLoadOnStartup(loadOnStartup);
    QuotaFilter.install(servlets, QuotaFilter.builder(quotas).build());
  }

  private HttpResponse<String> get(String path) throws Exception {
    int port = tomcat.getConnector().getLocalPort();
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .build()
        .send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build(),
            HttpResponse.BodyHandlers.ofString());
  }

  /** Tomcat goes on when a servlet fails at the start, so the requests are refused. */
  @Test
  void aMeteredControllerNeverRuns() throws Exception {
    Metered.runs = 0;
    start(WithQuota.class, 1);
    assertThat(get("/chat").statusCode()).isEqualTo(503);
    assertThat(get("/free").statusCode()).isEqualTo(503);
    assertThat(Metered.runs).isZero();
  }

  @Test
  void aContainerThatHeedsServletsDoesNotStart() throws Exception {
    failing = true;
    start(WithQuota.class, 1);
    assertThat(context.getState()).isNotEqualTo(LifecycleState.STARTED);
    assertThat(get("/chat").statusCode()).isEqualTo(404);
  }

  @Test
  void aDispatcherThatStartsWithItsFirstRequestIsSeenThen() throws Exception {
    start(WithQuota.class, -1);
    get("/free");
    Metered.runs = 0;
    assertThat(get("/chat").statusCode()).isEqualTo(503);
    assertThat(Metered.runs).isZero();
  }

  @Test
  void controllersWithoutQuotaRun() throws Exception {
    start(WithoutQuota.class, 1);
    assertThat(get("/free").body()).isEqualTo("free");
    assertThat(get("/quota/state").statusCode()).isEqualTo(200);
  }
}
