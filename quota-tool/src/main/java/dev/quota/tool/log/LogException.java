package dev.quota.tool.log;

/** A log cannot be read at all, or not with these options. The message says what to do. */
public final class LogException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  LogException(String problem) {
    super(problem);
  }

  LogException(String problem, Throwable cause) {
    super(problem, cause);
  }
}
