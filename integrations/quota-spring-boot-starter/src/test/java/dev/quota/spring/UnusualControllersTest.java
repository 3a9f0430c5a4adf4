package dev.quota.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quota.Quota;
import dev.quota.Reservation;
import dev.quota.Subject;
import dev.quota.servlet.QuotaExchange;
import dev.quota.servlet.QuotaFilter;
import dev.quota.servlet.QuotaFilterBuilder;
import dev.quota.servlet.SubjectResolver;
import jakarta.servlet.http.HttpServletRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Scope;
import org.springframework.core.Ordered;
import org.springframework.http.HttpStatus;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.stereotype.Service;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.servlet.HandlerExecutionChain;
import org.springframework.web.servlet.HandlerMapping;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurationSupport;
import org.springframework.web.servlet.function.HandlerFunction;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.servlet.function.ServerResponse;

/** Controllers, functions and configurations that few applications have. */
class UnusualControllersTest {

  private static final String POLICIES = "quota.policies=classpath:quotas.yaml";

  /** The header X-User says who is charged. */
  static class Open {
    @Bean
    SecurityFilterChain open(HttpSecurity http) throws Exception {
      return http.authorizeHttpRequests(it -> it.anyRequest().permitAll()).build();
    }

    @Bean
    SubjectResolver users() {
      return request -> Subject.user(String.valueOf(request.getHeader("X-User")));
    }
  }

  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  @Import({
    Open.class,
    Unusual.OfRequest.class,
    Unusual.OfSession.class,
    Unusual.Late.class,
    Unusual.Advised.class,
    Unusual.Refusing.class
  })
  static class Unusual {

    static final AtomicInteger CREATED = new AtomicInteger();

    @RestController
    @Scope("request")
    static class OfRequest {
      @Quota("chat")
      @GetMapping("/of-request")
      String answer() {
        return "request";
      }
    }

    @RestController
    @Scope("session")
    static class OfSession {
      @Quota("chat")
      @GetMapping("/of-session")
      String answer() {
        return "session";
      }
    }

    @RestController
    @Lazy
    static class Late {
      Late() {
        CREATED.incrementAndGet();
      }

      @Quota("chat")
      @GetMapping("/late")
      String answer() {
        return "late";
      }
    }

    @Quota("chat")
    static class Advised implements HandlerFunction<ServerResponse> {
      @Override
      public ServerResponse handle(ServerRequest request) {
        return ServerResponse.ok().body("function");
      }
    }

    @Bean
    RouterFunction<ServerResponse> routes(Advised advised) {
      return RouterFunctions.route()
          .GET("/function", advised)
          .GET("/free", request -> ServerResponse.ok().body("free"))
          .build();
    }

    /** A mapping that refuses requests itself, as that of a version which does not exist. */
    static class Refusing implements HandlerMapping, Ordered {
      @Override
      public int getOrder() {
        return HIGHEST_PRECEDENCE;
      }

      @Override
      public HandlerExecutionChain getHandler(HttpServletRequest request) {
        if (request.getRequestURI().endsWith("/version-9")) {
          throw new ResponseStatusException(HttpStatus.BAD_REQUEST);
        }
        return null;
      }
    }
  }

  @Test
  void beansOfAllScopesAreMeteredOnceAndCreatedInTime() {
    Unusual.CREATED.set(0);
    try (RunningApp app = RunningApp.start(Unusual.class, POLICIES)) {
      assertThat(Unusual.CREATED).as("a lazy controller").hasValue(0);
      for (String path : new String[] {"/of-request", "/of-session", "/late", "/function"}) {
        assertThat(app.get(path, "X-User", path).statusCode()).as(path).isEqualTo(200);
        assertThat(app.used(path, "chat")).as(path).isEqualTo(1);
      }
      assertThat(app.get("/free", "X-User", "free").body()).isEqualTo("free");
      assertThat(app.used("free", "chat")).isZero();
      assertThat(app.get("/version-9", "X-User", "version").statusCode()).isEqualTo(400);
    }
  }

  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  @Import(Open.class)
  static class Unadvised {

    static class Metered implements HandlerFunction<ServerResponse> {
      @Quota("chat")
      @Override
      public ServerResponse handle(ServerRequest request) {
        return ServerResponse.ok().body("function");
      }
    }

