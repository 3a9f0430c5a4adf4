package dev.quota.spring.webflux;

import dev.quota.Charge;
import dev.quota.Subject;
import dev.quota.http.Endpoint;
import dev.quota.http.answer.ErrorFormat;
import dev.quota.http.request.RequestFacts;
import dev.quota.http.request.StateFacts;
import dev.quota.policy.Policies;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.PathContainer;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;

/**
 * The facts of a request to WebFlux.
 *
 * @param endpoint what it charges; free for the state endpoints
 */
record WebFacts(ServerWebExchange exchange, Endpoint endpoint, Subject subject)
    implements RequestFacts, StateFacts {

  private ServerHttpRequest request() {
    return exchange.getRequest();
  }

  /** Returns whether a page of another origin may read an answer. */
  static boolean allowsOtherOrigins(ServerHttpResponse response) {
    return response.getHeaders().getAccessControlAllowOrigin() != null;
  }

  @Override
  public String method() {
    return request().getMethod().name();
  }

  @Override
  public List<String> headers(String name) {
    // HttpHeaders is a Map only in Spring 6, so its get is a different method in 7.
    List<String> lines = new ArrayList<>();
    HttpHeaders all = request().getHeaders();
    if (all.getFirst(name) != null) {
      all.forEach(
          (other, values) -> {
            if (other.equalsIgnoreCase(name)) {
              lines.addAll(values);
            }
          });
    }
    return lines;
  }

  @Override
  public Optional<String> header(String name) {
    return Optional.ofNullable(request().getHeaders().getFirst(name));
  }

  @Override
  public String authority() {
    return header("Host")
        .orElseGet(() -> Objects.toString(request().getURI().getRawAuthority(), ""));
  }

  @Override
  public String target() {
    String path = request().getURI().getRawPath();
    String query = request().getURI().getRawQuery();
    return query == null ? path : path + "?" + query;
  }

  @Override
  public boolean allowsOtherOrigins() {
    return allowsOtherOrigins(exchange.getResponse());
  }

  /** Returns the path in the form that is matched, so that different spellings have one id. */
  @Override
  public String route() {
    StringBuilder route = new StringBuilder(method()).append(' ');
    for (PathContainer.Element element : request().getPath().elements()) {
      if (element instanceof PathContainer.PathSegment segment) {
        route.append(segment.valueToMatch());
        if (!segment.parameters().isEmpty()) {
          route.append(segment.parameters());
        }
      } else {
        route.append('/');
      }
    }
    return route.toString();
  }

  @Override
  public ErrorFormat errors() {
    return endpoint.errors();
  }

  @Override
  public List<Charge> charges(Policies policies) {
    return endpoint.charges(this, policies);
  }

  @Override
  public boolean idempotent() {
    return endpoint.idempotent();
  }

  @Override
  public boolean keyRequired() {
    return endpoint.keyRequired();
  }

  @Override
  public <T> Optional<T> unwrap(Class<T> type) {
    return Stream.of(exchange, request()).filter(type::isInstance).map(type::cast).findFirst();
  }
}
