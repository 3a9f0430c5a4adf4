package dev.quota.servlet;

import dev.quota.spi.QuotaStoreException;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Ends what a request charged and reserved when the request ends: once, whatever ends it.
 *
 * <p>A status of 500 or above is a failure whatever was written, because what was written is the
 * error. An exception, a timeout, or somebody who does not listen any more is one only while
 * nothing is committed: after that, something was delivered, and the answer was cut short.
 */
final class Settlement implements AsyncListener {

  private static final System.Logger LOG = System.getLogger(Settlement.class.getName());

  private final QuotaExchange exchange;
  private final ChargedResponse response;
  private final boolean giveBackFailed;
  private final AtomicBoolean ended = new AtomicBoolean();
  private volatile boolean asynchronous;
  private volatile boolean failed;

  Settlement(QuotaExchange exchange, ChargedResponse response, boolean giveBackFailed) {
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
    if (ended.compareAndSet(false, true)) {
      try {
        exchange.end(end(), giveBackFailed);
      } catch (QuotaStoreException e) {
        // The engine tells of the outage; a warning for each request of it would fill the log.
        LOG.log(System.Logger.Level.DEBUG, "A failed request could not give its charge back.", e);
      }
    }
  }

  private RequestEnd end() {
    boolean cut = failed || response.isBroken();
    if (response.getStatus() >= 500 || (cut && !response.isCommitted())) {
      return RequestEnd.FAILED;
    }
    return cut ? RequestEnd.CUT_SHORT : RequestEnd.DELIVERED;
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
