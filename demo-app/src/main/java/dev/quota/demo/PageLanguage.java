package dev.quota.demo;

import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The language of the page: the one that was picked there, else what the browser asks for, else
 * English.
 */
final class PageLanguage {

  static final String COOKIE = "demo-locale";

  static final List<String> TAGS = List.of("en", "de", "fr", "es", "pl", "ar", "ja", "zh");

  private static final int LONGEST_HEADER = 1_000;

  private PageLanguage() {}

  /** Returns the language that was picked on the page; empty if the browser's is to be used. */
  static Optional<Locale> picked(HttpServletRequest request) {
    return Cookies.find(request, COOKIE).filter(TAGS::contains).map(Locale::forLanguageTag);
  }

  /** Returns the tag of the language to answer in, one of {@link #TAGS}. */
  static String of(HttpServletRequest request) {
    return picked(request).map(Locale::toLanguageTag).orElseGet(() -> ofBrowser(request));
  }

  private static String ofBrowser(HttpServletRequest request) {
    String header = request.getHeader("Accept-Language");
    if (header == null || header.isBlank() || header.length() > LONGEST_HEADER) {
      return TAGS.get(0);
    }
    try {
      String found = Locale.lookupTag(Locale.LanguageRange.parse(header), TAGS);
      return found == null ? TAGS.get(0) : found;
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      // A wrong header only changes the language, so it is ignored.
      return TAGS.get(0);
    }
  }
}
