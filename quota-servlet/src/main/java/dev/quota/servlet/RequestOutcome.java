package dev.quota.servlet;

import dev.quota.http.request.RequestEnd;
import java.io.IOException;
import java.util.function.IntPredicate;

/**
 * How a request ends. Thread-safe.
 *
 * <p>The first decisive event wins. What happens after it, such as an exception after the client
 * has left or the container's error page, is only a consequence.
 *
 * <p>A status counts only if the application set it through the wrapped response, because
 * containers set 500 themselves when a client aborts a request. For an exception it matters whether
 * the response was committed at that moment, because containers commit an error page after it, or
 * set a status that nobody gets.
 */
final class RequestOutcome {

  /** What ended a request early. */
  private enum Trouble {
    NONE,
    /** The application failed, and nothing was committed. */
    FAILED,
    /** The application failed after a part of its answer was committed. */
    BROKE_OFF,
    /** A nested dispatch was refused after other endpoints ran. */
    REFUSED,
    /** The client left, does not read, or did not send its complete request. */
    CLIENT_LEFT,
    /** The asynchronous timeout of the container passed. */
    TIMED_OUT
  }

  /** Is notified of failures. */
  @FunctionalInterface
  interface Listener {

    /** Called without a lock, at the first failure and when the application learns of it. */
    void failed();
  }

  private static final int DEEPEST_CAUSE = 16;

  private final int statusBefore;
  private final IntPredicate refunded;
  private volatile Trouble trouble = Trouble.NONE;
  private int status;
  private volatile boolean told;
  private Listener onFailure = () -> {};

  /**
   * Creates it before the application runs.
   *
   * @param statusBefore the status of the response at that time, because a status before an error
   *     page is not its own failure
   * @param refunded true for statuses that refund a charge
   */
  RequestOutcome(int statusBefore, IntPredicate refunded) {
    this.statusBefore = statusBefore;
    this.refunded = refunded;
  }

  /** Sets the listener for failures. */
  synchronized void onFailure(Listener listener) {
    onFailure = listener;
  }

  /** Notes a status that the application set and the client will get. */
  synchronized void status(int set, boolean committed) {
    if (trouble == Trouble.NONE && !committed) {
      status = set;
    }
  }

  /** Notes the status at the end of a synchronous request, before the container adds anything. */
  synchronized void statusAtEnd(int last) {
    if (trouble == Trouble.NONE && last != statusBefore) {
      status = last;
    }
  }

  /** Notes an exception that the application threw. */
  void applicationFailed(Throwable thrown, boolean committed) {
    if (FailureAnswers.refusal(thrown).isPresent()) {
      note(Trouble.REFUSED);
    } else if (isOfTheClient(thrown)) {
      clientLeft();
    } else {
      note(committed ? Trouble.BROKE_OFF : Trouble.FAILED);
    }
  }

  /** Notes that the client left, does not read, or did not send its complete request. */
  void clientLeft() {
    note(Trouble.CLIENT_LEFT);
  }

  /** Notes that an exception told the application that the client left. */
  void clientLeftAndSaid() {
    Listener listener;
    synchronized (this) {
      if (told) {
        return;
      }
      told = true;
      trouble = trouble == Trouble.NONE ? Trouble.CLIENT_LEFT : trouble;
      listener = onFailure;
    }
    listener.failed();
  }

  /** Notes that the body could not be written, and returns the exception. */
  IOException broken(IOException failure) {
    clientLeftAndSaid();
    return failure;
  }

  void timedOut() {
    note(Trouble.TIMED_OUT);
  }

  private void note(Trouble noted) {
    Listener listener;
    synchronized (this) {
      if (trouble != Trouble.NONE) {
        return;
      }
      trouble = noted;
      listener = onFailure;
    }
    listener.failed();
  }

  /** Returns whether the request ends early. */
  boolean hasFailed() {
    return trouble != Trouble.NONE;
  }

  /** Returns whether an exception of the application ended it. */
  boolean isOfTheApplication() {
    Trouble known = trouble;
    return known == Trouble.FAILED || known == Trouble.BROKE_OFF || known == Trouble.REFUSED;
  }

  /** Returns whether an exception told the application that the client left. */
  boolean isTold() {
    return told;
  }

  /**
   * Returns whether an answer with a status delivers nothing, so that its charge may be refunded.
   */
  boolean isUndelivered(int set) {
    return (set >= 300 && set < 400) || set >= 500 || refunded.test(set);
  }

  synchronized RequestEnd end() {
    if (refunded.test(status) || trouble == Trouble.FAILED) {
      return RequestEnd.FAILED;
    }
    return trouble == Trouble.NONE || trouble == Trouble.REFUSED
        ? RequestEnd.DELIVERED
        : RequestEnd.CUT_SHORT;
  }

  /**
   * Returns whether an exception means that the client left. It includes exceptions of Tomcat and
   * Spring, which have no other meaning.
   */
  private static boolean isOfTheClient(Throwable thrown) {
    Throwable cause = thrown;
    for (int depth = 0; cause != null && depth < DEEPEST_CAUSE; depth++) {
      String name = cause.getClass().getSimpleName();
      if (name.equals("ClientAbortException") || name.equals("AsyncRequestNotUsableException")) {
        return true;
      }
      cause = cause.getCause();
    }
    return false;
  }
}
