package dev.quota.servlet;

import dev.quota.http.answer.AnswerHeaders;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Collection;
import java.util.List;

/** The headers of a servlet response. */
record ResponseHeaders(HttpServletResponse response) implements AnswerHeaders {

  @Override
  public Collection<String> names() {
    return response.getHeaderNames();
  }

  @Override
  public List<String> values(String name) {
    return List.copyOf(response.getHeaders(name));
  }

  @Override
  public void set(String name, String value) {
    response.setHeader(name, value);
  }

  @Override
  public void add(String name, String value) {
    response.addHeader(name, value);
  }
}
