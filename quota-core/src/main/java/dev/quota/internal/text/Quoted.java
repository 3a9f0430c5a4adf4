package dev.quota.internal.text;

/**
 * Shows an outside value in an error message: quoted, bounded, and with invisible characters
 * escaped.
 */
public final class Quoted {

  private static final int SHOWN = 60;

  private Quoted() {}

  public static String text(String value) {
    StringBuilder shown = new StringBuilder(value.length() + 2).append('"');
    int end = Math.min(value.length(), SHOWN);
    for (int i = 0; i < end; i++) {
      char c = value.charAt(i);
      if (c != ' ' && !Character.isSurrogate(c) && Names.isInvisible(c)) {
        shown.append(String.format("\\u%04x", (int) c));
      } else {
        shown.append(c);
      }
    }
    if (end < value.length()) {
      shown.append('…');
    }
    return shown.append('"').toString();
  }
}
