package dev.quota.servlet;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;

/**
 * The request of a charged endpoint: it lets the settlement know of asynchronous work before that
 * work can be over.
 */
final class ChargedRequest extends HttpServletRequestWrapper {

  private final ChargedResponse response;
  private final Settlement settlement;

  ChargedRequest(HttpServletRequest request, ChargedResponse response, Settlement settlement) {
    super(request);
    this.response = response;
    this.settlement = settlement;
  }

  @Override
  public AsyncContext startAsync() {
    // Without arguments a container hands out its own response, past ours.
    return settlement.follow(super.startAsync(this, response));
  }

  @Override
  public AsyncContext startAsync(ServletRequest request, ServletResponse response) {
    return settlement.follow(super.startAsync(request, response));
  }
}
