package dev.quota.http.answer;

/**
 * The body of an answer. Thread-safe, if nobody changes the bytes.
 *
 * @param type the media type; empty for no body
 * @param bytes the body, which is not copied and must not be changed
 * @param headers fields of this body, which are set in addition to those of the answer
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
