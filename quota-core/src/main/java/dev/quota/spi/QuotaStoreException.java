package dev.quota.spi;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Says that a store could not answer a command, and whether the command was applied. */
public final class QuotaStoreException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** Whether the failed command changed any count. */
  public enum Applied {
    /** Nothing was changed; the command may be sent again. */
    NO,
    /** The command may have been applied, at most once; sending it again could charge twice. */
    UNKNOWN
  }

  /** Whether the failed command changed any count. */
  private final Applied applied;

  /**
   * Creates the exception.
   *
   * @param message what went wrong, without any user's id
   * @param applied whether the command changed any count
   * @param cause the failure underneath, or null
   */
  public QuotaStoreException(String message, Applied applied, @Nullable Throwable cause) {
    super(message, cause);
    this.applied = Objects.requireNonNull(applied, "applied");
  }

  /**
   * Returns whether the failed command changed any count.
   *
   * @return {@link Applied#NO} or {@link Applied#UNKNOWN}
   */
  public Applied applied() {
    return applied;
  }
}
