package dev.quota.servlet;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * When the work of a request is over, which is not when its client leaves: all threads that the
 * container lent have come back, and asynchronous work said {@code complete}.
 *
 * <p>An exception of the application ends its request, and the work. A container completes a
 * request by itself when its client leaves or its time passes, or never completes it, and the work
 * goes on meanwhile. So after such trouble only the application's own {@code complete} counts. Work
 * that never says it is taken for over when it did not touch its request for a while: {@link
 * #SILENCE}, or {@link #SILENCE_AFTER_BEING_TOLD} if an exception told it that nobody listens.
 *
 * <p>Safe for use by several threads.
 */
final class RequestWork implements RequestOutcome.Listener {

  /** How long work may be silent after trouble that it may not know of: 30 seconds. */
  static final long SILENCE = TimeUnit.SECONDS.toNanos(30);

  /** How long work may be silent after an exception told it that nobody listens: 5 seconds. */
  static final long SILENCE_AFTER_BEING_TOLD = TimeUnit.SECONDS.toNanos(5);

  /** Where asynchronous work is. */
  private enum Async {
    NONE,
    STARTED,
    DISPATCHED,
    COMPLETED
  }

  /** Hears of the end of the work. */
  @FunctionalInterface
  interface End {

    /** Called once, without a lock. */
    void workIsOver();
  }

  /** Runs something later. */
  @FunctionalInterface
  interface Timer {
    void after(long nanos, Runnable task);
  }

  private final RequestOutcome outcome;
  private final End over;
  private final LongSupplier nanoTime;
  private final Timer timer;
  private int threads;
  private int helpers;
  private volatile Async async = Async.NONE;
  private volatile boolean isOver;
  private boolean waiting;
  private volatile boolean failed;
  private volatile long touchedAt;

  /**
   * Starts the work of a request, in one thread of the container.
   *
   * @param outcome what is known of the end
   * @param over hears of the end
   * @param nanoTime a monotonic clock
   * @param timer looks again later
   */
  RequestWork(RequestOutcome outcome, End over, LongSupplier nanoTime, Timer timer) {
    this.outcome = outcome;
    this.over = over;
    this.nanoTime = nanoTime;
    this.timer = timer;
    outcome.onFailure(this);
  }

  /** The timer of the platform, for which no thread of ours has to be stopped. */
  static void platformTimer(long nanos, Runnable task) {
    CompletableFuture.delayedExecutor(nanos, TimeUnit.NANOSECONDS).execute(task);
  }

  /** Notes that the work is alive; cheap while nothing is wrong. */
  void touch() {
    if (failed) {
      touchedAt = nanoTime.getAsLong();
    }
  }

  @Override
  public void failed() {
    touchedAt = nanoTime.getAsLong();
    failed = true;
    // Whoever waits already may wait too long now.
    look(work -> work.waiting = false);
  }

  /** A thread of the container works in a dispatch of the request. */
  synchronized void enter() {
    threads++;
  }

  /** Another thread is known to work for the request: for a listener, or by {@code start}. */
  synchronized void enterHelper() {
    helpers++;
  }

  void leaveHelper() {
    look(work -> work.helpers--);
  }

  /**
   * A thread of the container begins what was dispatched: the asynchronous cycle before is over.
   */
  synchronized void enterDispatch() {
    threads++;
    if (async == Async.DISPATCHED) {
      async = Async.NONE;
    }
  }

  void leave() {
    look(work -> work.threads--);
  }

  synchronized void started() {
    async = Async.STARTED;
  }

  synchronized void dispatched() {
    async = Async.DISPATCHED;
  }

  /** The application says that its asynchronous work is complete. */
  void completed() {
    look(work -> work.async = Async.COMPLETED);
  }

  /**
   * The container says that the request is complete, which is the work's end only where nothing
   * failed.
   */
  void containerCompleted() {
    boolean said = !outcome.hasFailed() || outcome.isOfTheApplication();
    look(
        work -> {
          if (said || work.async == Async.DISPATCHED) {
            work.async = Async.COMPLETED;
          }
        });
  }

  /** Returns whether another thread goes on when those of the container come back. */
  boolean isAsynchronous() {
    Async now = async;
    return now == Async.STARTED || now == Async.DISPATCHED;
  }

  /** Returns whether nothing made it asynchronous since the last dispatch. */
  boolean isSynchronous() {
    return async == Async.NONE;
  }

  boolean isOver() {
    return isOver;
  }

  /** Makes a change, which is given this work so that most of them capture nothing. */
  private void look(Consumer<RequestWork> change) {
    boolean ends;
    long wait = 0;
    synchronized (this) {
      change.accept(this);
      if (isOver || threads > 0) {
        return;
      }
      ends = async == Async.NONE || async == Async.COMPLETED || failedByApplication();
      if (!ends) {
        if (!failed || helpers > 0 || waiting) {
          return;
        }
        wait = silenceLeft();
        ends = wait <= 0;
        waiting = !ends;
      }
      isOver = ends;
    }
    if (ends) {
      over.workIsOver();
    } else {
      timer.after(wait, this::lookAgain);
    }
  }

  /** Returns whether the application's own exception ended the request, for the container too. */
  private boolean failedByApplication() {
    return helpers == 0 && outcome.isOfTheApplication();
  }

  private long silenceLeft() {
    long silence = outcome.isTold() ? SILENCE_AFTER_BEING_TOLD : SILENCE;
    return silence - (nanoTime.getAsLong() - touchedAt);
  }

  private void lookAgain() {
    look(work -> work.waiting = false);
  }
}
