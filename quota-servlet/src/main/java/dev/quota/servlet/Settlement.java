package dev.quota.servlet;

import dev.quota.http.request.RequestEnd;
import dev.quota.store.QuotaStoreException;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Optional;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Ends the charges and reservations of a request once, when its work is over. {@link
 * RequestOutcome} says how it ended, and {@link RequestWork} when. Thread-safe.
 *
 * <p>A charge is refunded only if the application failed and nothing was delivered. A failure of
 * the client is no failure of the application.
 */
final class Settlement implements AsyncListener, RequestWork.End {

  private static final System.Logger LOG = System.getLogger(Settlement.class.getName());

  private final RequestOutcome outcome;
  private final RequestWork work;
  private final RequestAccess access = new RequestAccess();

  private volatile Optional<AsyncContext> asynchronous = Optional.empty();

  /**
   * The first charge. Each knows the next one, because a list would be garbage in each request.
   * Guarded by this object.
   */
  private @Nullable QuotaExchange first;

  Settlement(HttpServletResponse response, IntPredicate refunded) {
    outcome = new RequestOutcome(response.getStatus(), refunded);
    work = new RequestWork(outcome, this, RequestWork.Timer.OF_THE_PLATFORM);
  }

  RequestOutcome outcome() {
    return outcome;
  }

  RequestWork work() {
    return work;
  }

  RequestAccess access() {
    return access;
  }

  /** Adds a charge that ends with this request. */
  synchronized void add(QuotaExchange exchange) {
    if (first == null) {
      first = exchange;
    } else {
      first.append(exchange);
    }
  }

  /** Observes asynchronous work that has begun. Returns the context for the application. */
  AsyncContext follow(AsyncContext context, ChargedResponse response) {
    follow(context);
    AsyncContext followed = new ChargedAsync(context, response, this);
    asynchronous = Optional.of(followed);
    return followed;
  }

  private void follow(AsyncContext context) {
    work.started();
    context.addListener(this);
  }

  /** Returns the asynchronous context of the application. */
  Optional<AsyncContext> asynchronous() {
    return asynchronous;
  }

  /** Begins an asynchronous dispatch, which ends the asynchronous work before it. */
  void enterDispatch() {
    asynchronous = Optional.empty();
    access.beginAgain();
    work.enterDispatch();
  }

  /**
   * Called when the outermost dispatch returns, before the container adds anything.
   *
   * @param thrown its exception
   */
  void threadLeft(
      HttpServletRequest request, HttpServletResponse response, @Nullable Throwable thrown) {
    if (thrown != null) {
      outcome.applicationFailed(thrown, response.isCommitted());
    } else if (work.isSynchronous()) {
      followUnseen(request);
    }
    if (thrown == null && !isAsynchronous()) {
      outcome.statusAtEnd(response.getStatus());
    }
    work.leave();
  }

  /** Notes an exception of the application in another thread. */
  void failed(Throwable thrown, HttpServletResponse response) {
    // After a failure the container may have recycled its response.
    if (!outcome.hasFailed()) {
      outcome.applicationFailed(thrown, response.isCommitted());
    }
  }

  /**
   * Observes work that an outer servlet or filter made asynchronous without the wrapped request.
   */
  private void followUnseen(HttpServletRequest request) {
    try {
      if (request.isAsyncStarted()) {
        follow(request.getAsyncContext());
      }
    } catch (IllegalStateException e) {
      LOG.log(System.Logger.Level.DEBUG, "Asynchronous work was over before it was followed.", e);
      work.completed();
    }
  }

  boolean isAsynchronous() {
    return work.isAsynchronous();
  }

  boolean isOver() {
    return work.isOver();
  }

  @Override
  public void workIsOver() {
    QuotaExchange charged;
    synchronized (this) {
      charged = first;
    }
    RequestEnd end = outcome.end();
    for (; charged != null; charged = charged.next()) {
      try {
        charged.end(end);
      } catch (QuotaStoreException e) {
        // The engine logs the outage. A warning for each request would fill the log.
        LOG.log(System.Logger.Level.DEBUG, "A request could not end what it had charged.", e);
      }
    }
  }

  @Override
  public void onComplete(AsyncEvent event) {
    access.containerCompleted();
    work.containerCompleted();
  }

  @Override
  public void onTimeout(AsyncEvent event) {
    outcome.timedOut();
    access.containerEnds();
  }

  @Override
  public void onError(AsyncEvent event) {
    // Exceptions of the application are noted before this. Clients can cause the other errors.
    outcome.clientLeft();
    access.containerEnds();
  }

  @Override
  public void onStartAsync(AsyncEvent event) {
    // A new asynchronous cycle has no listeners.
    event.getAsyncContext().addListener(this);
  }
}
