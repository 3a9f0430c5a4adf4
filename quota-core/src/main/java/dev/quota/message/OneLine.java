package dev.quota.message;

/** Makes text from outside plain text on one line. Stateless. */
final class OneLine {

  /** Longer labels are cut, so that a title stays one line. */
  private static final int LONGEST_LABEL = 60;

  private OneLine() {}

  /** Returns a label as {@link #append} appends it. */
  static String of(String label) {
    StringBuilder out = new StringBuilder(label.length());
    append(label, out);
    return out.toString();
  }

  /**
   * Appends a label without control characters and without marks that change the writing direction.
   */
  static void append(String label, StringBuilder out) {
    int start = out.length();
    int end = Math.min(label.length(), beforePair(label, LONGEST_LABEL));
    for (int i = 0; i < end; i++) {
      appendCleaned(label.charAt(i), start, out);
    }
    if (end < label.length()) {
      out.append('…');
    } else if (out.length() > start && out.charAt(out.length() - 1) == ' ') {
      out.setLength(out.length() - 1);
    }
  }

  private static int beforePair(String label, int cut) {
    return cut < label.length() && Character.isLowSurrogate(label.charAt(cut)) ? cut - 1 : cut;
  }

  private static void appendCleaned(char c, int start, StringBuilder out) {
    if (isDirectionMark(c)) {
      return;
    }
    boolean space =
        Character.isISOControl(c) || c == ' ' || c == '\u00a0' || c == '\u2028' || c == '\u2029';
    if (!space) {
      out.append(c);
    } else if (out.length() > start && out.charAt(out.length() - 1) != ' ') {
      out.append(' ');
    }
  }

  private static boolean isDirectionMark(char c) {
    return (c >= '\u202a' && c <= '\u202e')
        || (c >= '\u2066' && c <= '\u2069')
        || c == '\u200e'
        || c == '\u200f'
        || c == '\u061c'
        || c == '\ufeff';
  }
}
