package dev.quota.servlet;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Detects when the work of a request is over: all threads of the container have returned, and
 * asynchronous work has called {@code complete}. The work can go on after the client has left.
 * Thread-safe.
 *
 * <p>An exception of the application ends the work. When the client leaves or a timeout passes, the
 * container completes the request itself, or never completes it, and the work goes on. So after
 * such a failure only {@code complete} of the application counts. Work that never calls it counts
 * as over when it has not used its request for a while: {@link #SILENCE}, or {@link
 * #SILENCE_AFTER_BEING_TOLD} if an exception told it that the client left.
 */
final class RequestWork implements RequestOutcome.Listener {

  /**
   * How long work may be silent after a failure that it may not know of, in nanoseconds: 30
   * seconds.
   */
  static final long SILENCE = TimeUnit.SECONDS.toNanos(30);

  /**
   * How long work may be silent after an exception told it that the client left, in nanoseconds: 5
   * seconds.
   */
  static final long SILENCE_AFTER_BEING_TOLD = TimeUnit.SECONDS.toNanos(5);

  private static final long OVER_NOW = 0;
  private static final long NO_LOOK = -1;

  /** The state of asynchronous work. */
  private enum Async {
    NONE,
    STARTED,
    DISPATCHED,
    COMPLETED
  }

  /** Is notified of the end of the work. */
  @FunctionalInterface
  interface End {

    /** Called once, without a lock. */
    void workIsOver();
  }

  /** A monotonic clock, which also runs tasks later. */
  interface Timer {

    /** The clock of the JDK and its timer, which needs no thread of this library. */
    Timer OF_THE_PLATFORM =
        new Timer() {
          @Override
          public long nanoTime() {
            return System.nanoTime();
          }

          @Override
          public void after(long nanos, Runnable task) {
            CompletableFuture.delayedExecutor(nanos, TimeUnit.NANOSECONDS).execute(task);
          }
        };

    long nanoTime();

    void after(long nanos, Runnable task);
  }

  private final RequestOutcome outcome;
  private final End over;
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
   * @param outcome how the request ends
   * @param over is notified of the end
   * @param timer runs a later check
   */
  RequestWork(RequestOutcome outcome, End over, Timer timer) {
    this.outcome = outcome;
    this.over = over;
    this.timer = timer;
    outcome.onFailure(this);
  }

  /** Notes that the work uses its request. Cheap if there was no failure. */
  void touch() {
    if (failed) {
      touchedAt = timer.nanoTime();
    }
  }

  @Override
  public void failed() {
    touchedAt = timer.nanoTime();
    failed = true;
    // A check that is planned already may now be too late.
    look(work -> work.waiting = false);
  }

  /** Notes that a thread of the container works in a dispatch of the request. */
  synchronized void enter() {
    threads++;
  }

  /** Notes that another thread works for the request: for a listener, or by {@code start}. */
  synchronized void enterHelper() {
    helpers++;
  }

  void leaveHelper() {
    look(work -> work.helpers--);
  }

  /**
   * Notes that a thread of the container begins a dispatch, which ends the previous asynchronous
   * cycle.
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

  /** Notes that the application has completed its asynchronous work. */
  void completed() {
    look(work -> work.async = Async.COMPLETED);
  }

  /**
   * Notes that the container has completed the request. This ends the work only if nothing failed.
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

  /** Returns whether another thread goes on after those of the container have returned. */
  boolean isAsynchronous() {
    Async now = async;
    return now == Async.STARTED || now == Async.DISPATCHED;
  }

  /** Returns whether it is synchronous since the last dispatch. */
  boolean isSynchronous() {
    return async == Async.NONE;
  }

  boolean isOver() {
    return isOver;
  }

  /**
   * Makes a change and checks for the end. The change gets this object, so that most lambdas
   * capture nothing.
   */
  private void look(Consumer<RequestWork> change) {
    long wait;
    synchronized (this) {
      change.accept(this);
      wait = untilNextLook();
    }
    if (wait == OVER_NOW) {
      over.workIsOver();
    } else if (wait > 0) {
      timer.after(wait, this::lookAgain);
    }
  }

  /**
   * Returns how long to wait until the next check, in nanoseconds: {@link #OVER_NOW} if the work
   * has just ended, {@link #NO_LOOK} if no check is necessary before the next change. Called with
   * the lock.
   */
  private long untilNextLook() {
    if (isOver || threads > 0) {
      return NO_LOOK;
    }
    if (async == Async.NONE || async == Async.COMPLETED || failedByApplication()) {
      isOver = true;
      return OVER_NOW;
    }
    if (!failed || helpers > 0 || waiting) {
      return NO_LOOK;
    }
    long left = silenceLeft();
    isOver = left <= 0;
    waiting = !isOver;
    return isOver ? OVER_NOW : left;
  }

  /** Returns whether an exception of the application ended the request, also for the container. */
  private boolean failedByApplication() {
    return helpers == 0 && outcome.isOfTheApplication();
  }

  private long silenceLeft() {
    long silence = outcome.isTold() ? SILENCE_AFTER_BEING_TOLD : SILENCE;
    return silence - (timer.nanoTime() - touchedAt);
  }

  private void lookAgain() {
    look(work -> work.waiting = false);
  }
}
