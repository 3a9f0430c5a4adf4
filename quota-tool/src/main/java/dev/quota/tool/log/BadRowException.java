package dev.quota.tool.log;

/** One row cannot be charged. It has no stack trace, because a log can have millions of them. */
final class BadRowException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final String column;

  BadRowException(String column, String problem) {
    super(problem, null, false, false);
    this.column = column;
  }

  /** Returns the column that is wrong, or {@code row} if the row is malformed as a whole. */
  String column() {
    return column;
  }

  /** Returns the problem, in words. */
  String problem() {
    return String.valueOf(getMessage());
  }
}
