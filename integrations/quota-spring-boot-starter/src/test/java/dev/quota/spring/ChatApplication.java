package dev.quota.spring;

import dev.quota.CostFunction;
import dev.quota.Quota;
import dev.quota.QuotaListener;
import dev.quota.servlet.QuotaExchange;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.core.annotation.AliasFor;
import org.springframework.http.ResponseEntity;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.config.annotation.method.configuration.EnableMethodSecurity;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.authentication.AnonymousAuthenticationFilter;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.CrossOrigin;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.request.async.DeferredResult;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;
import org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody;

/** An application as people write them. The header X-User signs in, X-Role gives an authority. */
@SpringBootConfiguration
@EnableAutoConfiguration
@Import({
  ChatApplication.ChatController.class,
  ChatApplication.AsyncController.class,
  ChatApplication.TypedController.class,
  ChatApplication.PageController.class
})
@EnableMethodSecurity
class ChatApplication {

  static final AtomicInteger RUNS = new AtomicInteger();
  static final AtomicInteger EVENTS = new AtomicInteger();

  /** Costs what the header X-Cost says. */
  static final class HeaderCost implements CostFunction<HttpServletRequest> {
    @Override
    public long costOf(HttpServletRequest request) {
      return Long.parseLong(request.getHeader("X-Cost"));
    }
  }

  @Quota("chat")
  @Retention(RetentionPolicy.RUNTIME)
  @Target({ElementType.TYPE, ElementType.METHOD})
  @interface Expensive {
    @AliasFor(annotation = Quota.class)
    long cost() default 1;
  }

  interface Contract {
    @Quota("chat")
    @GetMapping("/contract")
    String contract();

    @Quota("chat")
    @GetMapping("/overridden")
    String overridden();
  }

  /** A base whose parameter has another type for the compiler. */
  abstract static class Base<T> {
    @Quota("chat")
    public abstract String generic(T request);
  }

  static final class HandledException extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  @RestController
  static class ChatController extends Base<HttpServletRequest> implements Contract {

    @Quota("chat")
    @PostMapping("/chat")
    String chat() {
      RUNS.incrementAndGet();
      return "answer";
    }

    @Quota("chat")
    @GetMapping("/chat")
    String read() {
      return "answer";
    }

    @GetMapping("/free")
    String free() {
      return "free";
    }

    @Override
    public String contract() {
      return "contract";
    }

    @Quota("extra")
    @Override
    public String overridden() {
      return "overridden";
    }

    @Override
    @GetMapping("/generic")
    public String generic(HttpServletRequest request) {
      return "generic";
    }

    @Expensive(cost = 2)
    @GetMapping("/meta")
    String meta() {
      return "meta";
    }

    @Quota("chat")
    @Quota(value = "extra", cost = 2)
    @GetMapping("/both")
    String both() {
      return "both";
    }

    @Quota(value = "chat", costFrom = HeaderCost.class)
    @GetMapping("/cost-from")
    String costFrom() {
      return "cost";
    }

    @Quota(value = "placed", limits = "2 per 24 hours")
    @GetMapping("/placed")
    String placed() {
      return "placed";
    }

    @Quota(value = "chat", idempotent = true)
    @PostMapping("/idempotent")
    String idempotent(QuotaExchange exchange) {
      return exchange.isRepetition() ? "again" : "first";
    }

    @Quota("chat")
    @GetMapping("/exchange")
    String exchange(QuotaExchange exchange) {
      return exchange.subject().kind() + " " + exchange.refund();
    }

    @Quota("chat")
    @GetMapping("/handled")
    String handled() {
      throw new HandledException();
    }

    @ExceptionHandler
    ResponseEntity<String> on(HandledException e) {
      return ResponseEntity.status(503).body("down");
    }

    @Quota("chat")
    @GetMapping("/entity")
    ResponseEntity<String> entity() {
      return ResponseEntity.status(502).body("down");
    }

    @Quota("chat")
    @GetMapping("/thrown")
    String thrown() {
      throw new IllegalStateException("broken");
    }

