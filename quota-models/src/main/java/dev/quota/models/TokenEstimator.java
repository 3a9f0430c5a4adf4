package dev.quota.models;

/**
 * Estimates how many tokens a text is. Implementations must be thread-safe.
 *
 * <p>If an estimate is too low, calls are allowed that cost more than is left. At the end of a call
 * the estimate is not used if the provider reports the use.
 */
@FunctionalInterface
public interface TokenEstimator {

  /**
   * Returns an estimate of the tokens of a text.
   *
   * @param text a text that is sent to a model, or comes from it
   * @return tokens, zero or more
   */
  long tokens(CharSequence text);

  /**
   * Returns the estimator that needs no vocabulary: four ASCII characters are one token, and each
   * other character is one. This is about right for English text. For most other languages it is
   * more than models count.
   *
   * @return the estimator
   */
  static TokenEstimator characters() {
    return text -> {
      int ascii = 0;
      int length = text.length();
      for (int i = 0; i < length; i++) {
        if (text.charAt(i) < 0x80) {
          ascii++;
        }
      }
      return (ascii + 3L) / 4 + (length - ascii);
    };
  }
}
