package dev.quota.spring;

import dev.quota.AsyncReservation;
import dev.quota.Quota;
import dev.quota.Quotas;
import dev.quota.http.CallerSubjects;
import dev.quota.http.answer.HeaderDialect;
import dev.quota.httptests.Asked;
import dev.quota.httptests.HttpApp;
import dev.quota.spring.webflux.QuotaExchange;
import dev.quota.spring.webflux.QuotaHttpCustomizer;
import dev.quota.spring.webflux.ReactiveSubjectResolver;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.client.ReactorResourceFactory;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.web.server.SecurityWebFilterChain;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The application of the record of all stacks, on WebFlux. */
@SpringBootConfiguration
@EnableAutoConfiguration
@Import(RecordedFluxApplication.Everywhere.class)
class RecordedFluxApplication {

  /** With the policies of the other quotas. */
  @Import(Elsewhere.class)
  static class Usual extends RecordedFluxApplication {}

  /** With the policies of conversations. */
  @Import(Agents.class)
  static class WithConversations extends RecordedFluxApplication {}

  @Bean(destroyMethod = "")
  Quotas quotas(HttpApp app) {
    return app.quotas();
  }

  /** Nothing is on its way when a test ends. */
  @Bean
  ReactorResourceFactory resources() {
    ReactorResourceFactory resources = new ReactorResourceFactory();
    resources.setShutdownQuietPeriod(Duration.ZERO);
    return resources;
  }

  @Bean
  HeaderDialect dialect(HttpApp app) {
    return app.headers();
  }

  @Bean
  ReactiveSubjectResolver subjects(HttpApp app) {
    CallerSubjects callers = new CallerSubjects(UnaryOperator.identity());
    return request ->
        Mono.fromSupplier(
            () ->
                app.subject(
                    request.getRequest().getHeaders()::getFirst,
                    () ->
                        callers.address(
                            Objects.requireNonNull(request.getRequest().getRemoteAddress())
                                .getAddress()
                                .getHostAddress())));
  }

  @Bean
  QuotaHttpCustomizer settings(HttpApp app) {
    return http -> {
      http.conversationSecret(app.conversationSecret());
      app.newConversations().ifPresent(http::newConversations);
      app.retryAfterCeiling().ifPresentOrElse(http::retryAfterCeiling, http::noRetryAfterCeiling);
    };
  }

  @Bean
  @Order(Ordered.HIGHEST_PRECEDENCE)
  WebFilter otherOrigins() {
    return (request, chain) -> {
      if (request.getRequest().getHeaders().getFirst("Origin") != null) {
        request
            .getResponse()
            .getHeaders()
            .set("Access-Control-Allow-Origin", "https://shop.example");
      }
      if (request.getRequest().getHeaders().getFirst("X-Cdn") != null) {
        request.getResponse().getHeaders().set("CDN-Cache-Control", "max-age=60");
      }
      return chain.filter(request);
    };
  }

  @Bean
  SecurityWebFilterChain security(ServerHttpSecurity http) {
    return http.csrf(csrf -> csrf.disable())
        .headers(headers -> headers.disable())
        .authorizeExchange(requests -> requests.anyExchange().permitAll())
        .build();
  }

  private static Optional<String> parameter(ServerWebExchange request, String name) {
    return Optional.ofNullable(request.getRequest().getQueryParams().getFirst(name));
  }

  /** Does what the request asks for, and answers. */
  private static Mono<ResponseEntity<String>> answer(String text, ServerWebExchange request) {
    String line = request.getRequest().getHeaders().getFirst("X-Set");
    Asked asked =
        Asked.of(name -> parameter(request, name), line == null ? List.of() : List.of(line));
    int status = asked.redirect().isPresent() ? 302 : asked.status().orElse(200);
    ResponseEntity.BodyBuilder response = ResponseEntity.status(status);
    asked.headers().forEach(it -> response.header(it.name(), it.value()));
    asked.redirect().map(URI::create).ifPresent(response::location);
    ResponseEntity<String> answer =
        status == 204 || status == 304
            ? response.build()
            : response.contentType(MediaType.TEXT_PLAIN).body(asked.early().orElse("") + text);
    return asked.refunds()
        ? QuotaExchange.of(request).refund().thenReturn(answer)
        : Mono.just(answer);
  }

