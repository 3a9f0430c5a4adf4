package dev.quota.tool;

import org.jspecify.annotations.Nullable;

/** Input that a command needs cannot be read. The command ends with 2 and this message. */
final class UnreadableException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  UnreadableException(String problem, @Nullable Throwable cause) {
    super(problem, cause);
  }
}
