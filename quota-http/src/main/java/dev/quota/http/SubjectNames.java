package dev.quota.http;

import java.text.Normalizer;
import java.util.Locale;
import java.util.Objects;

/**
 * Ready normalisers of principals' names: spellings of one principal become one name. All are safe
 * for use by several threads. They never return null.
 *
 * <p>Use one only if the application itself takes these spellings for one person. Otherwise two
 * people share one quota.
 */
public final class SubjectNames {

  private SubjectNames() {}

  /**
   * Returns the name in Unicode form NFC (Unicode Standard Annex #15), without white space around
   * it. Case counts.
   *
   * @param name the principal's name
   * @return the name, empty if it is nothing but white space
   */
  public static String canonical(String name) {
    return strip(Normalizer.normalize(Objects.requireNonNull(name, "name"), Normalizer.Form.NFC));
  }

  /**
   * As {@link #canonical}, and case does not count. Case is folded by the rules of no language, the
   * same on every node.
   *
   * @param name the principal's name
   * @return the name, empty if it is nothing but white space
   */
  public static String canonicalIgnoringCase(String name) {
    // Some capitals have no other capital, and some small letters are two capitals.
    String small = canonical(name).toLowerCase(Locale.ROOT);
    String folded = small.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT);
    // Folding can take a name out of its form.
    return canonical(folded);
  }

  /** Unlike {@link String#strip}, this knows the no-break spaces. */
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
