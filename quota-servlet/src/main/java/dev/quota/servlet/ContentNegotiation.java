package dev.quota.servlet;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Locale;
import java.util.regex.Pattern;

/** Decides between a page and a problem document, for one request. */
final class ContentNegotiation {

  /** How well a kind of answer is wanted, by the most precise range that names it. */
  private static final class Wish {
    private int precision;
    private double quality;
    private int position;

    void hear(int heardPrecision, double heardQuality, int heardPosition) {
      boolean better = heardPrecision == precision && heardQuality > quality;
      if (heardPrecision > precision || better) {
        precision = heardPrecision;
        quality = heardQuality;
        position = heardPosition;
      }
    }
  }

  private static final Pattern QUALITY = Pattern.compile("0(\\.\\d{0,3})?|1(\\.0{0,3})?");

  private static final int BY_NAME = 3;
  private static final int BY_MAIN_TYPE = 2;
  private static final int ANYTHING = 1;

  private final Wish html = new Wish();
  private final Wish json = new Wish();

  private ContentNegotiation() {}

  /**
   * Returns whether a request comes from a person who navigates: {@code text/html} is wanted by
   * name, and ahead of JSON, which {@code *}{@code /*} wants as well. What cannot be parsed does
   * not count.
   */
  static boolean prefersHtml(HttpServletRequest request) {
    ContentNegotiation wishes = new ContentNegotiation();
    int position = 0;
    for (String range : ListField.of(request.getHeaders("Accept"))) {
      wishes.hear(mediaType(range), quality(range), position++);
    }
    return wishes.preferHtml();
  }

  private void hear(String type, double quality, int position) {
    switch (type) {
      case "text/html", "application/xhtml+xml" -> html.hear(BY_NAME, quality, position);
      case "application/json", "application/problem+json", "text/event-stream" ->
          json.hear(BY_NAME, quality, position);
      case "application/*" -> json.hear(BY_MAIN_TYPE, quality, position);
      case "*/*" -> json.hear(ANYTHING, quality, position);
      default -> {
        // Neither of the two.
      }
    }
  }

  private boolean preferHtml() {
    if (html.quality == 0 || html.quality < json.quality) {
      return false;
    }
    return html.quality > json.quality || json.precision < BY_NAME || html.position < json.position;
  }

  private static String mediaType(String range) {
    int semicolon = range.indexOf(';');
    return (semicolon < 0 ? range : range.substring(0, semicolon)).strip().toLowerCase(Locale.ROOT);
  }

  /** Returns the q parameter (RFC 9110, section 12.4.2); 0 if it is malformed. */
  private static double quality(String range) {
    for (String parameter : range.split(";", -1)) {
      String text = parameter.strip().toLowerCase(Locale.ROOT);
      if (text.startsWith("q=")) {
        String value = text.substring(2).strip();
        return QUALITY.matcher(value).matches() ? Double.parseDouble(value) : 0;
      }
    }
    return 1;
  }
}
