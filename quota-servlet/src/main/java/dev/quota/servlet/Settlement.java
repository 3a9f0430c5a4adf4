package dev.quota.servlet;

import dev.quota.spi.QuotaStoreException;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.http.HttpServletResponse;

/**
 * Ends a charge when its request ends: a request that failed before it delivered anything gives its
 * charge back.
 *
 * <p>A status of 500 or above is a failure whatever was written, because what was written is the
 * error. An exception is one only while nothing is committed: after that, something was delivered.
 */
final class Settlement implements AsyncListener {

  private static final System.Logger LOG = System.getLogger(Settlement.class.getName());

  private final QuotaExchange exchange;
  private final HttpServletResponse response;
  private final boolean giveBackFailed;
  private volatile boolean asynchronous;
  private volatile boolean failed;

  Settlement(QuotaExchange exchange, HttpServletResponse response, boolean giveBackFailed) {
    this.exchange = exchange;
    this.response = response;
    this.giveBackFailed = giveBackFailed;
  }

  AsyncContext follow(AsyncContext context) {
    asynchronous = true;
    context.addListener(this);
    return context;
  }

  /** Called when the endpoint's thread comes back, normally or with an exception. */
  void endpointLeft(boolean normally) {
    if (!normally) {
      failed = true;
    }
    if (!asynchronous || !normally) {
      settle();
    }
  }

  /** Returns whether another thread goes on when the endpoint's thread comes back. */
  boolean isAsynchronous() {
    return asynchronous;
  }

  private void settle() {
    boolean undelivered = failed && !response.isCommitted();
    if (giveBackFailed && (undelivered || response.getStatus() >= 500)) {
      try {
        boolean unused = exchange.giveBack();
      } catch (QuotaStoreException e) {
        // The engine tells of the outage; a warning for each request of it would fill the log.
        LOG.log(System.Logger.Level.DEBUG, "A failed request could not give its charge back.", e);
      }
    }
  }

  @Override
  public void onComplete(AsyncEvent event) {
    settle();
  }

  @Override
  public void onTimeout(AsyncEvent event) {
    failed = true;
  }

  @Override
  public void onError(AsyncEvent event) {
    failed = true;
  }

  @Override
  public void onStartAsync(AsyncEvent event) {
    // A new cycle after a dispatch starts without listeners.
    event.getAsyncContext().addListener(this);
  }
}
