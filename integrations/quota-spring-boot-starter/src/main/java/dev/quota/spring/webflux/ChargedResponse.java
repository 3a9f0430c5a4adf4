package dev.quota.spring.webflux;

import org.reactivestreams.Publisher;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The response of a charged handler. When the body is complete, the charge is ended, and only then
 * the client gets the end of its answer. So a client that has read an answer completely finds its
 * permit released. A cancelled body was cut short: Netty cancels it when the client has left, and
 * still completes the response.
 */
final class ChargedResponse extends ServerHttpResponseDecorator {

  private final ChargedRequest request;

  ChargedResponse(ServerHttpResponse response, ChargedRequest request) {
    super(response);
    this.request = request;
  }

  private <T> Mono<T> end() {
    return request.endAnswered(getDelegate()).then(Mono.empty());
  }

  @Override
  public Mono<Void> writeWith(Publisher<? extends DataBuffer> body) {
    // A Mono stays a Mono, so that its length can be sent.
    return body instanceof Mono<? extends DataBuffer> one
        ? super.writeWith(one.doOnCancel(request::cancelled).delayUntil(all -> end()))
        : super.writeWith(
            Flux.<DataBuffer>from(body).doOnCancel(request::cancelled).concatWith(end()));
  }

  @Override
  public Mono<Void> writeAndFlushWith(Publisher<? extends Publisher<? extends DataBuffer>> body) {
    return super.writeAndFlushWith(
        Flux.<Publisher<? extends DataBuffer>>from(body)
            .doOnCancel(request::cancelled)
            .concatWith(end()));
  }

  @Override
  public Mono<Void> setComplete() {
    return this.<Void>end().then(Mono.defer(super::setComplete));
  }
}
