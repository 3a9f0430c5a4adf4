package dev.quota.spring;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.quota.AsyncReservation;
import dev.quota.CostFunction;
import dev.quota.Quota;
import dev.quota.http.request.RequestView;
import dev.quota.spring.webflux.QuotaExchange;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.core.annotation.AliasFor;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.config.annotation.method.configuration.EnableReactiveMethodSecurity;
import org.springframework.security.config.web.server.SecurityWebFiltersOrder;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.core.context.ReactiveSecurityContextHolder;
import org.springframework.security.web.server.SecurityWebFilterChain;
import org.springframework.stereotype.Service;
import org.springframework.web.bind.annotation.CrossOrigin;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.reactive.function.server.HandlerFunction;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.reactive.handler.SimpleUrlHandlerMapping;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import org.springframework.web.server.WebHandler;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** An application of WebFlux as people write them. The header X-User signs in. */
@SpringBootConfiguration
@EnableAutoConfiguration
@Import({
  FluxApplication.FluxController.class,
  FluxApplication.TypedController.class,
  FluxApplication.Painter.class,
  FluxApplication.PainterController.class,
  FluxApplication.AskController.class
})
@EnableReactiveMethodSecurity
class FluxApplication {

  static final AtomicInteger RUNS = new AtomicInteger();

  /** Costs what the parameter says, in any stack. */
  static final class ParameterCost implements CostFunction<RequestView> {
    @Override
    public long costOf(RequestView request) {
      return Long.parseLong(request.parameter("cost").orElse("1"));
    }
  }

  /** Costs what the request of this stack says. */
  static final class ExchangeCost implements CostFunction<ServerWebExchange> {
    @Override
    public long costOf(ServerWebExchange request) {
      return Long.parseLong(String.valueOf(request.getRequest().getHeaders().getFirst("X-Cost")));
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
    Mono<String> contract();
  }

  static final class HandledException extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  @ResponseStatus(HttpStatus.CONFLICT)
  static final class ConflictException extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  @RestController
  static class FluxController implements Contract {

    @Quota("chat")
    @PostMapping("/chat")
    Mono<String> chat() {
      return Mono.fromSupplier(
          () -> {
            RUNS.incrementAndGet();
            return "answer";
          });
    }

    @Quota("chat")
    @GetMapping("/chat")
    String read() {
      RUNS.incrementAndGet();
      return "answer";
    }

    @GetMapping("/free")
    Mono<String> free() {
      return Mono.just("free");
    }

    @Override
    public Mono<String> contract() {
      return Mono.just("contract");
    }

    @Expensive(cost = 2)
    @GetMapping("/meta")
    Mono<String> meta() {
      return Mono.just("meta");
    }

    @Quota("chat")
    @Quota(value = "extra", cost = 2)
    @GetMapping("/both")
    Mono<String> both() {
      return Mono.just("both");
    }

    @Quota(value = "chat", costFrom = ParameterCost.class)
    @GetMapping("/cost-from")
    Mono<String> costFrom() {
      return Mono.just("cost");
    }

    @Quota(value = "chat", costFrom = ExchangeCost.class)
    @GetMapping("/cost-from-exchange")
    Mono<String> costFromExchange() {
      return Mono.just("cost");
    }

    @Quota(value = "placed", limits = "2 per 24 hours")
    @GetMapping("/placed")
    Mono<String> placed() {
      return Mono.just("placed");
    }

    @Quota(value = "permit", limits = "1 at once")
    @GetMapping("/permit")
    Mono<String> permit() {
      return Mono.just("permit");
    }

