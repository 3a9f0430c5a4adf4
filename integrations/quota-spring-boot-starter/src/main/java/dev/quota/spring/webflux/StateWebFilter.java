package dev.quota.spring.webflux;

import dev.quota.Subject;
import dev.quota.http.Endpoint;
import dev.quota.http.QuotaHttp;
import dev.quota.http.answer.Answer;
import dev.quota.spring.method.ReactorCalls;
import java.util.Set;
import org.springframework.core.Ordered;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.cors.reactive.CorsUtils;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/** Serves the state endpoints and the web component. */
final class StateWebFilter implements WebFilter, Ordered {

  private static final Set<HttpMethod> METHODS =
      Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);

  private final QuotaHttp http;
  private final ReactiveSubjectResolver subjects;
  private final String base;
  private final int order;

  StateWebFilter(QuotaHttp http, ReactiveSubjectResolver subjects, String base, int order) {
    this.http = http;
    this.subjects = subjects;
    this.base = base;
    this.order = order;
  }

  @Override
  public int getOrder() {
    return order;
  }

  @Override
  public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
    String path = exchange.getRequest().getPath().pathWithinApplication().value();
    if (!(path.equals(base) || path.startsWith(base + "/"))
        || CorsUtils.isPreFlightRequest(exchange.getRequest())) {
      return chain.filter(exchange);
    }
    HttpMethod method = exchange.getRequest().getMethod();
    return method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD)
        ? subjects
            .resolve(exchange)
            .flatMap(subject -> answer(path.substring(base.length()), exchange, subject))
        : refuse(method, exchange.getResponse());
  }

  private Mono<Void> answer(String path, ServerWebExchange exchange, Subject subject) {
    return Mono.defer(
        () -> {
          Mono<Answer> answer =
              ReactorCalls.resumed(
                  http.stateAsync(path, new WebFacts(exchange, Endpoint.FREE, subject))
                      .toCompletableFuture());
          return answer.flatMap(it -> AnswerWriter.write(it, exchange.getResponse()));
        });
  }

  private static Mono<Void> refuse(HttpMethod method, ServerHttpResponse response) {
    response.getHeaders().setAllow(METHODS);
    response.setStatusCode(
        method.equals(HttpMethod.OPTIONS) ? HttpStatus.OK : HttpStatus.METHOD_NOT_ALLOWED);
    return response.setComplete();
  }
}
