package dev.quota.spring.webflux;

import dev.quota.http.answer.AnswerHeaders;
import java.util.ArrayList;
import java.util.List;
import org.springframework.http.HttpHeaders;

/**
 * The headers of a response of WebFlux.
 *
 * @param headers the headers, which is a {@code Map} in Spring 6 only
 */
record ResponseHeaders(HttpHeaders headers) implements AnswerHeaders {

  @Override
  public List<String> names() {
    List<String> names = new ArrayList<>();
    headers.forEach((name, values) -> names.add(name));
    return names;
  }

  @Override
  public List<String> values(String name) {
    List<String> all = new ArrayList<>();
    headers.forEach(
        (other, values) -> {
          if (other.equals(name)) {
            all.addAll(values);
          }
        });
    return all;
  }

  @Override
  public void set(String name, String value) {
    headers.set(name, value);
  }

  @Override
  public void add(String name, String value) {
    headers.add(name, value);
  }
}
