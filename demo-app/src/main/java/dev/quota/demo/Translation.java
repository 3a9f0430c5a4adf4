package dev.quota.demo;

import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Writes a page in a language on the server, so that no reader sees it in another language first.
 * {@code data-text} gets a text, {@code data-label} a label for screen readers, and {@code
 * data-placeholder} a placeholder. The attributes stay in the page, because its scripts use them
 * when the reader picks another language.
 */
final class Translation {

  private static final Pattern LABEL = Pattern.compile("data-label=\"(\\w+)\"");
  private static final Pattern PLACEHOLDER = Pattern.compile("data-placeholder=\"(\\w+)\"");
  private static final Pattern TEXT = Pattern.compile("data-text=\"(\\w+)\"[^>]*>");

  private final String language;
  private final Map<String, String> texts;

  private Translation(String language) {
    this.language = language;
    this.texts = Texts.in(language);
  }

  /**
   * Returns a page in a language.
   *
   * @throws IllegalStateException if the page asks for a text that the language does not have
   */
  static String of(String page, String language) {
    return new Translation(language).translate(page);
  }

  private String translate(String page) {
    String labelled = replace(LABEL, page, text -> " aria-label=\"" + text + "\"");
    String hinted = replace(PLACEHOLDER, labelled, text -> " placeholder=\"" + text + "\"");
    return replace(TEXT, hinted, text -> text)
        .replace("<html>", "<html lang=\"%s\" dir=\"%s\">".formatted(language, direction()))
        .replace("{language}", language);
  }

  private interface Wording {
    String of(String text);
  }

  private String replace(Pattern mark, String page, Wording wording) {
    return mark.matcher(page)
        .replaceAll(
            found ->
                Matcher.quoteReplacement(found.group() + wording.of(Html.escape(text(found)))));
  }

  private String text(MatchResult mark) {
    String text = texts.get(mark.group(1));
    if (text == null) {
      throw new IllegalStateException("no text " + mark.group(1) + " in " + language);
    }
    return text;
  }

  private String direction() {
    return language.equals("ar") ? "rtl" : "ltr";
  }
}
