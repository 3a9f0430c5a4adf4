package dev.quota.spring.webflux;

import dev.quota.UnknownQuotaException;
import dev.quota.http.Begun;
import dev.quota.http.Endpoint;
import dev.quota.http.ExchangeKey;
import dev.quota.http.Proceed;
import dev.quota.http.QuotaHttp;
import dev.quota.http.Refuse;
import dev.quota.http.RequestFingerprint;
import dev.quota.http.answer.Answer;
import dev.quota.http.request.RequestEnd;
import java.util.Optional;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.ErrorResponse;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.cors.reactive.CorsUtils;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import org.springframework.web.util.DisconnectedClientHelper;
import reactor.core.publisher.Mono;

/**
 * Charges requests before their handlers run, and answers refusals. No thread waits. Thread-safe.
 */
final class QuotaWebFilter implements WebFilter, Ordered {

  private static final System.Logger LOG = System.getLogger(QuotaWebFilter.class.getName());

  private final QuotaHttp http;
  private final HandlerLookup lookup;
  private final HandlerEndpoints endpoints;
  private final ReactiveSubjectResolver subjects;
  private final int order;

  QuotaWebFilter(
      QuotaHttp http,
      HandlerLookup lookup,
      HandlerEndpoints endpoints,
      ReactiveSubjectResolver subjects,
      int order) {
    this.http = http;
    this.lookup = lookup;
    this.endpoints = endpoints;
    this.subjects = subjects;
    this.order = order;
  }

  @Override
  public int getOrder() {
    return order;
  }

  @Override
  public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
    UnchargedGuard.seen(exchange);
    if (CorsUtils.isPreFlightRequest(exchange.getRequest())) {
      return chain.filter(exchange);
    }
    return lookup
        .find(exchange)
        .map(endpoints::ofFound)
        .defaultIfEmpty(Endpoint.FREE)
        .flatMap(
            endpoint ->
                endpoint.isFree() ? chain.filter(exchange) : meter(endpoint, exchange, chain))
        .contextWrite(context -> RequestCaller.put(context, subjects.resolve(exchange)));
  }

  private Mono<Void> meter(Endpoint endpoint, ServerWebExchange exchange, WebFilterChain chain) {
    if (exchange.getRequest().getMethod().equals(HttpMethod.OPTIONS)) {
      // OPTIONS is free, so it must not run code that a quota protects.
      exchange.getResponse().setStatusCode(HttpStatus.NO_CONTENT);
      return exchange.getResponse().setComplete();
    }
    return subjects
        .resolve(exchange)
        .switchIfEmpty(
            Mono.error(
                () -> new IllegalStateException("the ReactiveSubjectResolver found no subject")))
        .flatMap(subject -> charge(new WebFacts(exchange, endpoint, subject), chain));
  }

  private Mono<Void> charge(WebFacts facts, WebFilterChain chain) {
    ChargedRequest request = new ChargedRequest(http, facts);
    return request
        .begin()
        .onErrorResume(UnknownQuotaException.class, e -> Mono.just(misconfigured(e, facts)))
        .flatMap(begun -> goOn(begun, request, facts, chain))
        .doOnCancel(request::cancelled);
  }

  private Begun misconfigured(UnknownQuotaException thrown, WebFacts facts) {
    LOG.log(
        System.Logger.Level.ERROR,
        "A request cannot be charged, so it is refused (503). {0}",
        thrown.getMessage());
    return new Refuse(http.misconfigured(facts));
  }

  private Mono<Void> goOn(
      Begun begun, ChargedRequest request, WebFacts facts, WebFilterChain chain) {
    if (begun instanceof Refuse refuse) {
      return AnswerWriter.write(refuse.answer(), facts.exchange().getResponse());
    }
    Proceed proceed = (Proceed) begun;
    Optional<ExchangeKey> key = proceed.exchange().key();
    return key.isEmpty()
        ? run(proceed, request, facts.exchange(), chain)
        : identify(key.get(), proceed, request, facts, chain);
  }

  /** Sets the fingerprint of a request with a key. The handler can still read the body. */
  private Mono<Void> identify(
      ExchangeKey key,
      Proceed proceed,
      ChargedRequest request,
      WebFacts facts,
      WebFilterChain chain) {
    ServerWebExchange exchange = facts.exchange();
    return ReplayedRequest.of(
            exchange.getRequest(),
            (start, replayed) -> {
              Optional<Answer> reused = key.identify(RequestFingerprint.of(facts, start));
              return reused.isPresent()
                  ? AnswerWriter.write(reused.get(), exchange.getResponse())
                  : run(proceed, request, exchange.mutate().request(replayed).build(), chain);
            })
        // A body that cannot be read is a failure of the client. Other failures have ended the
        // request before.
        .onErrorResume(e -> request.end(RequestEnd.CUT_SHORT).then(Mono.error(e)));
  }

  private Mono<Void> run(
      Proceed proceed, ChargedRequest request, ServerWebExchange exchange, WebFilterChain chain) {
    ServerHttpResponse response = exchange.getResponse();
    response.beforeCommit(() -> Mono.fromRunnable(() -> request.writeHeaders(response)));
    ServerWebExchange charged =
        exchange.mutate().response(new ChargedResponse(response, request)).build();
    QuotaExchange handle = new QuotaExchange(proceed.exchange(), charged);
    charged.getAttributes().put(QuotaExchange.ATTRIBUTE, handle);
    return chain
        .filter(charged)
        .contextWrite(context -> context.put(QuotaExchange.class, handle))
        .then(request.endAnswered(response))
        .onErrorResume(e -> request.end(end(e, request, response)).then(Mono.error(e)));
  }

  private static RequestEnd end(Throwable e, ChargedRequest request, ServerHttpResponse response) {
    if (response.isCommitted() || DisconnectedClientHelper.isClientDisconnectedException(e)) {
      return RequestEnd.CUT_SHORT;
    }
    if (RefusalHandler.refusal(e).isPresent()) {
      // The refusal is the answer, after the handler ran.
      return RequestEnd.DELIVERED;
    }
    int status = status(e).value();
    return status < 500 ? request.endOf(status) : RequestEnd.FAILED;
  }

  /** Returns the status with which WebFlux will answer an exception. */
  private static HttpStatusCode status(Throwable e) {
    if (e instanceof ErrorResponse response) {
      return response.getStatusCode();
    }
    return MergedAnnotations.from(e.getClass())
        .get(ResponseStatus.class)
        .getValue("code", HttpStatus.class)
        .orElse(HttpStatus.INTERNAL_SERVER_ERROR);
  }
}
