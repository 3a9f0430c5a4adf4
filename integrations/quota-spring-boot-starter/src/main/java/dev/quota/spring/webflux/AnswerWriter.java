package dev.quota.spring.webflux;

import dev.quota.http.answer.Answer;
import dev.quota.http.answer.Content;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.server.reactive.ServerHttpResponse;
import reactor.core.publisher.Mono;

/** Writes answers instead of a handler. Stateless. */
final class AnswerWriter {

  private AnswerWriter() {}

  static Mono<Void> write(Answer answer, ServerHttpResponse response) {
    response.setStatusCode(HttpStatusCode.valueOf(answer.status()));
    HttpHeaders headers = response.getHeaders();
    answer.writeHeaders(new ResponseHeaders(headers));
    Content content = answer.content();
    if (content.type().isEmpty()) {
      return response.setComplete();
    }
    content.headers().forEach(headers::set);
    headers.set(HttpHeaders.CONTENT_TYPE, content.type());
    headers.setContentLength(content.bytes().length);
    return response.writeWith(
        Mono.fromSupplier(() -> response.bufferFactory().wrap(content.bytes())));
  }
}
