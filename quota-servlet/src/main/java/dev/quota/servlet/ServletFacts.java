package dev.quota.servlet;

import dev.quota.Charge;
import dev.quota.Subject;
import dev.quota.http.Endpoint;
import dev.quota.http.answer.ErrorFormat;
import dev.quota.http.request.RequestFacts;
import dev.quota.http.request.StateFacts;
import dev.quota.policy.Policies;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The facts of a servlet request.
 *
 * @param response its response; null if only text for a page is made
 * @param endpoint what is still to charge; free for the state endpoints
 * @param errors the format of refusals
 */
record ServletFacts(
    HttpServletRequest request,
    @Nullable HttpServletResponse response,
    SubjectResolver subjects,
    Endpoint endpoint,
    ErrorFormat errors)
    implements RequestFacts, StateFacts {

  private static final String ALLOW_ORIGIN = "Access-Control-Allow-Origin";

  /** Returns the facts of a request without charges. */
  static ServletFacts ofFree(
      HttpServletRequest request,
      @Nullable HttpServletResponse response,
      SubjectResolver subjects) {
    return new ServletFacts(request, response, subjects, Endpoint.FREE, ErrorFormat.PROBLEM);
  }

  static boolean allowsOtherOrigins(HttpServletResponse response) {
    return response.getHeader(ALLOW_ORIGIN) != null;
  }

  @Override
  public String method() {
    return request.getMethod();
  }

  @Override
  public List<String> headers(String name) {
    return Collections.list(request.getHeaders(name));
  }

  @Override
  public Optional<String> header(String name) {
    return Optional.ofNullable(request.getHeader(name));
  }

  @Override
  public String authority() {
    return Authority.of(request);
  }

  @Override
  public String target() {
    String query = request.getQueryString();
    return query == null ? request.getRequestURI() : request.getRequestURI() + "?" + query;
  }

  @Override
  public boolean allowsOtherOrigins() {
    return response != null && allowsOtherOrigins(response);
  }

  /**
   * Returns the id of the endpoint that the container matched, so that different spellings of a
   * path have one id.
   */
  @Override
  public String route() {
    String rest = request.getPathInfo() == null ? "" : request.getPathInfo();
    return request.getMethod() + " " + request.getContextPath() + request.getServletPath() + rest;
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
  public Optional<String> parameter(String name) {
    // For other methods, the container would read the body to find a form.
    return isRead()
        ? Optional.ofNullable(request.getParameter(name))
        : RequestFacts.super.parameter(name);
  }

  @Override
  public <T> Optional<T> unwrap(Class<T> type) {
    return type.isInstance(request) ? Optional.of(type.cast(request)) : Optional.empty();
  }
}
