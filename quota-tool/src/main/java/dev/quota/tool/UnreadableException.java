package dev.quota.tool;

/** Input that a command needs cannot be read. The command ends with 2 and this message. */
final class UnreadableException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  UnreadableException(String problem, Throwable cause) {
    super(problem, cause);
  }
}
