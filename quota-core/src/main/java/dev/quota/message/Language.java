package dev.quota.message;

import java.time.DayOfWeek;
import java.time.Month;
import java.time.format.TextStyle;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Everything one language needs to speak, prepared once. Instances are immutable. */
final class Language {

  private static final Set<String> RIGHT_TO_LEFT =
      Set.of("ar", "dv", "fa", "he", "iw", "ku", "ps", "sd", "ug", "ur", "yi", "ji");

  /** Longer labels are cut, so that a title stays one line. */
  private static final int LONGEST_LABEL = 60;

  private static final char ISOLATE = '\u2068';
  private static final char END_OF_ISOLATE = '\u2069';

  private final Locale locale;
  private final boolean rightToLeft;
  private final Map<String, Template> templates;
  private final Map<String, Map<String, Template>> byQuota;
  private final Numbers numbers;
  private final String[] months;
  private final String[] weekdays;

  /**
   * Prepares a language.
   *
   * @param templates every key's template
   * @param byQuota the templates of single quotas, by quota and key
   */
  Language(
      Locale locale, Map<String, Template> templates, Map<String, Map<String, Template>> byQuota) {
    this.locale = locale;
    this.rightToLeft = RIGHT_TO_LEFT.contains(locale.getLanguage());
    this.templates = Map.copyOf(templates);
    this.byQuota = Map.copyOf(byQuota);
    this.numbers = new Numbers(locale);
    this.months =
        Arrays.stream(Month.values())
            .map(month -> month.getDisplayName(TextStyle.FULL, locale))
            .toArray(String[]::new);
    this.weekdays =
        Arrays.stream(DayOfWeek.values())
            .map(day -> day.getDisplayName(TextStyle.FULL, locale))
            .toArray(String[]::new);
  }

  Locale locale() {
    return locale;
  }

  boolean rightToLeft() {
    return rightToLeft;
  }

  Numbers numbers() {
    return numbers;
  }

  String month(Month month) {
    return months[month.getValue() - 1];
  }

  String weekday(DayOfWeek day) {
    return weekdays[day.getValue() - 1];
  }

  boolean knows(String key) {
    return templates.containsKey(key);
  }

  Template template(String key) {
    Template template = templates.get(key);
    if (template == null) {
      throw new IllegalArgumentException("key must be the key of a text, was \"" + key + "\"");
    }
    return template;
  }

  Template template(String key, String quota) {
    if (!byQuota.isEmpty()) {
      Map<String, Template> own = byQuota.get(quota);
      Template template = own == null ? null : own.get(key);
      if (template != null) {
        return template;
      }
    }
    return template(key);
  }

  /**
   * Appends text from outside as plain text on one line: without control characters, without marks
   * that turn the writing direction of what follows, and set apart where the languages' directions
   * may differ.
   */
  void appendLabel(String label, StringBuilder out) {
    if (label.isEmpty()) {
      return;
    }
    if (rightToLeft) {
      out.append(ISOLATE);
    }
    int start = out.length();
    int end = Math.min(label.length(), start(label, LONGEST_LABEL));
    for (int i = 0; i < end; i++) {
      appendCleaned(label.charAt(i), start, out);
    }
    if (end < label.length()) {
      out.append('…');
    } else if (out.length() > start && out.charAt(out.length() - 1) == ' ') {
      out.setLength(out.length() - 1);
    }
    if (rightToLeft) {
      out.append(END_OF_ISOLATE);
    }
  }

  private static int start(String label, int cut) {
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
