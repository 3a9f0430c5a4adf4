package dev.quota.servlet;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletRequestWrapper;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.Part;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.Collection;
import java.util.Enumeration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The request of a charged endpoint. It tells the settlement of asynchronous work before that can
 * end, and of a body that the client did not send completely.
 */
final class ChargedRequest extends HttpServletRequestWrapper {

  private final ChargedResponse response;
  private final Settlement settlement;
  private Optional<ServletInputStream> input = Optional.empty();
  private Optional<BufferedReader> reader = Optional.empty();

  ChargedRequest(HttpServletRequest request, ChargedResponse response, Settlement settlement) {
    super(request);
    this.response = response;
    this.settlement = settlement;
  }

  /** Returns whether a request wraps one of this class with the same settlement. */
  static boolean isBehind(ServletRequest request, Settlement settlement) {
    ServletRequest inner = request;
    while (inner instanceof ServletRequestWrapper wrapper) {
      if (inner instanceof ChargedRequest ours && ours.settlement == settlement) {
        return true;
      }
      inner = wrapper.getRequest();
    }
    return false;
  }

  @Override
  public AsyncContext startAsync() {
    // Without arguments a container would use its own response instead of the wrapped one.
    return settlement.follow(super.startAsync(this, response), response);
  }

  @Override
  public AsyncContext startAsync(ServletRequest request, ServletResponse response) {
    if (!this.response.isBehind(response)) {
      this.response.begin();
    }
    return settlement.follow(super.startAsync(request, response), this.response);
  }

  @Override
  public @Nullable AsyncContext getAsyncContext() {
    AsyncContext started = super.getAsyncContext();
    if (started == null) {
      // Spring's mock request returns null before anything is asynchronous. Containers throw.
      return null;
    }
    // A filter before this one may have made the request asynchronous.
    return settlement.asynchronous().orElseGet(() -> settlement.follow(started, response));
  }

  @Override
  public @Nullable RequestDispatcher getRequestDispatcher(String path) {
    RequestDispatcher dispatcher = super.getRequestDispatcher(path);
    return dispatcher == null ? null : new ChargedDispatcher(dispatcher, response);
  }

  @Override
  public synchronized ServletInputStream getInputStream() throws IOException {
    if (input.isEmpty()) {
      input = Optional.of(new ChargedInput(super.getInputStream(), response, settlement));
    }
    return input.get();
  }

  @Override
  public synchronized BufferedReader getReader() throws IOException {
    if (reader.isEmpty()) {
      reader = Optional.of(new BufferedReader(new ChargedReader(super.getReader(), settlement)));
    }
    return reader.get();
  }

  // The first access to a parameter reads the form. Containers throw different exceptions if it is
  // malformed.

  @Override
  public @Nullable String getParameter(String name) {
    return read(() -> super.getParameter(name));
  }

  @Override
  public Map<String, String[]> getParameterMap() {
    return read(super::getParameterMap);
  }

  @Override
  public Enumeration<String> getParameterNames() {
    return read(super::getParameterNames);
  }

  @Override
  public String @Nullable [] getParameterValues(String name) {
    return read(() -> super.getParameterValues(name));
  }

  private <T> T read(Supplier<T> parameters) {
    try {
      return parameters.get();
    } catch (RuntimeException e) {
      settlement.outcome().clientLeftAndSaid();
      throw e;
    }
  }

  @Override
  public Collection<Part> getParts() throws IOException, ServletException {
    try {
      return super.getParts();
    } catch (IOException | ServletException | RuntimeException e) {
      settlement.outcome().clientLeftAndSaid();
      throw e;
    }
  }

  @Override
  public Part getPart(String name) throws IOException, ServletException {
    try {
      return super.getPart(name);
    } catch (IOException | ServletException | RuntimeException e) {
      settlement.outcome().clientLeftAndSaid();
      throw e;
    }
  }
}
