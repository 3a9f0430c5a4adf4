package dev.quota.internal.text;

/** Says what is wrong with a phrase, and where in it. */
public final class PhraseException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  private final int offset;

  /**
   * Says what is wrong.
   *
   * @param message what, and what is allowed
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