    @Quota(value = "permit", limits = "1 at once")
    @GetMapping(path = "/permit-stream", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    Flux<String> permitStream() {
      return Flux.just("one", "two");
    }

    @Quota(value = "permit", limits = "1 at once")
    @GetMapping("/permit-empty")
    Mono<Void> permitEmpty(ServerHttpResponse response) {
      return response.setComplete();
    }

    @Quota(value = "permit", limits = "1 at once")
    @GetMapping("/permit-never")
    Mono<String> permitNever() {
      RUNS.incrementAndGet();
      return Mono.never();
    }

    @Quota(value = "permit", limits = "1 at once")
    @GetMapping(path = "/permit-endless", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    Flux<String> permitEndless() {
      return Flux.interval(Duration.ofMillis(20)).map(String::valueOf);
    }

    @Quota(value = "chat", idempotent = true)
    @PostMapping("/idempotent")
    Mono<String> idempotent(QuotaExchange exchange, @RequestBody(required = false) String body) {
      int length = body == null ? 0 : body.length();
      return Mono.just((exchange.isRepetition() ? "again " : "first ") + length);
    }

    @Quota(value = "chat", idempotent = true)
    @PostMapping("/idempotent-unread")
    Mono<String> idempotentUnread(QuotaExchange exchange) {
      return exchange.isRepetition()
          ? exchange.refuseAsRunning().then(Mono.empty())
          : Mono.just("");
    }

    @Quota("chat")
    @GetMapping("/exchange")
    Mono<String> exchange(QuotaExchange exchange) {
      return exchange.refund().map(it -> exchange.subject().kind() + " " + it);
    }

    @Quota("chat")
    @GetMapping("/current")
    Mono<String> current() {
      return QuotaExchange.current()
          .map(it -> it.states().quotas().get(0).name())
          .switchIfEmpty(Mono.just("none"));
    }

    @Quota(value = "argument", limits = "5 per 24 hours", cost = 3)
    @GetMapping("/reserve-argument")
    Mono<String> reserveArgument(AsyncReservation argument) {
      return Mono.fromCompletionStage(argument.settle(1)).map(it -> "charged " + it.charged());
    }

    @Quota(value = "argument-from", limits = "9 per 24 hours", costFrom = ParameterCost.class)
    @GetMapping("/reserve-argument-from")
    Mono<String> reserveArgumentFrom(AsyncReservation argument) {
      return Mono.just("held " + argument.held());
    }

    @Quota(value = "tokens", limits = "20 per 24 hours", cost = 0)
    @GetMapping("/reserve")
    Mono<String> reserve(QuotaExchange exchange, @RequestParam("units") long units) {
      return exchange
          .reserve("tokens", units)
          .flatMap(
              it ->
                  it.isAllowed()
                      ? it.used(2).toCompletableFuture().isDone()
                          ? Mono.just(String.valueOf(it.held()))
                          : Mono.error(new IllegalStateException())
                      : exchange.refuse(it).then(Mono.empty()));
    }

    @Quota(value = "tokens", limits = "20 per 24 hours", cost = 0)
    @GetMapping(path = "/notices", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    Flux<ServerSentEvent<String>> notices(QuotaExchange exchange) {
      return exchange
          .reserve("tokens", 5)
          .flatMapMany(
              tokens ->
                  Flux.concat(
                      Flux.just(ServerSentEvent.builder("word").build()),
                      exchange.notices().cut(tokens),
                      Mono.fromCompletionStage(tokens.settle(3))
                          .map(it -> exchange.notices().settled(it))));
    }

    @Quota(value = "tokens", limits = "20 per 24 hours", cost = 0)
    @GetMapping(path = "/reserve-breaks", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    Flux<String> reserveBreaks(QuotaExchange exchange) {
      return exchange
          .reserve("tokens", 5)
          .flatMapMany(
              tokens ->
                  Mono.fromCompletionStage(tokens.used(2))
                      .thenMany(Flux.just("one"))
                      .concatWith(Flux.error(new IllegalStateException("broken"))));
    }

    @Quota(value = "tokens", limits = "20 per 24 hours", cost = 0)
    @GetMapping(path = "/reserve-endless", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    Flux<String> reserveEndless(QuotaExchange exchange) {
      return exchange
          .reserve("tokens", 5)
          .flatMapMany(
              tokens ->
                  Mono.fromCompletionStage(tokens.used(2))
                      .thenMany(Flux.interval(Duration.ofMillis(20)).map(String::valueOf)));
    }

    @Quota(value = "tokens", limits = "20 per 24 hours", cost = 0)
    @GetMapping(path = "/reserve-bytes", produces = MediaType.APPLICATION_OCTET_STREAM_VALUE)
    Flux<byte[]> reserveBytes(QuotaExchange exchange) {
      return reserveEndless(exchange).map(word -> word.repeat(50).getBytes(UTF_8));
    }

    @Quota("chat")
    @GetMapping("/handled")
    Mono<String> handled() {
      return Mono.error(new HandledException());
    }

    @ExceptionHandler
    ResponseEntity<String> on(HandledException e) {
      return ResponseEntity.status(503).body("down");
    }

    @Quota("chat")
    @GetMapping("/entity")
    Mono<ResponseEntity<String>> entity() {
      return Mono.just(ResponseEntity.status(502).body("down"));
    }

    @Quota("chat")
    @GetMapping("/thrown")
    String thrown() {
      throw new IllegalStateException("broken");
    }

    @Quota("chat")
    @GetMapping("/fails")
    Flux<String> fails() {
      return Flux.error(new IllegalStateException("broken"));
    }

    @Quota("chat")
    @GetMapping("/future-fails")
    CompletableFuture<String> futureFails() {
      return CompletableFuture.failedFuture(new IllegalStateException("broken"));
    }

    @Quota("chat")
    @GetMapping("/bad-gateway")
    Mono<String> badGateway() {
      return Mono.error(new ResponseStatusException(HttpStatus.BAD_GATEWAY));
    }

    @Quota("chat")
    @GetMapping("/not-found")
    Mono<String> notFound() {
      return Mono.error(new ResponseStatusException(HttpStatus.NOT_FOUND));
    }

    @Quota("chat")
    @GetMapping("/conflict")
    Mono<String> conflict() {
      return Mono.error(new ConflictException());
    }

    @Quota("chat")
    @PostMapping(path = "/body", consumes = MediaType.APPLICATION_JSON_VALUE)
    Mono<String> body(@RequestBody ServerBody body) {
      return Mono.just(body.text());
    }

    @Quota("chat")
    @PreAuthorize("hasAuthority('ADMIN')")
    @GetMapping("/admin")
    public Mono<String> admin() {
      return Mono.just("admin");
    }

    @Quota("chat")
    @CrossOrigin("https://app.example")
    @PostMapping("/shared")
    Mono<String> shared() {
      return Mono.just("shared");
    }

    @Quota("chat")
    @RequestMapping("/all-methods")
    Mono<String> allMethods() {
      RUNS.incrementAndGet();
      return Mono.just("all");
    }

    @Quota("chat")
    @RequestMapping(path = "/own-options", method = RequestMethod.OPTIONS)
    Mono<String> ownOptions() {
      RUNS.incrementAndGet();
      return Mono.just("options");
    }

    @GetMapping(path = "/stream", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    @Quota("chat")
    Flux<String> stream() {
      return Flux.just("one", "two");
    }
  }

  record ServerBody(String text) {}

  @Service
  static class Painter {

    @Quota("chat")
    public Mono<String> paint() {
      return Mono.just("painted");
    }

    @Quota(value = "extra", costExpression = "#count")
    public Mono<String> many(int count) {
      return Mono.just("painted " + count);
    }
  }

  @RestController
  static class PainterController {

    private final Painter painter;

    PainterController(Painter painter) {
      this.painter = painter;
    }

    @GetMapping("/painted")
    Mono<String> painted() {
      return painter.paint();
    }

    @GetMapping("/painted-many")
    Mono<String> paintedMany(@RequestParam("count") int count) {
      return painter.many(count);
    }

    @Quota("typed")
    @GetMapping("/painted-metered")
    Mono<String> paintedMetered() {
      return painter.paint();
    }
  }

  record Ask(String text, int maxTokens) {}

  /** Costs that depend on arguments. */
  @RestController
  static class AskController {

    @Quota(value = "asked", limits = "100 per 24 hours", costExpression = "#ask.maxTokens")
    @PostMapping("/ask")
    Mono<String> ask(@RequestBody Ask ask) {
      return Mono.just(ask.text());
    }

    @Quota(value = "asked", costExpression = "#ask.maxTokens")
    @PostMapping("/ask-plain")
    String plain(@RequestBody Ask ask, QuotaExchange exchange) {
      return ask.text() + " " + exchange.states().quota("asked").isPresent();
    }

    @Quota(value = "asked", costExpression = "#n * 2")
    @GetMapping(path = "/ask-stream", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    Flux<String> stream(@RequestParam("n") int n) {
      return Flux.just("one", "two");
    }

    @Quota(value = "asked", costExpression = "1 + 1")
    @GetMapping("/ask-nothing")
    Mono<String> nothing() {
      return Mono.just("nothing");
    }

    @Quota(value = "asked", costExpression = "#n")
    @GetMapping("/ask-path/{n}")
    Mono<Void> path(@PathVariable("n") int n, ServerWebExchange exchange) {
      exchange.getResponse().setStatusCode(HttpStatus.ACCEPTED);
      return exchange.getResponse().setComplete();
    }

    @Quota(value = "asked", costExpression = "#n")
    @GetMapping("/ask-fails")
    Mono<String> fails(@RequestParam("n") int n) {
      throw new HandledException();
    }

    @Quota(value = "asked", costExpression = "#n")
    @GetMapping("/ask-fails-later")
    Mono<String> failsLater(@RequestParam("n") int n) {
      return Mono.error(new HandledException());
    }

    @ExceptionHandler
    ResponseEntity<String> on(HandledException e) {
      return ResponseEntity.status(503).body("handled by " + getClass().getSimpleName());
    }

    @Quota(value = "asked", costExpression = "#n", subjectExpression = "#who")
    @GetMapping("/ask-for")
    Mono<String> forSomebody(@RequestParam("n") int n, @RequestParam("who") String who) {
      return Mono.just("for");
    }

    @Quota(value = "asked", costExpression = "#n")
    @GetMapping("/ask-reserve")
    Mono<String> reserve(AsyncReservation tokens, @RequestParam("n") int n) {
      return Mono.fromCompletionStage(() -> tokens.settle(1)).thenReturn("held");
    }

    @Quota(value = "asked", costExpression = "#n")
    @PreAuthorize("hasAuthority('ADMIN')")
    @GetMapping("/ask-admin")
    public Mono<String> admin(@RequestParam("n") int n) {
      return Mono.just("admin");
    }
  }

  @RestController
  @Quota("typed")
  static class TypedController {

    @GetMapping("/typed/plain")
    Mono<String> plain() {
      return Mono.just("plain");
    }

    @Quota(value = "typed", cost = 2)
    @GetMapping("/typed/double")
    Mono<String> twice() {
      return Mono.just("double");
    }
  }

  @Quota("chat")
  static class MeteredFunction implements HandlerFunction<ServerResponse> {
    @Override
    public Mono<ServerResponse> handle(ServerRequest request) {
      return ServerResponse.ok().bodyValue("function");
    }
  }

  @Quota("chat")
  static class MeteredHandler implements WebHandler {
    @Override
    public Mono<Void> handle(ServerWebExchange exchange) {
      return exchange.getResponse().setComplete();
    }
  }

  @Bean
  MeteredFunction meteredFunction() {
    return new MeteredFunction();
  }

  @Bean
  MeteredHandler meteredHandler() {
    return new MeteredHandler();
  }

  @Bean
  SimpleUrlHandlerMapping handlers(MeteredHandler handler) {
    return new SimpleUrlHandlerMapping(Map.of("/web-handler", handler), -1);
  }

  @Bean
  RouterFunction<ServerResponse> routes(MeteredFunction function) {
    return RouterFunctions.route()
        .GET("/routed", request -> ServerResponse.ok().bodyValue("routed"))
        .GET("/function", function)
        .build();
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
  SecurityWebFilterChain security(ServerHttpSecurity http) {
    return http.csrf(csrf -> csrf.disable())
        .httpBasic(basic -> basic.disable())
        .formLogin(form -> form.disable())
        .authorizeExchange(requests -> requests.anyExchange().permitAll())
        .addFilterAt(FluxApplication::signIn, SecurityWebFiltersOrder.AUTHENTICATION)
        .build();
  }

  private static Mono<Void> signIn(ServerWebExchange exchange, WebFilterChain chain) {
    String user = exchange.getRequest().getHeaders().getFirst("X-User");
    if (user == null) {
      return chain.filter(exchange);
    }
    String role = exchange.getRequest().getHeaders().getFirst("X-Role");
    TestingAuthenticationToken login =
        new TestingAuthenticationToken(user, "", role == null ? "USER" : role);
    login.setDetails(String.valueOf(exchange.getRequest().getHeaders().getFirst("X-Details")));
    return chain
        .filter(exchange)
        .contextWrite(ReactiveSecurityContextHolder.withAuthentication(login));
  }

  /** Leads to another handler, behind the filter of the quotas. */
  @Bean
  @Order
  WebFilter detour() {
    return (exchange, chain) ->
        exchange.getRequest().getPath().pathWithinApplication().value().equals("/detour")
            ? chain.filter(
                exchange
                    .mutate()
                    .request(exchange.getRequest().mutate().path("/app/chat").build())
                    .build())
            : chain.filter(exchange);
  }
}
