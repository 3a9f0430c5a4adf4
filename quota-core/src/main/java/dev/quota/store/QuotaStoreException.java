package dev.quota.store;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A store could not answer a command. It says whether the command was applied. */
public final class QuotaStoreException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** Whether the failed command changed any count. */
  public enum Applied {
    /** Nothing was changed; the command may be sent again. */
    NO,
    /**
     * The command may have been applied, at most once. If it is sent again, it could charge twice.
     */
    UNKNOWN
  }

  /** Whether the failed command changed any count. */
  private final Applied applied;

  /** Whether a read was refused to protect the store. */
  private final boolean shed;

  /** Whether the store works but had no room for this command. */
  private final boolean overloaded;

  /**
   * Creates the exception.
   *
   * @param message what went wrong, without any user's id
   * @param applied whether the command changed any count
   * @param cause the cause, or null
   */
  public QuotaStoreException(String message, Applied applied, @Nullable Throwable cause) {
    this(message, applied, cause, false);
  }

  private QuotaStoreException(
      String message, Applied applied, @Nullable Throwable cause, boolean shed) {
    super(message, cause);
    this.applied = Objects.requireNonNull(applied, "applied");
    this.shed = shed;
    this.overloaded = false;
  }

  private QuotaStoreException(String message) {
    // No stack trace, because one is made for each refused command.
    super(message, null, false, false);
    this.applied = Applied.NO;
    this.shed = false;
    this.overloaded = true;
  }

  /**
   * Returns the failure of a {@link dev.quota.spi.StoreCommand.Peek} that was not sent because too
   * many are waiting. Reads are refused first, so that charges are decided in time. The store
   * itself may work.
   *
   * @param message what was too much, without any user's id
   * @return the exception, {@linkplain Applied#NO not applied}
   */
  public static QuotaStoreException shed(String message) {
    return new QuotaStoreException(message, Applied.NO, null, true);
  }

  /**
   * Returns whether a read of states was refused to protect the store, which may work.
   *
   * @return true if {@link #shed} made it
   */
  public boolean isShed() {
    return shed;
  }

  /**
   * Creates the exception of a store that works but has no room for this command. Nothing was
   * changed. It has no stack trace.
   *
   * @param message what is full, without any user's id
   * @return the exception
   */
  public static QuotaStoreException overloaded(String message) {
    return new QuotaStoreException(message);
  }

  /**
   * Returns whether the store works but had no room for this command.
   *
   * @return false if the store itself could not answer
   */
  public boolean isOverloaded() {
    return overloaded;
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
