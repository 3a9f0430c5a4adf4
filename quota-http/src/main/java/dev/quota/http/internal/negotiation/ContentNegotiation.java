package dev.quota.http.internal.negotiation;

import dev.quota.http.internal.field.ListField;
import dev.quota.http.request.RequestView;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Chooses between a page, a sentence and a JSON document for one request (RFC 9110, section
 * 12.5.1). A page or a sentence must be accepted by name and preferred to JSON, which {@code
 * *}{@code /*} accepts too. Malformed ranges are ignored.
 */
public final class ContentNegotiation {

  /** The preference for a kind of answer, by the most specific range that matches it. */
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

    /**
     * Returns whether this is accepted and preferred to another: by its weight, by its position, or
     * because only this is named.
     */
    boolean isAheadOf(Wish other) {
      if (quality == 0 || quality < other.quality) {
        return false;
      }
      return quality > other.quality || precision > other.precision || position < other.position;
    }

    boolean isRefused() {
      return precision > 0 && quality == 0;
    }
  }

  private static final Pattern QUALITY = Pattern.compile("0(\\.\\d{0,3})?|1(\\.0{0,3})?");

  private static final int BY_NAME = 3;
  private static final int BY_MAIN_TYPE = 2;
  private static final int ANYTHING = 1;

  private final Wish page = new Wish();
  private final Wish sentence = new Wish();
  private final Wish json = new Wish();
  private final Wish problem = new Wish();

  private ContentNegotiation() {}

  /** Reads the {@code Accept} header of a request. */
  public static ContentNegotiation of(RequestView request) {
    ContentNegotiation wishes = new ContentNegotiation();
    int position = 0;
    for (String range : ListField.of(request.headers("Accept"))) {
      wishes.hear(mediaType(range), quality(range), position++);
    }
    return wishes;
  }

  private void hear(String type, double quality, int position) {
    switch (type) {
      case "text/html", "application/xhtml+xml" -> page.hear(BY_NAME, quality, position);
      case "text/plain" -> sentence.hear(BY_NAME, quality, position);
      case "application/json", "text/event-stream" -> json.hear(BY_NAME, quality, position);
      case "application/problem+json" -> {
        json.hear(BY_NAME, quality, position);
        problem.hear(BY_NAME, quality, position);
      }
      case "application/*" -> json.hear(BY_MAIN_TYPE, quality, position);
      case "*/*" -> json.hear(ANYTHING, quality, position);
      default -> {
        // Other types are ignored.
      }
    }
  }

  /** Returns whether the request comes from a person in a browser. */
  public boolean preferPage() {
    return page.isAheadOf(json) && !sentence.isAheadOf(page);
  }

  /** Returns whether the request comes from a program that shows the body as plain text. */
  public boolean preferSentence() {
    return sentence.isAheadOf(json) && !page.isAheadOf(sentence);
  }

  /** Returns the media type of a problem document that the client accepts. */
  public String problemType() {
    return problem.isRefused() ? "application/json" : "application/problem+json";
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
