package dev.quota.servlet;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Controls which threads may use a request and its response after the container has ended it.
 * Thread-safe.
 *
 * <p>When a client leaves, or an asynchronous timeout passes, a container ends the request while
 * its work goes on. Tomcat reuses the objects for the next request, so late work would change the
 * request of another client. After an error or a timeout, only the thread of the container may use
 * them, which runs listeners and error pages. The container goes on when no other thread is in a
 * call, or after {@link #LONGEST_WAIT}.
 */
final class RequestAccess {

  /**
   * How long a container waits for a call in progress, in nanoseconds: 1 second, because a client
   * that does not read must not block threads of the container.
   */
  private static final long LONGEST_WAIT = TimeUnit.SECONDS.toNanos(1);

  /** A thread that is in calls, usually the only one. Guarded by this object. */
  private @Nullable Thread caller;

  /** How many nested calls it is in. Guarded by this object. */
  private int depth;

  /** Other threads, once for each call that they are in. Guarded by this object. */
  private List<Thread> others = List.of();

  private volatile boolean ended;
  private volatile boolean completed;
  private volatile @Nullable Thread container;

  /**
   * Begins a call, unless the request is over for this thread. If it returns false, do not call
   * leave.
   */
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

  /** Notes that the container ends the request in this thread, after an error or a timeout. */
  synchronized void containerEnds() {
    Thread current = Thread.currentThread();
    container = current;
    ended = true;
    // This thread may be in a call itself, in which the container noticed the error.
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

  /**
   * Notes that the container has completed the request, so that its objects may belong to another
   * one.
   */
  void containerCompleted() {
    completed = true;
    container = null;
    ended = true;
  }

  /** Returns whether the container has completed the request. */
  boolean isCompleted() {
    return completed;
  }

  /** Notes that the container dispatches the request again, which begins a new cycle. */
  void beginAgain() {
    completed = false;
    ended = false;
    container = null;
  }
}
