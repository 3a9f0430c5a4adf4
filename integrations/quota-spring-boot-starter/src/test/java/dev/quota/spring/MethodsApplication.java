package dev.quota.spring;

import dev.quota.AsyncReservation;
import dev.quota.Quota;
import dev.quota.QuotaRefusedException;
import dev.quota.Reservation;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.http.ResponseEntity;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.authentication.AnonymousAuthenticationFilter;
import org.springframework.stereotype.Service;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** An application whose costs depend on arguments, and whose services are metered. */
@SpringBootConfiguration
@EnableAutoConfiguration
@Import({
  MethodsApplication.AskController.class,
  MethodsApplication.PaintController.class,
  MethodsApplication.Painter.class,
  MethodsApplication.OwnController.class,
  MethodsApplication.Everything.class
})
class MethodsApplication {

  static final AtomicInteger RUNS = new AtomicInteger();

  record Options(Number maxTokens) {}

  record AskRequest(Options options, String text) {}

  /** A bean that expressions name. */
  static final class Prices {
    public long of(String model) {
      return model.equals("large") ? 7 : 1;
    }
  }

  @Bean
  Prices prices() {
    return new Prices();
  }

  @RestController
  static class AskController {

    @Quota(value = "tokens", costExpression = "#request.options.maxTokens")
    @PostMapping("/ask")
    String ask(@RequestBody AskRequest request) {
      RUNS.incrementAndGet();
      return "answer";
    }

    @Quota(value = "tokens", costExpression = "#a0.length()")
    @GetMapping("/indexed")
    String indexed(@RequestParam("text") String text) {
      return text;
    }

    @Quota(value = "tokens", costExpression = "@prices.of(#model)")
    @Quota("images")
    @GetMapping("/both/{model}")
    String both(@PathVariable("model") String model) {
      RUNS.incrementAndGet();
      return model;
    }

    @Quota(value = "tokens", costExpression = "@prices.of('large')")
    @GetMapping("/bare")
    String bare() {
      return "bare";
    }

    @Quota(value = "tokens", costExpression = "1")
    @GetMapping("/bare-callable")
    Callable<String> bareCallable() {
      return () -> "bare";
    }

    @Quota(value = "tokens", subjectExpression = "#team")
    @GetMapping("/team")
    String team(@RequestParam("team") String team) {
      return team;
    }

    @Quota(value = "tokens", costExpression = "#n")
    @GetMapping("/throws")
    String fails(@RequestParam("n") int n) {
      throw new IllegalStateException("broken");
    }

    @Quota(value = "tokens", costExpression = "#n")
    @GetMapping("/callable")
    Callable<String> callable(@RequestParam("n") int n) {
      return () -> "callable";
    }

    @Quota(value = "tokens", costExpression = "#n")
    @GetMapping("/reserve-async")
    CompletionStage<String> reserveAsync(@RequestParam("n") int n, AsyncReservation tokens) {
      return tokens.settle(1).thenApply(it -> "charged " + it.charged());
    }

    @Quota(value = "tokens", costExpression = "#n")
    @GetMapping("/reserve")
    String reserve(@RequestParam("n") int n, Reservation reservation) {
      RUNS.incrementAndGet();
      reservation.settle(1);
      return "reserved";
    }

    @Quota(value = "tokens", cost = 4)
    @GetMapping("/reserve-fixed")
    String reserveFixed(Reservation reservation) {
      return "reserved " + reservation.isAllowed();
    }
  }

  @Service
  static class Painter {

    static final AtomicInteger PAINTED = new AtomicInteger();

    @Quota("images")
    public String paint() {
      PAINTED.incrementAndGet();
      return "picture";
    }

    @Quota(value = "tokens", costExpression = "#texts.size()")
    public int count(List<String> texts) {
      return texts.size();
    }

    @Quota("images")
    public String fails() {
      throw new IllegalArgumentException("broken");
    }

    @Quota("single")
    public CompletableFuture<String> later(CompletableFuture<String> result) {
      return result;
    }

    @Quota("images")
    public Mono<String> mono(Mono<String> result) {
      PAINTED.incrementAndGet();
      return result;
    }

    @Quota("single")
    public Flux<String> flux(Flux<String> result) {
      return result;
    }

    @Quota(value = "images", subjectExpression = "#owner")
    public String paintFor(Object owner) {
      return "picture";
    }
  }

  @RestController
  static class PaintController {

    private final Painter painter;

    PaintController(Painter painter) {
      this.painter = painter;
    }

    @GetMapping("/paint")
    String paint() {
      return painter.paint();
    }

    @GetMapping("/paint-later")
    CompletableFuture<String> paintLater() {
      return CompletableFuture.supplyAsync(() -> "x")
          .thenApply(it -> painter.paintFor("everybody"));
    }
  }

  /** What many applications have, and what must not hide a refusal. */
  @RestControllerAdvice
  static class Everything {
    @ExceptionHandler(IllegalCallerException.class)
    ResponseEntity<String> rare() {
      return ResponseEntity.status(418).body("");
    }

    @ExceptionHandler(Exception.class)
    ResponseEntity<String> all(Exception e) {
      return ResponseEntity.status(500).body("all: " + e.getMessage());
    }
  }

  /** Answers refusals itself. */
  @RestController
  static class OwnController {

    private final Painter painter;

    OwnController(Painter painter) {
      this.painter = painter;
    }

    @GetMapping("/own")
    String own() {
      return painter.paint();
    }

    @ExceptionHandler
    ResponseEntity<String> refused(QuotaRefusedException e) {
      return ResponseEntity.status(402).body("own");
    }
  }

  @Bean
  SecurityFilterChain security(HttpSecurity http) throws Exception {
    return http.csrf(csrf -> csrf.disable())
        .authorizeHttpRequests(requests -> requests.anyRequest().permitAll())
        .addFilterBefore(new ChatApplication.HeaderLogin(), AnonymousAuthenticationFilter.class)
        .build();
  }
}
