package dev.quota.internal.text;

/** A phrase is malformed. It says what is wrong and where. */
public final class PhraseException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  private final int offset;

  /**
   * Creates the exception.
   *
   * @param message what is wrong, and what is allowed
   * @param offset where, in characters from the start
   */
  public PhraseException(String message, int offset) {
    super(message);
    this.offset = offset;
  }

  /**
   * Returns where in the phrase the mistake is.
   *
   * @return characters from the start, 0 for the first
   */
  public int offset() {
    return offset;
  }
}
