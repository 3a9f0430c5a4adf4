package dev.quota.http.answer;

/**
 * The shape of the JSON in which an endpoint's refusals are written. Status, headers and words are
 * the same in each. A page and a sentence, for those who ask for them, have no shape.
 */
public enum ErrorFormat {

  /**
   * A problem document (RFC 9457) as {@code application/problem+json}. Its member {@code error} is
   * where OpenAI's SDK, and those that speak its protocol, look for the sentence.
   */
  PROBLEM,

  /**
   * The error of Anthropic's Messages API as {@code application/json}: {@code "type": "error"}, and
   * {@code error} with {@code type} and {@code message}. The members of the problem document stand
   * beside them; its {@code type} is called {@code problemType}. The member {@code message} is the
   * sentence once more, because Anthropic's SDK prints that one.
   */
  ANTHROPIC
}
