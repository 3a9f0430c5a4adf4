package dev.quota.http.internal.refusal;

import dev.quota.http.answer.Content;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * Makes the body with only the sentence of a refusal, for programs that show a body to a person.
 * Stateless.
 */
public final class Sentence {

  /** Texts of a policy may have several lines. */
  private static final Pattern LINE_BREAKS = Pattern.compile("[\\s\\p{Cc}\\u2028\\u2029]+");

  private Sentence() {}

  /** Returns the body with a text as one line, without a line break at its end. */
  static Content content(String text) {
    return new Content("text/plain;charset=utf-8", bytes(text));
  }

  public static byte[] bytes(String text) {
    return LINE_BREAKS.matcher(text).replaceAll(" ").strip().getBytes(StandardCharsets.UTF_8);
  }
}
