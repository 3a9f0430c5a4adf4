package dev.quota.jaxrs;

import dev.quota.http.answer.AnswerHeaders;
import jakarta.ws.rs.container.ContainerResponseContext;
import java.util.Collection;
import java.util.List;

/** The headers of a response of Jakarta REST. */
record ResponseHeaders(ContainerResponseContext response) implements AnswerHeaders {

  @Override
  public Collection<String> names() {
    return response.getHeaders().keySet();
  }

  @Override
  public List<String> values(String name) {
    return response.getStringHeaders().getOrDefault(name, List.of());
  }

  @Override
  public void set(String name, String value) {
    response.getHeaders().putSingle(name, value);
  }

  @Override
  public void add(String name, String value) {
    response.getHeaders().add(name, value);
  }
}
