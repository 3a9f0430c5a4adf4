package dev.quota.models;

import java.io.InterruptedIOException;
import java.util.concurrent.CancellationException;

/** Distinguishes calls that timed out or were cancelled from calls that were not answered. */
final class Interruptions {

  private static final int DEEPEST_CAUSE = 16;

  private Interruptions() {}

  /** Returns whether the provider may have answered a call with this failure. */
  static boolean isTooLate(Throwable thrown) {
    Throwable cause = thrown;
    for (int depth = 0; cause != null && depth < DEEPEST_CAUSE; depth++) {
      if (cause instanceof InterruptedException
          || cause instanceof InterruptedIOException
          || cause instanceof CancellationException
          || isTimeout(cause.getClass())) {
        return true;
      }
      cause = cause.getCause();
    }
    return false;
  }

  /** Compares names, because each HTTP client has its own exception classes. */
  private static boolean isTimeout(Class<?> type) {
    return type.getSimpleName().contains("Timeout") || type.getSimpleName().contains("TimedOut");
  }
}