    @Bean
    RouterFunction<ServerResponse> routes() {
      return RouterFunctions.route().GET("/function", new Metered()).build();
    }
  }

  @Test
  void aFunctionThatIsNoBeanStopsTheStart() {
    assertThatThrownBy(() -> RunningApp.start(Unadvised.class, POLICIES))
        .hasMessageContaining(
            Unadvised.Metered.class.getName()
                + " carries @Quota, but it is no bean, so it would charge nothing: make it a bean,"
                + " and give the router this bean");
  }

  /** Without the configuration of Boot. */
  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  @Import({Open.class, OwnSupport.Controller.class, OwnSupport.Painter.class})
  static class OwnSupport extends WebMvcConfigurationSupport {

    @Service
    static class Painter {
      @Quota("typed")
      public String paint() {
        return "painted";
      }
    }

    @RestController
    static class Controller {
      private final Painter painter;

      Controller(Painter painter) {
        this.painter = painter;
      }

      @Quota(value = "chat", costExpression = "1 + 1")
      @GetMapping("/without-arguments")
      String withoutArguments() {
        return "two";
      }

      @Quota(value = "chat", costExpression = "#n")
      @GetMapping("/with-arguments")
      String withArguments(@RequestParam("n") int n) {
        return "n";
      }

      @Quota(value = "chat", costExpression = "#n")
      @GetMapping("/reserving")
      String reserving(@RequestParam("n") int n, Reservation reservation) {
        reservation.settle(1);
        return "reserved";
      }

      @Quota("chat")
      @GetMapping("/exchange")
      String exchange(QuotaExchange exchange) {
        return exchange.subject().kind().name();
      }

      @GetMapping("/painted")
      String painted() {
        return painter.paint();
      }
    }
  }

  @Test
  void anApplicationThatConfiguresSpringMvcItselfIsMetered() {
    try (RunningApp app = RunningApp.start(OwnSupport.class, POLICIES)) {
      assertThat(app.get("/without-arguments", "X-User", "a").body()).isEqualTo("two");
      assertThat(app.used("a", "chat")).isEqualTo(2);
      assertThat(app.get("/without-arguments", "X-User", "a").statusCode()).isEqualTo(429);
      assertThat(app.get("/with-arguments?n=3", "X-User", "b").body()).isEqualTo("n");
      assertThat(app.used("b", "chat")).isEqualTo(3);
      assertThat(app.get("/reserving?n=3", "X-User", "c").body()).isEqualTo("reserved");
      assertThat(app.used("c", "chat")).isEqualTo(1);
      assertThat(app.get("/exchange", "X-User", "d").body()).isEqualTo("USER");
      for (int i = 0; i < 4; i++) {
        assertThat(app.get("/painted", "X-User", "e").body()).isEqualTo("painted");
      }
      HttpResponse<String> refused = app.get("/painted", "X-User", "e");
      assertThat(refused.statusCode()).isEqualTo(429);
      assertThat(refused.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    }
  }

  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  @Import({Open.class, OwnFilter.Controller.class})
  static class OwnFilter {

    @RestController
    static class Controller {
      @Quota("chat")
      @GetMapping("/chat")
      String chat() {
        return "answer";
      }
    }

    @Bean
    QuotaFilter filter(QuotaFilterBuilder builder) {
      return builder.base("/limits").build();
    }
  }

  @Test
  void aFilterOfTheApplicationReadsControllers() {
    try (RunningApp app = RunningApp.start(OwnFilter.class, POLICIES, "quota.base-path=/limits")) {
      assertThat(app.get("/chat", "X-User", "a").body()).isEqualTo("answer");
      assertThat(app.used("a", "chat")).isEqualTo(1);
      assertThat(app.get("/limits/state", "X-User", "a").statusCode()).isEqualTo(200);
    }
  }

  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  @Import({Open.class, Unmetered.Controller.class})
  static class Unmetered {
    @RestController
    static class Controller {
      @GetMapping("/unmetered")
      String unmetered(QuotaExchange exchange) {
        return "never";
      }
    }
  }

  @Test
  void anExchangeThatWillNeverBeStopsTheStart() {
    assertThatThrownBy(() -> RunningApp.start(Unmetered.class, POLICIES))
        .hasMessageContaining(
            Unmetered.Controller.class.getName()
                + ".unmetered takes a QuotaExchange, but carries no @Quota; with cost = 0 it"
                + " charges nothing");
  }
}