  @RestController
  static class Everywhere {

    @RequestMapping(
        path = "/open",
        method = {RequestMethod.GET, RequestMethod.POST})
    Mono<ResponseEntity<String>> open(ServerWebExchange request) {
      return answer("done", request);
    }

    @Quota("chat")
    @RequestMapping(
        path = "/chat",
        method = {RequestMethod.GET, RequestMethod.POST})
    Mono<ResponseEntity<String>> chat(ServerWebExchange request) {
      return answer("done", request);
    }

    @Quota(value = "chat", idempotent = true)
    @RequestMapping(
        path = "/keyed",
        method = {RequestMethod.GET, RequestMethod.POST})
    Mono<ResponseEntity<String>> keyed(QuotaExchange exchange, ServerWebExchange request) {
      return exchange.isRepetition() && parameter(request, "running").isPresent()
          ? exchange.refuseAsRunning().then(Mono.empty())
          : answer(Asked.keyed(exchange.isRepetition(), exchange.idempotencyId()), request);
    }
  }

  @RestController
  static class Agents {
    @Quota("agents")
    @RequestMapping(
        path = "/agents",
        method = {RequestMethod.GET, RequestMethod.POST})
    Mono<ResponseEntity<String>> agents(QuotaExchange exchange, ServerWebExchange request) {
      return parameter(request, "pass-on").isPresent()
          ? exchange
              .conversationHeader()
              .defaultIfEmpty("none")
              .flatMap(header -> answer(header, request))
          : answer("done", request);
    }

    @Quota(value = "agents", cost = 7)
    @RequestMapping(
        path = "/agents/seven",
        method = {RequestMethod.GET, RequestMethod.POST})
    Mono<ResponseEntity<String>> sevenUnits(QuotaExchange exchange, ServerWebExchange request) {
      return agents(exchange, request);
    }
  }

  @RestController
  static class Elsewhere {
    @Quota("smart")
    @RequestMapping(
        path = "/smart",
        method = {RequestMethod.GET, RequestMethod.POST})
    Mono<ResponseEntity<String>> smart(QuotaExchange exchange, ServerWebExchange request) {
      return answer(exchange.isDegraded() ? "small model" : "large model", request);
    }

    @Quota(value = "tokens", cost = 0)
    @RequestMapping(
        path = "/tokens",
        method = {RequestMethod.GET, RequestMethod.POST})
    Mono<ResponseEntity<Flux<ServerSentEvent<String>>>> tokens(
        QuotaExchange exchange, ServerWebExchange request) {
      Asked.Tokens asked = Asked.tokens(name -> parameter(request, name));
      return exchange
          .reserve("tokens", asked.reserve())
          .flatMap(
              tokens ->
                  tokens.isAllowed()
                      ? Mono.just(
                          ResponseEntity.ok()
                              .contentType(
                                  MediaType.parseMediaType("text/event-stream;charset=UTF-8"))
                              .body(notices(exchange, tokens, asked.use())))
                      : exchange.refuse(tokens).then(Mono.empty()));
    }

    private static Flux<ServerSentEvent<String>> notices(
        QuotaExchange exchange, AsyncReservation tokens, long use) {
      Flux<ServerSentEvent<String>> end =
          Mono.fromCompletionStage(tokens::settleAsUsed).map(exchange.notices()::settled).flux();
      return Mono.fromCompletionStage(() -> tokens.used(use))
          .flatMapMany(
              goesOn ->
                  Flux.concat(
                      exchange.notices().grace(tokens),
                      goesOn
                          ? Flux.empty()
                          : Flux.concat(
                              exchange.notices().cut(tokens),
                              exchange.notices().openAiError(tokens),
                              exchange.notices().anthropicError(tokens)),
                      end));
    }

