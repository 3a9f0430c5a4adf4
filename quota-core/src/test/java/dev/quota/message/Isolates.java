package dev.quota.message;

import static org.assertj.core.api.Assertions.assertThat;

/** What a text from right to left must look like for numbers and names not to change its order. */
final class Isolates {

  private Isolates() {}

  /** Requires that digits and Latin letters stand in isolates, and that isolates are closed. */
  static void requireAround(String text) {
    int open = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\u2068') {
        open++;
      } else if (c == '\u2069') {
        open--;
        assertThat(open).as(text).isNotNegative();
      } else if (open == 0) {
        boolean foreign = Character.isDigit(c) || (Character.isLetter(c) && c < '\u0250');
        assertThat(foreign).as("%s at %d of %s", c, i, text).isFalse();
      }
    }
    assertThat(open).as(text).isZero();
  }
}
