package dev.quota.http;

import java.text.Normalizer;
import java.util.Locale;
import java.util.Objects;

/**
 * Normalisers for principals' names, which turn different spellings into one name. They are
 * thread-safe and never return null.
 *
 * <p>Use one only if the application treats these spellings as the same person. Otherwise two
 * people share one quota.
 */
public final class SubjectNames {

  private SubjectNames() {}

  /**
   * Returns the name in Unicode form NFC (Unicode Standard Annex #15), without white space at its
   * ends. Case is kept.
   *
   * @param name the principal's name
   * @return the name; empty if it has only white space
   */
  public static String canonical(String name) {
    return strip(Normalizer.normalize(Objects.requireNonNull(name, "name"), Normalizer.Form.NFC));
  }

  /**
   * As {@link #canonical}, but without differences of case. Case is folded without the rules of a
   * language, and so equally on every node.
   *
   * @param name the principal's name
   * @return the name; empty if it has only white space
   */
  public static String canonicalIgnoringCase(String name) {
    // Both conversions are needed, because some letters have no capital and some have a capital of
    // two letters.
    String small = canonical(name).toLowerCase(Locale.ROOT);
    String folded = small.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT);
    // Folding can change the Unicode form.
    return canonical(folded);
  }

  /** Unlike {@link String#strip}, this also removes no-break spaces. */
  private static String strip(String name) {
    int from = 0;
    int to = name.length();
    while (from < to && isSpace(name.charAt(from))) {
      from++;
    }
    while (to > from && isSpace(name.charAt(to - 1))) {
      to--;
    }
    return name.substring(from, to);
  }

  private static boolean isSpace(char c) {
    return Character.isWhitespace(c) || Character.isSpaceChar(c);
  }
}
