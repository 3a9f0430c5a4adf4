package dev.quota.spring.webflux;

import dev.quota.http.answer.Answer;
import dev.quota.http.answer.Content;
import java.util.ArrayList;
import java.util.List;
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
    answer.forbidding(names(headers)).forEach(headers::set);
    answer.headers().forEach((name, value) -> set(name, value, headers));
    expose(answer.exposed(), response);
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

  private static List<String> names(HttpHeaders headers) {
    List<String> names = new ArrayList<>();
    headers.forEach((name, values) -> names.add(name));
    return names;
  }

  private static void set(String name, String value, HttpHeaders headers) {
    if (name.equals(HttpHeaders.VARY)) {
      headers.add(name, value);
    } else {
      headers.set(name, value);
    }
  }

  /** Exposes headers to a page of another origin, if it may read the response. */
  static void expose(List<String> names, ServerHttpResponse response) {
    if (WebFacts.allowsOtherOrigins(response)) {
      names.forEach(
          name -> response.getHeaders().add(HttpHeaders.ACCESS_CONTROL_EXPOSE_HEADERS, name));
    }
  }
}
