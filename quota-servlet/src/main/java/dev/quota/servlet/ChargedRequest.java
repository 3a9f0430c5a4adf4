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

  private final Settlement settlement;

  ChargedRequest(HttpServletRequest request, Settlement settlement) {
    super(request);
    this.settlement = settlement;
  }

  @Override
  public AsyncContext startAsync() {
    return settlement.follow(super.startAsync());
  }

  @Override
  public AsyncContext startAsync(ServletRequest request, ServletResponse response) {
    return settlement.follow(super.startAsync(request, response));
  }
}
