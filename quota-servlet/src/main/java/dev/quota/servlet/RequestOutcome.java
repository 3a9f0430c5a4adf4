package dev.quota.servlet;

import dev.quota.http.request.RequestEnd;
import java.util.function.IntPredicate;

/**
 * What is known of how a request ends. The first event that decides wins: what an application does
 * after its reader left is a consequence, and so is a container's error page.
 *
 * <p>A status counts only if the application set it through our response, because containers set
 * 500 themselves when a client aborts a request. An exception counts by what was committed when it
 * came, because containers commit an error page, or set a status that nobody gets, after it.
 *
 * <p>Safe for use by several threads.
 */
final class RequestOutcome {

  /** What ended a request before its application did. */
  private enum Trouble {
    NONE,
    /** The application failed, and nothing was committed. */
    FAILED,
    /** The application failed in the middle of its answer. */
    BROKE_OFF,
    /** Something that the request reached was refused, after other things ran. */
    REFUSED,
    /** The client left, does not read, or did not send all of its request. */
    CLIENT_LEFT,
    /** The asynchronous time of the container passed. */
    TIMED_OUT
  }

  /** Hears of trouble. */
  @FunctionalInterface
  interface Listener {

    /** Called without a lock, at the first trouble and when the application is told of it. */
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
   * Starts before the application runs.
   *
   * @param statusBefore the status of the response at that time: what an error page finds is not
   *     its own failure
   * @param refunded which statuses give a charge back
   */
  RequestOutcome(int statusBefore, IntPredicate refunded) {
    this.statusBefore = statusBefore;
    this.refunded = refunded;
  }

  /** Sets who hears of trouble. */
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

  /** Notes an exception that the application let out. */
  void applicationFailed(Throwable thrown, boolean committed) {
    if (LateAnswers.refusal(thrown).isPresent()) {
      note(Trouble.REFUSED);
    } else if (isOfTheClient(thrown)) {
      clientLeft();
    } else {
      note(committed ? Trouble.BROKE_OFF : Trouble.FAILED);
    }
  }

  /** Notes that the client left, does not read, or did not send all of its request. */
  void clientLeft() {
    note(Trouble.CLIENT_LEFT);
  }

  /** Notes that the application itself was told, by an exception, that the client left. */
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

  /** Returns whether the application's own exception ended it. */
  boolean isOfTheApplication() {
    Trouble known = trouble;
    return known == Trouble.FAILED || known == Trouble.BROKE_OFF || known == Trouble.REFUSED;
  }

  /** Returns whether an exception told the application that nobody listens any more. */
  boolean isTold() {
    return told;
  }

  /** Returns whether an answer with a status delivers nothing: its charge may come back. */
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
   * Returns whether an exception says that the client left, also where it did not pass our own
   * response: Tomcat's and Spring's have no other meaning.
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
