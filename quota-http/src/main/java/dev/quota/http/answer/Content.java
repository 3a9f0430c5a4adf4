package dev.quota.http.answer;

/**
 * The body of an answer.
 *
 * @param type the media type; empty for no body
 * @param bytes the body, which is not copied: leave it as it is
 * @param headers fields that belong to this body, to be set beside those of the answer
 */
@SuppressWarnings("ArrayRecordComponent") // written once, never compared
public record Content(String type, byte[] bytes, HeaderFields headers) {

  /** No body. */
  public static final Content NONE = new Content("", new byte[0]);

  /**
   * Returns a body without fields of its own.
   *
   * @param type the media type
   * @param bytes the body
   */
  public Content(String type, byte[] bytes) {
    this(type, bytes, new HeaderFields());
  }
}
