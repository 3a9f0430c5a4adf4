package dev.quota.tool.replay;

/** A log cannot be replayed to its end. The message says what to do. */
public final class ReplayException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  ReplayException(String problem) {
    super(problem);
  }
}
