package dev.quota.servlet;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The request of a charged endpoint: it lets the settlement know of asynchronous work before that
 * work can be over.
 */
final class ChargedRequest extends HttpServletRequestWrapper {

  private final ChargedResponse response;
  private final Settlement settlement;
  private volatile Optional<AsyncContext> async = Optional.empty();

  ChargedRequest(HttpServletRequest request, ChargedResponse response, Settlement settlement) {
    super(request);
    this.response = response;
    this.settlement = settlement;
  }

  @Override
  public AsyncContext startAsync() {
    // Without arguments a container hands out its own response, past ours.
    return follow(super.startAsync(this, response));
  }

  @Override
  public AsyncContext startAsync(ServletRequest request, ServletResponse response) {
    if (!this.response.isBehind(response)) {
      this.response.begin();
    }
    return follow(super.startAsync(request, response));
  }

  private AsyncContext follow(AsyncContext started) {
    AsyncContext followed = new ChargedAsync(settlement.follow(started), response);
    async = Optional.of(followed);
    return followed;
  }

  @Override
  public AsyncContext getAsyncContext() {
    AsyncContext started = super.getAsyncContext();
    return async.orElse(started);
  }

  @Override
  public @Nullable RequestDispatcher getRequestDispatcher(String path) {
    RequestDispatcher dispatcher = super.getRequestDispatcher(path);
    return dispatcher == null ? null : new ChargedDispatcher(dispatcher, response);
  }
}