    @Quota("chat")
    @PreAuthorize("hasAuthority('ADMIN')")
    @GetMapping("/admin")
    public String admin() {
      return "admin";
    }

    @Quota("chat")
    @CrossOrigin("https://app.example")
    @PostMapping("/shared")
    String shared() {
      return "shared";
    }
  }

  @RestController
  @Quota("chat")
  static class AsyncController {

    @GetMapping("/callable")
    Callable<String> callable() {
      return () -> "callable";
    }

    @GetMapping("/callable-fails")
    Callable<String> callableFails() {
      return () -> {
        throw new IllegalStateException("broken");
      };
    }

    @GetMapping("/deferred")
    DeferredResult<String> deferred() {
      DeferredResult<String> result = new DeferredResult<>();
      CompletableFuture.runAsync(() -> result.setResult("deferred"));
      return result;
    }

    @GetMapping("/deferred-fails")
    DeferredResult<String> deferredFails() {
      DeferredResult<String> result = new DeferredResult<>();
      CompletableFuture.runAsync(() -> result.setErrorResult(new IllegalStateException("broken")));
      return result;
    }

    @GetMapping("/future")
    CompletableFuture<String> future() {
      return CompletableFuture.supplyAsync(() -> "future");
    }

    @GetMapping("/future-fails")
    CompletableFuture<String> futureFails() {
      return CompletableFuture.supplyAsync(
          () -> {
            throw new IllegalStateException("broken");
          });
    }

    @GetMapping("/sse")
    SseEmitter sse() {
      SseEmitter emitter = new SseEmitter();
      CompletableFuture.runAsync(
          () -> {
            try {
              emitter.send("one");
              emitter.complete();
            } catch (IOException e) {
              emitter.completeWithError(e);
            }
          });
      return emitter;
    }

    @GetMapping("/streaming")
    StreamingResponseBody streaming() {
      return out -> out.write("streaming".getBytes(StandardCharsets.UTF_8));
    }
  }

  @RestController
  @Quota("typed")
  static class TypedController {

    @GetMapping("/typed/plain")
    String plain() {
      return "plain";
    }

    @Quota(value = "typed", cost = 2)
    @GetMapping("/typed/double")
    String twice() {
      return "double";
    }

    @Quota("extra")
    @GetMapping("/typed/extra")
    String extra() {
      return "extra";
    }
  }

  @Controller
  static class PageController {

    @GetMapping("/forwarding")
    String forwarding() {
      return "forward:/chat";
    }
  }

  /** A servlet beside the DispatcherServlet. */
  @Quota("chat")
  static final class PlainServlet extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      response.getWriter().print("servlet");
    }
  }

  @Bean
  ServletRegistrationBean<PlainServlet> plainServlet() {
    return new ServletRegistrationBean<>(new PlainServlet(), "/plain-servlet");
  }

  @Bean
  QuotaListener countingListener() {
    return event -> EVENTS.incrementAndGet();
  }

  @Bean
  SubjectCustomizer planOfTheHeader() {
    return (subject, authentication) -> {
      if (String.valueOf(authentication.getDetails()).equals("pro")) {
        subject.plan("pro");
      }
    };
  }

  @Bean
  SecurityFilterChain security(HttpSecurity http) throws Exception {
    return http.csrf(csrf -> csrf.disable())
        .authorizeHttpRequests(requests -> requests.anyRequest().permitAll())
        .addFilterBefore(new HeaderLogin(), AnonymousAuthenticationFilter.class)
        .build();
  }

  /** Signs in whom the header names. */
  static final class HeaderLogin extends OncePerRequestFilter {
    @Override
    protected void doFilterInternal(
        HttpServletRequest request, HttpServletResponse response, FilterChain chain)
        throws ServletException, IOException {
      String user = request.getHeader("X-User");
      if (user != null) {
        String role = request.getHeader("X-Role");
        TestingAuthenticationToken login =
            new TestingAuthenticationToken(user, "", role == null ? "USER" : role);
        login.setDetails(String.valueOf(request.getHeader("X-Details")));
        SecurityContextHolder.getContext().setAuthentication(login);
      }
      chain.doFilter(request, response);
    }
  }
}
