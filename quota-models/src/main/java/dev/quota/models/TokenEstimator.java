package dev.quota.models;

/**
 * Estimates how many tokens a text is. Implementations must be thread-safe.
 *
 * <p>A count that is too low lets calls through that cost more than is left. What a call used in
 * the end is never estimated where its provider reports it.
 */
@FunctionalInterface
public interface TokenEstimator {

  /**
   * Returns about how many tokens a text is.
   *
   * @param text what is sent to a model, or comes from it
   * @return tokens, zero or more
   */
  long tokens(CharSequence text);

  /**
   * Returns the estimator that needs no vocabulary: four ASCII characters are one token, and each
   * other character is one. For English text this is about right; for most other languages it is
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
