package dev.quota.servlet;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Whether a thread may still use the request and the response that its container ends.
 *
 * <p>When a client leaves, or the asynchronous time passes, a container ends the request while the
 * work goes on. Tomcat uses the same objects for the next request of anybody, so what late work
 * does to them happens to that request. After an error or a timeout, only the thread of the
 * container may use them, which runs listeners and error pages. The container goes on when no
 * thread is within a call any more, or after {@link #LONGEST_WAIT}.
 *
 * <p>Safe for use by several threads.
 */
final class RequestAccess {

  /**
   * How long a container waits for a call that goes on: 1 second, because a client that does not
   * read must not hold threads of the container.
   */
  private static final long LONGEST_WAIT = TimeUnit.SECONDS.toNanos(1);

  /** A thread that is within calls, nearly always the only one. Guarded by this object. */
  private @Nullable Thread caller;

  /** How many calls it is within, one inside the other. Guarded by this object. */
  private int depth;

  /** Other threads, each once for every call that it is within. Guarded by this object. */
  private List<Thread> others = List.of();

  private volatile boolean ended;
  private volatile boolean completed;
  private volatile @Nullable Thread container;

  /** Begins a call, unless the request is over for this thread; then there is nothing to leave. */
  synchronized boolean enter() {
    if (isEnded()) {
      return false;
    }
    Thread current = Thread.currentThread();
    if (caller == null || caller == current) {
      caller = current;
      depth++;
    } else {
      others = others.isEmpty() ? new ArrayList<>() : others;
      others.add(current);
    }
    return true;
  }

  /**
   * Begins a call.
   *
   * @throws IOException if the request is over for this thread
   */
  void enterOrThrow() throws IOException {
    if (!enter()) {
      throw new IOException(
          "the container has ended this request: its client left, or it was late");
    }
  }

  synchronized void leave() {
    Thread current = Thread.currentThread();
    if (caller != current) {
      others.remove(current);
    } else if (--depth == 0) {
      caller = null;
    }
    if (ended) {
      notifyAll();
    }
  }

  /** Returns whether the request is over for this thread. */
  boolean isEnded() {
    return ended && container != Thread.currentThread();
  }

  /** The container ends the request in this thread, after an error or a timeout. */
  synchronized void containerEnds() {
    Thread current = Thread.currentThread();
    container = current;
    ended = true;
    // A call of this thread itself, in which the container noticed the error, has to go on.
    if (caller != current && !others.contains(current)) {
      awaitCalls();
    }
  }

  private synchronized void awaitCalls() {
    long deadline = System.nanoTime() + LONGEST_WAIT;
    try {
      for (long left = LONGEST_WAIT; left > 0 && isUsed(); left = deadline - System.nanoTime()) {
        TimeUnit.NANOSECONDS.timedWait(this, left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean isUsed() {
    return caller != null || !others.isEmpty();
  }

  /** The container has completed the request: its objects may be those of another one now. */
  void containerCompleted() {
    completed = true;
    container = null;
    ended = true;
  }

  /** Returns whether the container has completed the request. */
  boolean isCompleted() {
    return completed;
  }

  /** The container dispatches the request again: what ended before is a new cycle. */
  void beginAgain() {
    completed = false;
    ended = false;
    container = null;
  }
}
