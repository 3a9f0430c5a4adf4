package dev.quota.servlet;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Enumeration;
import java.util.Locale;

/** Decides between a page and a problem document. */
final class ContentNegotiation {

  private ContentNegotiation() {}

  /**
   * Returns whether a request comes from a person who navigates: {@code text/html} is wanted, and
   * ahead of JSON. What cannot be parsed does not count.
   */
  static boolean prefersHtml(HttpServletRequest request) {
    double html = 0;
    double json = 0;
    int position = 0;
    int htmlPosition = Integer.MAX_VALUE;
    int jsonPosition = Integer.MAX_VALUE;
    Enumeration<String> headers = request.getHeaders("Accept");
    while (headers.hasMoreElements()) {
      for (String range : headers.nextElement().split(",", -1)) {
        position++;
        String type = mediaType(range);
        double quality = quality(range);
        if (isHtml(type) && quality > html) {
          html = quality;
          htmlPosition = position;
        } else if (isJson(type) && quality > json) {
          json = quality;
          jsonPosition = position;
        }
      }
    }
    return html > 0 && (html > json || (html == json && htmlPosition < jsonPosition));
  }

  private static boolean isHtml(String type) {
    return type.equals("text/html") || type.equals("application/xhtml+xml");
  }

  private static boolean isJson(String type) {
    return type.equals("application/json")
        || type.equals("application/problem+json")
        || type.equals("application/*")
        || type.equals("text/event-stream");
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
        return value.matches("0(\\.\\d{0,3})?|1(\\.0{0,3})?") ? Double.parseDouble(value) : 0;
      }
    }
    return 1;
  }
}
