package dev.quota.internal.text;

import java.util.Locale;
import java.util.Map;

/** The grammar of the names of quotas, limits and plans. */
public final class Names {

  private static final int MAX_LENGTH = 64;
  private static final int MOST_LANGUAGES = 300;

  private Names() {}

  public static String require(String name, String what) {
    if (name.length() > MAX_LENGTH || !isName(name)) {
      throw new IllegalArgumentException(
          what
              + " must match [a-z][a-z0-9_-]* and have at most "
              + MAX_LENGTH
              + " characters, was "
              + Quoted.text(name));
    }
    return name;
  }

  /**
   * A loop, because each charge checks a name and a regular expression is slower than all other
   * checks.
   */
  private static boolean isName(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean letter = c >= 'a' && c <= 'z';
      boolean later = (c >= '0' && c <= '9') || c == '_' || c == '-';
      if (!letter && (i == 0 || !later)) {
        return false;
      }
    }
    return !text.isEmpty();
  }

  /** Returns a name as a label: {@code image-batch} becomes {@code Image batch}. */
  public static String toLabel(String name) {
    String words = name.replace('-', ' ').replace('_', ' ');
    return words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1);
  }

  /** Returns a checked copy of labels by language. */
  public static Map<Locale, String> requireLabels(Map<Locale, String> labels, String what) {
    if (labels.size() > MOST_LANGUAGES) {
      throw new IllegalArgumentException(
          what + " must be in at most " + MOST_LANGUAGES + " languages, was " + labels.size());
    }
    labels.forEach(
        (locale, text) -> requireLabel(text, what + " in " + Quoted.text(locale.toLanguageTag())));
    return Map.copyOf(labels);
  }

  public static String requireLabel(String label, String what) {
    if (label.isBlank()
        || label.length() > 100
        || label.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException(
          what
              + " must be 1 to 100 characters without control characters, was "
              + Quoted.text(label));
    }
    if (label.codePoints().allMatch(Names::isInvisible)) {
      throw new IllegalArgumentException(
          what + " must have a visible character, was " + Quoted.text(label));
    }
    return label;
  }

  /** Checks a label that programs read too, so that it is not cleaned later. */
  public static String requireIdentifier(String label, String what) {
    if (label.codePoints().anyMatch(Names::turnsText)) {
      throw new IllegalArgumentException(
          what
              + " must not have characters that turn the direction of text or end a line, was "
              + Quoted.text(label));
    }
    return requireLabel(label, what);
  }

  private static boolean turnsText(int codePoint) {
    return switch (codePoint) {
      case 0x061c, 0x200e, 0x200f, 0x2028, 0x2029, 0xfeff -> true;
      default ->
          (codePoint >= 0x202a && codePoint <= 0x202e)
              || (codePoint >= 0x2066 && codePoint <= 0x2069);
    };
  }

  /** Returns whether a character is invisible, such as one that changes the direction of text. */
  public static boolean isInvisible(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.SPACE_SEPARATOR,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          true;
      default -> false;
    };
  }
}
