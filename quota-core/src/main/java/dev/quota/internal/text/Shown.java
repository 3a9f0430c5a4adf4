package dev.quota.internal.text;

/** Makes text from a file safe for one line of a message. */
public final class Shown {

  private static final int LONGEST = 60;

  private Shown() {}

  /** Returns a text from the file, bounded and between backticks. */
  public static String text(String value) {
    boolean isLong = value.codePointCount(0, value.length()) > LONGEST;
    String cut = isLong ? value.substring(0, value.offsetByCodePoints(0, LONGEST)) + "…" : value;
    return "`" + onOneLine(cut) + "`";
  }

  /** Escapes characters that break lines, are invisible or change the direction of text. */
  public static String onOneLine(String text) {
    StringBuilder shown = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
      int c = text.codePointAt(i);
      if (isPlain(c)) {
        shown.appendCodePoint(c);
      } else {
        shown.append(String.format("\\u%04x", c));
      }
    }
    return shown.toString();
  }

  private static boolean isPlain(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }
}
