package dev.quota.redis;

/** Somebody else published a version in the meantime. Nothing was changed. */
public final class PublicationConflictException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** The version that is in force; 0 if there is none. */
  private final long current;

  PublicationConflictException(long basedOn, long current) {
    super(
        "the policies were not published: they are based on version "
            + basedOn
            + ", and version "
            + current
            + " is in force; look at what changed, and publish again");
    this.current = current;
  }

  /** {@return the version that is in force; 0 if there is none} */
  public long current() {
    return current;
  }
}