    @Quota(value = "chat", cost = 3)
    @RequestMapping(
        path = "/chat/three",
        method = {RequestMethod.GET, RequestMethod.POST})
    Mono<ResponseEntity<String>> threeChats(ServerWebExchange request) {
      return answer("done", request);
    }

    @Quota("ping")
    @RequestMapping(
        path = "/ping",
        method = {RequestMethod.GET, RequestMethod.POST})
    Mono<ResponseEntity<String>> ping(ServerWebExchange request) {
      return answer("done", request);
    }

    @Quota("ping")
    @Quota("chat")
    @RequestMapping(
        path = "/both",
        method = {RequestMethod.GET, RequestMethod.POST})
    Mono<ResponseEntity<String>> both(ServerWebExchange request) {
      return answer("done", request);
    }

    @Quota("week")
    @RequestMapping(
        path = "/week",
        method = {RequestMethod.GET, RequestMethod.POST})
    Mono<ResponseEntity<String>> week(ServerWebExchange request) {
      return answer("done", request);
    }

    @Quota("rolling-day")
    @RequestMapping(
        path = "/rolling-day",
        method = {RequestMethod.GET, RequestMethod.POST})
    Mono<ResponseEntity<String>> rollingDay(ServerWebExchange request) {
      return answer("done", request);
    }

    @Quota("image")
    @RequestMapping(
        path = "/image",
        method = {RequestMethod.GET, RequestMethod.POST})
    Mono<ResponseEntity<String>> image(ServerWebExchange request) {
      return answer("done", request);
    }

    @Quota(value = "image", costFrom = RecordedCost.class)
    @RequestMapping(
        path = "/sized",
        method = {RequestMethod.GET, RequestMethod.POST})
    Mono<ResponseEntity<String>> sized(ServerWebExchange request) {
      return answer("done", request);
    }

    @Quota("upload")
    @RequestMapping(
        path = "/upload",
        method = {RequestMethod.GET, RequestMethod.POST})
    Mono<ResponseEntity<String>> upload(ServerWebExchange request) {
      return answer("done", request);
    }

    @Quota("spend")
    @RequestMapping(
        path = "/spend",
        method = {RequestMethod.GET, RequestMethod.POST})
    Mono<ResponseEntity<String>> spend(ServerWebExchange request) {
      return answer("done", request);
    }

    @Quota("team-chat")
    @RequestMapping(
        path = "/team",
        method = {RequestMethod.GET, RequestMethod.POST})
    Mono<ResponseEntity<String>> team(ServerWebExchange request) {
      return answer("done", request);
    }

    @Quota("routed")
    @RequestMapping(
        path = "/routed",
        method = {RequestMethod.GET, RequestMethod.POST})
    Mono<ResponseEntity<String>> routed(ServerWebExchange request) {
      return answer("done", request);
    }

    @Quota("huge")
    @RequestMapping(
        path = "/huge",
        method = {RequestMethod.GET, RequestMethod.POST})
    Mono<ResponseEntity<String>> huge(ServerWebExchange request) {
      return answer("done", request);
    }

    @Quota(value = "chat", idempotent = true, keyRequired = true)
    @RequestMapping(
        path = "/key-demanded",
        method = {RequestMethod.GET, RequestMethod.POST})
    Mono<ResponseEntity<String>> keyDemanded(ServerWebExchange request) {
      return answer("done", request);
    }

    @Quota("away-deny")
    @RequestMapping(
        path = "/away/deny",
        method = {RequestMethod.GET, RequestMethod.POST})
    Mono<ResponseEntity<String>> awayDeny(ServerWebExchange request) {
      return answer("done", request);
    }

    @Quota("away-allow")
    @RequestMapping(
        path = "/away/allow",
        method = {RequestMethod.GET, RequestMethod.POST})
    Mono<ResponseEntity<String>> awayAllow(ServerWebExchange request) {
      return answer("done", request);
    }

    @Quota("away-local")
    @RequestMapping(
        path = "/away/local",
        method = {RequestMethod.GET, RequestMethod.POST})
    Mono<ResponseEntity<String>> awayLocal(ServerWebExchange request) {
      return answer("done", request);
    }
  }
}
