package dev.quota.servlet;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** Writes the sentence of a refusal alone, for programs that show a whole body to a person. */
final class Sentence {

  /** Texts of a policy may have several lines. */
  private static final Pattern LINE_BREAKS = Pattern.compile("[\\s\\p{Cc}\\u2028\\u2029]+");

  private Sentence() {}

  /** Writes a text as one line, without a line break at its end. */
  static void write(String text, HttpServletResponse response) throws IOException {
    byte[] body = bytes(text);
    response.setContentType("text/plain;charset=utf-8");
    response.setContentLength(body.length);
    response.getOutputStream().write(body);
  }

  static byte[] bytes(String text) {
    return LINE_BREAKS.matcher(text).replaceAll(" ").strip().getBytes(StandardCharsets.UTF_8);
  }
}
