package dev.quota;

import java.util.Locale;
import java.util.Map;

/** The grammar of the names of quotas, limits and plans. */
final class Names {

  private static final int MAX_LENGTH = 64;

  private Names() {}

  static String require(String name, String what) {
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

  /** Written out: every charge has a name, and a matcher cost more than the rest of its checks. */
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
  static String toLabel(String name) {
    String words = name.replace('-', ' ').replace('_', ' ');
    return words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1);
  }

  /** Returns a copy of the labels of a thing by language. */
  static Map<Locale, String> requireLabels(Map<Locale, String> labels, String what) {
    labels.forEach(
        (locale, text) -> requireLabel(text, what + " in " + Quoted.text(locale.toLanguageTag())));
    return Map.copyOf(labels);
  }

  static String requireLabel(String label, String what) {
    if (label.isBlank()
        || label.length() > 100
        || label.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException(
          what
              + " must be 1 to 100 characters without control characters, was "
              + Quoted.text(label));
    }
    return label;
  }
}
