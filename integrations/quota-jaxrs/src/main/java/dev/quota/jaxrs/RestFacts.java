package dev.quota.jaxrs;

import dev.quota.Charge;
import dev.quota.Subject;
import dev.quota.http.Endpoint;
import dev.quota.http.answer.ErrorFormat;
import dev.quota.http.request.RequestFacts;
import dev.quota.http.request.StateFacts;
import dev.quota.policy.Policies;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.PathSegment;
import jakarta.ws.rs.core.UriInfo;
import java.net.URI;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The facts of a request of Jakarta REST.
 *
 * @param endpoint what it charges; free for the state endpoints
 */
record RestFacts(ContainerRequestContext request, SubjectResolver subjects, Endpoint endpoint)
    implements RequestFacts, StateFacts {

  /** Returns the facts of a request without charges. */
  static RestFacts ofFree(ContainerRequestContext request, SubjectResolver subjects) {
    return new RestFacts(request, subjects, Endpoint.FREE);
  }

  @Override
  public String method() {
    return request.getMethod();
  }

  @Override
  public List<String> headers(String name) {
    List<String> lines = request.getHeaders().get(name);
    return lines == null ? List.of() : lines;
  }

  @Override
  public String authority() {
    return header("Host")
        .orElseGet(() -> Objects.toString(uri().getRequestUri().getRawAuthority(), ""));
  }

  @Override
  public String target() {
    URI address = uri().getRequestUri();
    String query = address.getRawQuery();
    return query == null ? address.getRawPath() : address.getRawPath() + "?" + query;
  }

  private UriInfo uri() {
    return request.getUriInfo();
  }

  /** Returns false, because filters of the application add the header later. */
  @Override
  public boolean allowsOtherOrigins() {
    return true;
  }

  /** Returns the path in the form that is matched: decoded, and without empty segments. */
  @Override
  public String route() {
    StringBuilder route = new StringBuilder(method()).append(' ');
    String base = uri().getBaseUri().getPath();
    route.append(base, 0, base.endsWith("/") ? base.length() - 1 : base.length());
    for (PathSegment segment : uri().getPathSegments()) {
      if (!segment.getPath().isEmpty()) {
        route.append('/').append(segment.getPath());
        new TreeMap<>(segment.getMatrixParameters())
            .forEach((name, values) -> route.append(';').append(name).append('=').append(values));
      }
    }
    return route.toString();
  }

  @Override
  public ErrorFormat errors() {
    return endpoint.errors();
  }

  @Override
  public Subject subject() {
    return Objects.requireNonNull(subjects.resolve(request), "subject");
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
    return type.isInstance(request) ? Optional.of(type.cast(request)) : Optional.empty();
  }
}
