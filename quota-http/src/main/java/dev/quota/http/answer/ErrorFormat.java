package dev.quota.http.answer;

/**
 * The format of the JSON of an endpoint's refusals. Status, headers and texts are the same in each
 * format. It does not affect refusals that are written as a page or as plain text.
 */
public enum ErrorFormat {

  /**
   * A problem document (RFC 9457) as {@code application/problem+json}. OpenAI's SDK, and others
   * with its protocol, read the sentence from the member {@code error}.
   */
  PROBLEM,

  /**
   * The error of Anthropic's Messages API as {@code application/json}: {@code "type": "error"}, and
   * {@code error} with {@code type} and {@code message}. The members of the problem document are
   * there too, with {@code type} renamed to {@code problemType}. The member {@code message} repeats
   * the sentence, because Anthropic's SDK prints it.
   */
  ANTHROPIC
}
